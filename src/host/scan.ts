import {isUtf8} from 'node:buffer';
import {lstatSync, readdirSync, readlinkSync, type Stats} from 'node:fs';
import {InputError} from '../model/errors.ts';
import {compareBytes, type HostPath, type InstallPath, parentOf} from '../model/paths.ts';
import type {Entry, Tree} from '../model/tree.ts';

/**
 * Looks at everything below `<root><from>` and gives it the modes of a package, whatever the umask was: folders 0755,
 * files 0755 where anybody may execute them, else 0644. Nothing is read: contents name their files.
 * The result is a Tree: sorted by bytes, the parents of `from` included.
 * Throws an InputError for what no package should hold: SETUID (setgid too), SPECIAL_FILE (sockets, pipes, devices),
 * NON_UTF8_NAME.
 */
export function scanTree(place: {root: HostPath; from: InstallPath}): Tree {
	const entries: Entry[] = [];
	for (let parent = place.from; parent !== '/'; parent = parentOf(parent)) {
		entries.unshift({kind: 'directory', path: parent, mode: 0o755});
	}

	scanFolder({root: place.root, entries, look: path => lookForPackage(place.root, path)}, place.from);
	return {entries};
}

/**
 * Looks at everything below `root` and tells it as it is: all permission bits. Paths begin at `root`. `onStats` hears
 * what the file system says of each entry, the root itself left out.
 * Throws an InputError: SPECIAL_FILE, NON_UTF8_NAME.
 */
export function scanAsFound(root: HostPath, onStats: (path: InstallPath, stats: Stats) => void): Tree {
	const entries: Entry[] = [];
	const look = (path: InstallPath) => {
		const stats = lstatSync(`${root}${path}`);
		onStats(path, stats);
		refuseSpecial(path, stats);
		return entryOf({root, path, stats, mode: stats.mode & 0o7777});
	};
	scanFolder({root, entries, look}, '/' as InstallPath);
	return {entries};
}

interface Scan {
	readonly root: HostPath;
	readonly entries: Entry[];
	look(path: InstallPath): Entry;
}

/**
 * A name of a folder stands twice: alone for the folder itself, with a slash for what is in it. Sorted so, whole
 * paths come out in the order of their bytes, in which `a-b` lies between `a` and `a/b`.
 */
function scanFolder(scan: Scan, folder: InstallPath): void {
	const {root, entries} = scan;
	const base = folder === '/' ? '' : folder;
	const found = new Map<string, Entry>();
	const order: string[] = [];
	for (const name of namesIn(`${root}${folder}`, folder)) {
		const entry = scan.look(inOnePiece(`${base}/${name}`) as InstallPath);
		found.set(name, entry);
		order.push(name);
		if (entry.kind === 'directory') {
			order.push(`${name}/`);
		}
	}

	for (const key of order.sort(byBytes)) {
		const entry = found.get(key);
		if (entry) {
			entries.push(entry);
		} else {
			scanFolder(scan, `${base}/${key.slice(0, -1)}` as InstallPath);
		}
	}
}

/**
 * V8 keeps a text that was put together as a tree of its parts, also after it was needed whole: some 100 bytes more for
 * each of many paths that live as long as the build.
 */
function inOnePiece(text: string): string {
	return Buffer.from(text).toString();
}

function namesIn(host: string, folder: InstallPath): string[] {
	const names = readdirSync(host);
	if (names.some(name => name.includes('\ufffd'))) {
		const bad = readdirSync(host, {encoding: 'buffer'}).find(name => !isUtf8(name));
		if (bad) {
			const shown = bad.toString('latin1').replaceAll(/[^ -~]/g, char => `\\x${char.charCodeAt(0).toString(16)}`);
			throw refused('NON_UTF8_NAME', `${folder}/${shown}`, 'has a name that is not UTF-8');
		}
	}

	return names;
}

/** Modes are those of a package, whatever the umask was. */
function lookForPackage(root: HostPath, path: InstallPath): Entry {
	const stats = lstatSync(`${root}${path}`);
	if (!stats.isSymbolicLink()) {
		refuseUnfit(path, stats);
	}

	return entryOf({root, path, stats, mode: stats.isDirectory() || stats.mode & 0o111 ? 0o755 : 0o644});
}

function entryOf({root, path, stats, mode}: {root: HostPath; path: InstallPath; stats: Stats; mode: number}): Entry {
	if (stats.isSymbolicLink()) {
		return {kind: 'link', path, target: readlinkSync(`${root}${path}`)};
	}

	return stats.isDirectory()
		? {kind: 'directory', path, mode}
		: {kind: 'file', path, mode, content: {kind: 'staged', root, path, size: stats.size}};
}

function refuseUnfit(path: InstallPath, stats: Stats): void {
	refuseSpecial(path, stats);
	// A folder inherits setgid from the folder that it is made in: that is the builder's affair, and not packaged.
	if (stats.isFile() && stats.mode & 0o6000) {
		throw refused('SETUID', path, 'is setuid or setgid');
	}
}

function refuseSpecial(path: InstallPath, stats: Stats): void {
	if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) {
		throw refused('SPECIAL_FILE', path, 'is a socket, a pipe or a device');
	}
}

function refused(code: string, path: string, is: string): InputError {
	return new InputError(`${path} ${is}: no package of a venv holds such a file`, {
		code,
		input: path,
		hint: 'find the wheel or the hook that makes it, and have it leave it out',
	});
}

/** Names are compared unit by unit, which is the order of their bytes until a surrogate comes in. */
function byBytes(one: string, other: string): number {
	return surrogate.test(one) || surrogate.test(other) ? compareBytes(one, other) : one < other ? -1 : 1;
}

const surrogate = /[\ud800-\udfff]/;
