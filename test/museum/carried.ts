import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {decodeManifest, encodeManifest} from '../../src/codecs/manifest.ts';
import {installPath} from '../../src/model/paths.ts';
import {builder} from '../helpers/built.ts';
import {type SmallElf, smallElf} from '../helpers/elf.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import type {Exhibit} from './exhibit.ts';
import {minor, prefix, stdlib} from './place.ts';

const manifest = `${prefix}/venvpack.json`;
/** Finds the interpreter beside it: as uv writes it. */
const trampoline = `#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python${minor}' "$0" "$@"\n' '''\n`;
const launcher = `#!/bin/sh\nexec "\${0%/*}/python${minor}" "$@"\n`;
const loader = '/lib64/ld-linux-x86-64.so.2';
const library = `libpython${minor}.so.1.0`;

export const program: string = `${prefix}/bin/python${minor}`;
export const module: string = `${stdlib}/lib-dynload/_ssl.cpython-${minor.replace('.', '')}-x86_64-linux-gnu.so`;
export const needing: SmallElf = {type: 2, interpreter: loader, needed: [library], glibc: 'GLIBC_2.17'};

/** The same artifact as a build with `--bundle-python --relocatable` would leave it; its interpreter is no real one. */
export function carriedExhibit(it: Exhibit): Exhibit {
	for (const path of [...it.things.keys()].filter(path => /\/bin\/(?:python|activate|Activate)[\w.]*$/.test(path))) {
		it.remove(path);
	}

	it.remove(`${prefix}/bin/native`);
	it.put(program, smallElf({...needing, runpath: '$ORIGIN/../lib'}), 0o755);
	it.put(`${prefix}/lib/${library}`, smallElf({soname: library, glibc: 'GLIBC_2.17'}));
	it.put(`${prefix}/lib/libssl.so.3`, smallElf({soname: 'libssl.so.3'}));
	it.put(module, smallElf({needed: ['libssl.so.3'], runpath: '$ORIGIN/../..'}));
	it.put(`${prefix}/lib/pkgconfig/python-${minor}.pc`, 'prefix=$' + '{pcfiledir}/../..\nlibdir=$' + '{prefix}/lib\n');
	for (const [path, bytes] of compiled()) {
		it.put(`${stdlib}/${path}`, bytes);
	}

	for (const name of ['python', 'python3']) {
		it.put(`${prefix}/bin/${name}`, launcher, 0o755);
	}

	for (const path of [...it.things.keys()].filter(path => path.startsWith(`${prefix}/bin/`))) {
		if (it.text(path).startsWith(`#!${prefix}/`)) {
			it.edit(path, text => text.replace(/^#![^\n]*\n/, trampoline));
		}
	}

	it.put(`${prefix}/pyvenv.cfg`, 'include-system-site-packages = false\n');
	it.control.set('Depends', 'libc6 (>= 2.17)');
	say(it);
	return it;
}

/** Writes the manifest anew, of the files as they are. */
function say(it: Exhibit): void {
	// The rows of RECORD are made true before the digests are taken.
	it.deb();
	const {files: _files, ...summary} = decodeManifest(it.bytes(manifest));
	const files = [...it.things]
		.filter(([path, {kind}]) => kind === 'file' && path !== manifest)
		.map(([path, {bytes}]) => {
			const sha256 = createHash('sha256').update(bytes).digest('hex');
			return [installPath(path), {sha256, rules: path.includes('/bin/') ? ['shebangs'] : []}] as const;
		});
	const layout = {relocatable: true, bundle: {libraries: true, keep: []}};
	const said = {...summary, layout, python: {...summary.python, path: installPath(program)}};
	it.put(manifest, Buffer.concat([...encodeManifest(said, files)]));
}

/** A standard library of a few empty modules, with their bytecode. */
function compiled(): ReadonlyMap<string, Buffer> {
	const folder = temporaryFolder();
	const values = `_home = ''\nbuild_time_vars = {'prefix': _home, 'LIBDIR': _home + '/lib', 'CC': '/usr/bin/gcc'}\n`;
	const names = ['codecs.py', 'encodings/__init__.py', 'io.py', 'os.py', 'site.py'];
	for (const [name, text] of [
		...names.map(name => [name, '']),
		['_sysconfigdata__linux_x86_64-linux-gnu.py', values],
	]) {
		mkdirSync(dirname(join(folder, name ?? '')), {recursive: true});
		writeFileSync(join(folder, name ?? ''), text ?? '');
	}

	const mode = ['--invalidation-mode', 'unchecked-hash'];
	execFileSync(builder?.path ?? 'python3', ['-m', 'compileall', '-q', ...mode, '-s', folder, '-p', stdlib, folder]);
	const all = readdirSync(folder, {recursive: true, withFileTypes: true}).filter(entry => entry.isFile());
	return new Map(
		all.map(({parentPath, name}) => {
			const file = join(parentPath, name);
			return [file.slice(folder.length + 1), readFileSync(file)];
		}),
	);
}
