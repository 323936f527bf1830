import {execFileSync} from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import type {Layout} from '../../src/model/layout.ts';
import {installPath} from '../../src/model/paths.ts';
import {type RunningVenv, runningVenv, sharedLibrary} from './running-venv.ts';
import type {FoundPython} from './tools.ts';

/** What an application seldom needs, and a test never. */
const left =
	/\/(?:test|tests|site-packages|__pycache__|idlelib|ensurepip|lib2to3|tkinter|turtledemo|pydoc_data|distutils|config-[^/]*|[^/]*_tkinter[^/]*)$/;

/** Starts the interpreter beside it, wherever that lies, through links too. */
const locate = `p=$0
while [ -h "$p" ]; do l=$(readlink "$p"); case $l in /*) p=$l ;; *) p=\${p%/*}/$l ;; esac; done
`;

/**
 * A tree that is the home of its own interpreter, as a build with `--bundle-python` leaves it; made by hand, out of an
 * interpreter with a shared library. With a manifest that says so.
 */
export function flatTree(
	t: ExecutionContext,
	python: FoundPython,
	{relocatable = false, prefix = '/opt/app'}: {relocatable?: boolean; prefix?: string} = {},
): RunningVenv {
	const venv = runningVenv(t, {python, prefix});
	rmSync(join(venv.folder, 'bin'), {recursive: true});
	cpSync(interpreterTree(python), venv.folder, {recursive: true, verbatimSymlinks: true});
	const name = `python${python.minor}`;
	writeSysconfig(venv, python);
	const launcher = `#!/bin/sh\n${locate}exec "\${p%/*}/${name}" "$@"\n`;
	const direct = `#!${prefix}/bin/${name}\nimport app\napp.main()\n`;
	const script = `#!/bin/sh\n''':'\n${locate}exec "\${p%/*}/${name}" "$p" "$@"\n'''\nimport app\napp.main()\n`;
	venv.put('bin/python', launcher);
	venv.put('bin/python3', launcher);
	venv.put('bin/app', relocatable ? script : direct);
	venv.put('pyvenv.cfg', 'include-system-site-packages = false\n');
	venv.put(`${venv.site}/app-1.0.dist-info/RECORD`, undefined);
	execFileSync(join(venv.folder, 'bin', name), [
		...['-I', '-B', '-m', 'compileall', '-q', '-f', '--invalidation-mode', 'unchecked-hash'],
		...['-s', venv.folder, '-p', prefix, join(venv.folder, venv.site), sysconfigOf(venv, python)],
	]);
	writeManifest(venv, python, {relocatable, bundle: {libraries: false, keep: []}});
	return venv;
}

/** Where the values of sysconfig stand. */
export function sysconfigOf({folder}: RunningVenv, {minor}: FoundPython): string {
	const library = join(folder, `lib/python${minor}`);
	return join(library, readdirSync(library).find(file => file.startsWith('_sysconfigdata_')) ?? '');
}

/** The same of the interpreter that the tree was made of. */
export function originalSysconfig({path, minor}: FoundPython): string {
	const library = join(dirname(sharedLibrary(path, minor) ?? ''), `python${minor}`);
	return join(library, readdirSync(library).find(file => file.startsWith('_sysconfigdata_')) ?? '');
}

/** Written anew, it is true for the files as they are now. */
export function writeManifest({folder, prefix}: RunningVenv, {minor}: FoundPython, layout: Layout): void {
	const place = installPath(prefix);
	const summary = {
		...({manifest: 1, venvpack: '0.0.0', name: 'app', version: '1.0', release: '1', summary: '', license: ''} as const),
		...{arch: 'x86_64', prefix: place, layout, distributions: [], scripts: [], inputs: '0'.repeat(64), epoch: 1},
		python: {path: installPath(`${prefix}/bin/python${minor}`), minor, minimum: minor},
		allowedLeaks: [],
	};
	writeFileSync(join(folder, 'venvpack.json'), Buffer.concat([...encodeManifest(summary, [])]));
}

/** One for all tests of a process: to compile a standard library takes its time. */
const made = new Map<string, string>();

function interpreterTree({path, minor}: FoundPython): string {
	const known = made.get(path);
	if (known !== undefined) {
		return known;
	}

	const folder = mkdtempSync(join(realpathSync(tmpdir()), 'flat-tree-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const program = realpathSync(path);
	const library = sharedLibrary(path, minor) ?? '';
	const from = dirname(library);
	mkdirSync(join(folder, 'bin'));
	mkdirSync(join(folder, 'lib'));
	writeFileSync(join(folder, 'bin', `python${minor}`), located(program, from, '$ORIGIN/../lib'), {mode: 0o755});
	writeFileSync(join(folder, 'lib', basename(library)), located(library, from, '$ORIGIN'), {mode: 0o755});
	const modules = join(folder, `lib/python${minor}`);
	cpSync(join(from, `python${minor}`), modules, {recursive: true, filter: file => !left.test(file)});
	const dynamic = join(modules, 'lib-dynload');
	for (const name of readdirSync(dynamic)) {
		writeFileSync(join(dynamic, name), located(join(dynamic, name), from, '$ORIGIN/../..'), {mode: 0o755});
	}

	execFileSync(join(folder, 'bin', `python${minor}`), [
		...['-I', '-B', '-m', 'compileall', '-q', '-f', '-j2', '--invalidation-mode', 'unchecked-hash'],
		...['-s', folder, '-p', '/opt/app', modules],
	]);
	made.set(path, folder);
	return folder;
}

/** A program whose RUNPATH is another of at most the same length. */
function located(file: string, from: string, to: string): Buffer {
	const bytes = readFileSync(file);
	const at = bytes.indexOf(`${from}\0`);
	if (at >= 0) {
		bytes.fill(0, at, at + from.length);
		bytes.write(to, at);
	}

	return bytes;
}

/** As venvpack leaves it: what names the builder's interpreter says where it lies now, and no other machine is named. */
function writeSysconfig(venv: RunningVenv, python: FoundPython): void {
	const file = sysconfigOf(venv, python);
	const home = dirname(dirname(realpathSync(python.path)));
	const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
	const footer = `import sys\nbuild_time_vars = {k: v.replace('${venv.prefix}', sys.base_prefix) if isinstance(v, str) else v for k, v in build_time_vars.items()}\n`;
	writeFileSync(
		file,
		text.replaceAll(home, venv.prefix).replaceAll(/\/tmp\/python-build[^/']*\/[^/' ]*/g, '.') + footer,
	);
}
