import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
	chmodSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {type FoundPython, pythons} from './tools.ts';

/** The system's own interpreter, which a venv at a prefix depends on. */
export const systemPython: FoundPython | undefined = pythons().find(({path}) => path.startsWith('/usr/bin/'));

/** An interpreter as builders have them, in a folder that no target has, and with a shared library of its own. */
export const builderPython: FoundPython | undefined = pythons()
	.filter(({origin, minor}) => origin === 'pyenv' && minor !== systemPython?.minor)
	.findLast(({path, minor}) => sharedLibrary(path, minor) !== undefined);

/** Where the libpython of an interpreter lies. */
export function sharedLibrary(python: string, minor: string): string | undefined {
	const folder = join(dirname(dirname(realpathSync(python))), 'lib');
	const name = readdirSync(folder).find(file => file === `libpython${minor}.so.1.0`);
	return name && join(folder, name);
}

/** A folder with a venv that works at its prefix, made by hand: what an installer and a packager would leave. */
export interface RunningVenv {
	/** What `verify` is given, with the prefix. */
	readonly folder: string;
	readonly prefix: string;
	readonly site: string;
	/** Writes a file, or removes it; a text that begins with #! may be executed. */
	put(path: string, content: string | undefined): void;
	/** Writes a distribution: its modules (path in site-packages → text) and entry points (name → value). */
	distribution(name: string, parts: Parts): void;
	/** Writes what compiling the modules gives. */
	compile(): void;
}

export interface Parts {
	readonly modules?: Readonly<Record<string, string>>;
	readonly scripts?: Readonly<Record<string, string>>;
	readonly requires?: readonly string[];
}

/** Makes one; it goes away with the test. */
export function runningVenv(
	t: ExecutionContext,
	{prefix = '/opt/app', python = systemPython}: {prefix?: string; python?: FoundPython | undefined} = {},
): RunningVenv {
	const root = mkdtempSync(join(realpathSync(tmpdir()), 'running-venv-'));
	chmodSync(root, 0o755);
	t.teardown(() => rmSync(root, {recursive: true, force: true}));
	const {path = '/usr/bin/python3', minor = '3.11'} = python ?? {};
	const folder = join(root, 'tree');
	const site = `lib/python${minor}/site-packages`;
	const venv: RunningVenv = {
		folder,
		prefix,
		site,
		put(name, content) {
			const file = join(folder, name);
			rmSync(file, {force: true, recursive: true});
			if (content !== undefined) {
				mkdirSync(dirname(file), {recursive: true});
				writeFileSync(file, content);
				chmodSync(file, content.startsWith('#!') ? 0o755 : 0o644);
			}
		},
		distribution: (name, parts) => writeDistribution(venv, name, parts),
		compile() {
			const args = ['-I', '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash'];
			execFileSync(path, [...args, '-s', folder, '-p', prefix, join(folder, site)]);
		},
	};
	for (const [name, target] of [
		[`python${minor}`, path],
		['python3', `python${minor}`],
		['python', `python${minor}`],
	] as const) {
		mkdirSync(join(folder, 'bin'), {recursive: true});
		symlinkSync(target, join(folder, 'bin', name));
	}

	venv.put('pyvenv.cfg', `home = ${dirname(path)}\ninclude-system-site-packages = false\nversion = ${minor}\n`);
	venv.distribution('app', {modules: {'app/__init__.py': app}, scripts: {app: 'app:main'}});
	venv.compile();
	return venv;
}

const app = `
import sys
def main():
    print('app', sys.argv[1:])
    return 0
`;

function writeDistribution({prefix, site, put}: RunningVenv, name: string, parts: Parts): void {
	const {modules = {}, scripts = {}, requires = []} = parts;
	const info = `${name}-1.0.dist-info`;
	const points = Object.entries(scripts).map(([script, value]) => `${script} = ${value}\n`);
	const files: Record<string, string> = {
		...Object.fromEntries(Object.entries(modules).map(([path, text]) => [`${site}/${path}`, text])),
		[`${site}/${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${requires.map(line => `Requires-Dist: ${line}\n`).join('')}`,
		[`${site}/${info}/entry_points.txt`]: `[console_scripts]\n${points.join('')}`,
	};
	for (const [script, value] of Object.entries(scripts)) {
		const [module, called] = value.split(':');
		const text = `#!${prefix}/bin/python\nimport sys\nfrom ${module} import ${called}\nsys.exit(${called}())\n`;
		files[`bin/${script}`] = text;
	}

	const rows = Object.entries(files).map(([path, text]) => {
		const digest = createHash('sha256').update(text).digest('base64url');
		const written = path.startsWith(site) ? path.slice(site.length + 1) : `../../../${path}`;
		return `${written},sha256=${digest},${Buffer.byteLength(text)}\n`;
	});
	files[`${site}/${info}/RECORD`] = `${rows.join('')}${info}/RECORD,,\n`;
	for (const [path, text] of Object.entries(files)) {
		put(path, text);
	}
}

/** Carries the builder's interpreter inside, at `python/`; `inside` says which of its parts come along. */
export function bundle(
	venv: RunningVenv,
	python: FoundPython,
	inside: {library: boolean; runpath: 'own' | 'builder'; standardLibrary?: boolean},
): void {
	const {path, minor} = python;
	const library = sharedLibrary(path, minor) ?? '';
	const program = readFileSync(realpathSync(path));
	if (inside.runpath === 'own') {
		const written = dirname(library);
		const at = program.indexOf(`${written}\0`);
		program.fill(0, at, at + written.length);
		program.write('$ORIGIN/../lib', at);
	}

	mkdirSync(join(venv.folder, 'python/bin'), {recursive: true});
	mkdirSync(join(venv.folder, 'python/lib'), {recursive: true});
	writeFileSync(join(venv.folder, `python/bin/python${minor}`), program, {mode: 0o755});
	if (inside.library) {
		writeFileSync(join(venv.folder, 'python/lib', `libpython${minor}.so.1.0`), readFileSync(library), {mode: 0o755});
	}

	if (inside.standardLibrary) {
		const from = join(dirname(library), `python${minor}`);
		const isLeft = (file: string) =>
			/\/(?:test|tests|site-packages|__pycache__|idlelib|ensurepip|config-[^/]*)$/.test(file);
		cpSync(from, join(venv.folder, `python/lib/python${minor}`), {recursive: true, filter: file => !isLeft(file)});
	}

	rmSync(join(venv.folder, 'bin', `python${minor}`));
	symlinkSync(`../python/bin/python${minor}`, join(venv.folder, 'bin', `python${minor}`));
	venv.put('pyvenv.cfg', `home = ${venv.prefix}/python/bin\ninclude-system-site-packages = false\n`);
}
