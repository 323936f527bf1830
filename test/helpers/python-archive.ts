import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {buffer} from 'node:stream/consumers';
import {pack} from 'tar-stream';
import {decodeElf, isElf} from '../../src/codecs/elf.ts';

/** Two levels above its program, as pyenv lays it out. */
export function homeOf(python: string): string {
	return dirname(dirname(python));
}

/**
 * An archive of the layout of python-build-standalone, made from an interpreter that pyenv built: what they publish cannot be had
 * everywhere. As theirs, it does not know where it lies: it names `/install`, and its RUNPATH is relative. `full` has it in
 * `python/install`.
 */
export function archiveOf(python: string, to: string, full = false): {file: string; sha256: string} {
	const root = join(to, 'archive');
	const home = join(root, full ? 'python/install' : 'python');
	mkdirSync(dirname(home), {recursive: true});
	const left = /\/(?:test|tests|idlelib|__pycache__|site-packages|tkinter|turtledemo|config-3[^/]*)$|\.a$/;
	cpSync(homeOf(python), home, {recursive: true, verbatimSymlinks: true, filter: from => !left.test(from)});
	forgetPrefix(home, homeOf(python));
	const minor = readdirSync(join(home, 'lib')).find(name => /^python3\.\d+$/.test(name)) ?? '';
	for (const [folder, runpath] of [
		['bin', '$ORIGIN/../lib'],
		['lib', '$ORIGIN'],
		[`lib/${minor}/lib-dynload`, '$ORIGIN/../..'],
	] as const) {
		for (const name of readdirSync(join(home, folder)).filter(each => /^python3\.\d+$|\.so/.test(each))) {
			setRunpath(join(home, folder, name), runpath);
		}
	}

	if (full) {
		mkdirSync(join(root, 'python/licenses'));
		writeFileSync(join(root, 'python/licenses/LICENSE.openssl-3.txt'), 'Apache License\n');
	}

	const file = join(to, 'cpython-install_only.tar.zst');
	execFileSync('tar', ['--use-compress-program', 'zstd -1', '-cf', file, '-C', root, 'python']);
	return {file, sha256: sha256Of(file)};
}

/** What a hostile or mistaken archive holds: names as they are to stand there. */
export interface Member {
	readonly name: string;
	readonly text?: string | Buffer;
	readonly link?: string;
	readonly type?: 'character-device' | 'fifo' | 'link';
}

/** An archive of members as they are given, packed as tar. */
export async function archiveWith(file: string, members: readonly Member[]): Promise<{file: string; sha256: string}> {
	const packing = pack();
	const bytes = buffer(packing as unknown as AsyncIterable<Uint8Array> & NodeJS.ReadableStream);
	for (const {name, text = '', link, type} of members) {
		if (link !== undefined && type === undefined) {
			packing.entry({name, type: 'symlink', linkname: link});
		} else if (type) {
			packing.entry({name, type, ...(link === undefined ? {} : {linkname: link})});
		} else {
			packing.entry({name, mode: 0o755}, text);
		}
	}

	packing.finalize();
	writeFileSync(file, await bytes);
	return {file, sha256: sha256Of(file)};
}

export function sha256Of(file: string): string {
	return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function setRunpath(file: string, text: string): void {
	if (!statSync(file).isFile()) {
		return;
	}

	const bytes = readFileSync(file);
	const {runpath} = decodeElf(bytes);
	if (runpath) {
		bytes.fill(0, runpath.offset, runpath.offset + runpath.size);
		bytes.write(text, runpath.offset);
		writeFileSync(file, bytes);
	}
}

/** What was built for pyenv's place says that it was built for `/install`. */
function forgetPrefix(folder: string, prefix: string): void {
	for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
		const file = join(entry.parentPath, entry.name);
		const bytes = entry.isFile() ? readFileSync(file) : Buffer.alloc(0);
		if (bytes.includes(prefix)) {
			writeFileSync(
				file,
				isElf(bytes) ? sameLength(bytes, prefix) : bytes.toString('latin1').replaceAll(prefix, '/install'),
				'latin1',
			);
		}
	}
}

/** Of the same length, and with the same end: the linker lets one string be the end of another, such as `3.11.7`. */
function sameLength(bytes: Buffer, prefix: string): Buffer {
	const folder = dirname(prefix);
	const other = '/install'.padEnd(folder.length, '/');
	for (let at = bytes.indexOf(folder); at >= 0; at = bytes.indexOf(folder, at + 1)) {
		bytes.write(other, at, 'latin1');
	}

	return bytes;
}
