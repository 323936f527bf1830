import {
	chmodSync,
	existsSync,
	lstatSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {type HostPath, hostPath, type InstallPath, installPath, isWithin, nameOf, parentOf} from '../model/paths.ts';
import {bareDevices} from './devices.ts';
import type {Mount, View} from './mounts.ts';
import {makeOpenFolder} from './open-folder.ts';
import {otherInterpreters, realpathOf} from './other-interpreters.ts';
import {homeFolder} from './sandbox.ts';

export interface Shown {
	/** Takes the skeleton of the new root. */
	readonly folder: HostPath;
	/** Where the tree's own files will lie, and where they lie on this machine. */
	readonly prefix: InstallPath;
	readonly tree: HostPath;
	/** The only interpreter of this machine that may be seen; undefined: none. */
	readonly interpreter: InstallPath | undefined;
}

/** Folders of the system that programs and libraries lie in, links on most of today's distributions. */
const systemFolders = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** What a program may need of /etc that says nothing of this machine; a link of the loader or of Debian's ends there. */
const sharedSettings = [
	...['alternatives', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'mime.types', 'protocols', 'services'],
	...['ssl/certs', 'ssl/openssl.cnf', 'pki', 'ca-certificates', 'crypto-policies', 'terminfo', 'magic', 'fonts'],
];

/**
 * A view of this machine as a bare one of its kind: its system folders, read-only, and in them no interpreter but the one
 * that the tree depends on; the tree at its prefix; nothing of home, build, temporary folders, /opt or /usr/local.
 * It is made of what is shown, not of what is hidden: whatever is not named here is absent.
 */
export function hiddenView(shown: Shown): View {
	const root = hostPath(join(shown.folder, 'root'));
	const skeleton = new Skeleton(root, shown);
	skeleton.system();
	skeleton.settings();
	skeleton.devices();
	for (const [target, mode] of [
		['/tmp', '1777'],
		['/var/tmp', '1777'],
		['/run', '755'],
		['/root', '700'],
	] as const) {
		skeleton.tmpfs(target, mode);
	}

	skeleton.interpreter();
	skeleton.tree();
	return {root, mounts: skeleton.mounts};
}

/** The folder that becomes `/`, and what is to be mounted in it. */
class Skeleton {
	readonly mounts: Mount[] = [];
	readonly #root: HostPath;
	readonly #shown: Shown;
	readonly #nothing: {readonly folder: HostPath; readonly file: HostPath};

	constructor(root: HostPath, shown: Shown) {
		this.#root = root;
		this.#shown = {...shown, prefix: settled(shown.prefix)};
		this.#nothing = {folder: hostPath(`${shown.folder}/nothing`), file: hostPath(`${shown.folder}/no-file`)};
		makeOpenFolder(root);
		makeOpenFolder(this.#nothing.folder);
		writeFileSync(this.#nothing.file, '', {mode: 0o444});
	}

	/** /usr and its like, with what is to be hidden in them covered. */
	system(): void {
		this.#show('/usr');
		for (const name of systemFolders) {
			this.#show(`/${name}`);
		}

		for (const path of otherInterpreters(this.#shown.interpreter)) {
			this.#cover(path);
		}
	}

	settings(): void {
		const user = process.geteuid?.() ?? 0;
		const own = user === 0 ? '' : `user:x:${user}:${process.getegid?.() ?? 0}:user:${homeFolder}:/bin/sh\n`;
		const files = {
			passwd: `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n${own}`,
			group: 'root:x:0:\nnogroup:x:65534:\n',
			hosts: '127.0.0.1 localhost\n::1 localhost\n',
			'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
			'resolv.conf': '',
			hostname: 'localhost\n',
		};
		for (const [name, text] of Object.entries(files)) {
			makeOpenFolder(`${this.#root}/etc`);
			writeFileSync(`${this.#root}/etc/${name}`, text);
			chmodSync(`${this.#root}/etc/${name}`, 0o644);
		}

		for (const name of sharedSettings) {
			this.#show(`/etc/${name}`);
		}
	}

	/** One that lies elsewhere than in the system's folders is shown with all of its installation. */
	interpreter(): void {
		const {interpreter} = this.#shown;
		if (interpreter === undefined) {
			return;
		}

		// Debian's standard library has a link to it.
		this.#show(`/etc/${nameOf((realpathOf(interpreter) ?? interpreter) as InstallPath)}`);
		const home = parentOf(parentOf(interpreter));
		if (home !== '/' && home !== '/usr') {
			this.#mountFolder(home, {source: hostPath(home), writable: false});
		}
	}

	devices(): void {
		this.#place('/dev', 'directory');
		this.#place('/proc', 'directory');
		this.mounts.push(...bareDevices(this.#shown.folder));
	}

	tmpfs(target: string, mode: string): void {
		this.#place(target, 'directory');
		this.mounts.push({kind: 'tmpfs', target, mode});
	}

	/** Last, because the prefix may lie in any of the others. */
	tree(): void {
		this.#mountFolder(this.#shown.prefix, {source: this.#shown.tree, writable: true});
	}

	#mountFolder(target: InstallPath, {source, writable}: {source: HostPath; writable: boolean}): void {
		if (!this.mounts.some(mount => mount.kind === 'tmpfs' && isWithin(target, mount.target))) {
			this.#place(target, 'directory');
		}

		this.mounts.push({kind: 'place', source, target, writable});
	}

	/** Shows a path of the system as it is, or link for link; piece by piece where the prefix lies in it. */
	#show(path: string): void {
		const stats = lstatSync(path, {throwIfNoEntry: false});
		if (stats === undefined || existsSync(`${this.#root}${path}`)) {
			return;
		}

		if (stats.isSymbolicLink()) {
			makeOpenFolder(dirname(`${this.#root}${path}`));
			symlinkSync(readlinkSync(path), `${this.#root}${path}`);
		} else if (stats.isDirectory() && path !== this.#shown.prefix && isWithin(this.#shown.prefix, path)) {
			this.#place(path, 'directory');
			for (const name of path === '/usr/local' ? [] : readdirSync(path)) {
				this.#show(`${path}/${name}`);
			}
		} else if (stats.isDirectory() || stats.isFile()) {
			this.#bind(hostPath(path), path, stats.isDirectory() ? 'directory' : 'file');
		}
	}

	#bind(source: HostPath, target: string, kind: 'directory' | 'file' = 'directory'): void {
		this.#place(target, kind);
		this.mounts.push({kind: 'bind', source, target});
	}

	#cover(path: string): void {
		const stats = lstatSync(path, {throwIfNoEntry: false});
		if (stats && !isWithin(this.#shown.prefix, path)) {
			const source = stats.isDirectory() ? this.#nothing.folder : this.#nothing.file;
			this.mounts.push({kind: 'bind', source, target: path});
		}
	}

	/** Makes a place to mount on, unless it will lie in what is mounted before. */
	#place(target: string, kind: 'directory' | 'file'): void {
		const place = `${this.#root}${target}`;
		if (existsSync(place) || this.mounts.some(mount => mount.kind === 'bind' && isWithin(target, mount.target))) {
			return;
		}

		makeOpenFolder(kind === 'directory' ? place : dirname(place));
		if (kind === 'file') {
			writeFileSync(place, '');
		}
	}
}

/** Where a path lies that begins with a link such as /lib → usr/lib. */
function settled(path: InstallPath): InstallPath {
	const [, first = '', ...rest] = path.split('/');
	const isLink = systemFolders.includes(first) && lstatSync(`/${first}`, {throwIfNoEntry: false})?.isSymbolicLink();
	return isLink ? installPath([realpathSync(`/${first}`), ...rest].join('/')) : path;
}
