import {execFileSync} from 'node:child_process';
import {hash} from 'node:crypto';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {decodeRecord} from '../../src/codecs/record.ts';
import {type FoundPython, pathOf, pythonOf, pythons} from './tools.ts';
import {uvOfTests} from './uv.ts';
import {wheelBytes, wheelName} from './wheel.ts';

/** What makes venvs. */
export interface Creator {
	readonly name: string;
	/** What is missing here; empty where nothing is. */
	readonly lacks: string;
	make(at: string, python: FoundPython): void;
}

const uv: string | undefined = await uvOfTests();

/** The interpreter of most tests: one of pyenv, so that it lies elsewhere than the target's. */
export const ownPython: FoundPython | undefined =
	pythonOf('3.11', 'pyenv') ?? pythons().find(({origin}) => origin === 'pyenv');

/** Empty where a venv can be made and filled here. */
export const lacksVenv: string = [ownPython ? '' : 'a Python of pyenv', uv ? '' : 'uv'].filter(Boolean).join(', ');

const run = (program: string, ...args: string[]) =>
	execFileSync(program, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		// Hard links into a cache that others use would hand on what a test writes into its venv.
		env: {...process.env, UV_LINK_MODE: 'copy', UV_CACHE_DIR: join(wheelShelf(), 'cache')},
	});

export const creators: readonly Creator[] = [
	{name: 'venv', lacks: '', make: (at, {path}) => run(path, '-m', 'venv', '--without-pip', at)},
	{name: 'venv --copies', lacks: '', make: (at, {path}) => run(path, '-m', 'venv', '--copies', '--without-pip', at)},
	{
		name: 'virtualenv',
		lacks: pathOf('virtualenv') === undefined ? 'virtualenv' : '',
		make: (at, {path}) => run('virtualenv', '-q', '--no-download', '--no-seed', '-p', path, at),
	},
	{
		name: 'virtualenv as poetry calls it',
		lacks: pathOf('virtualenv') === undefined ? 'virtualenv' : '',
		make: (at, {path}) =>
			run(
				'virtualenv',
				'-q',
				'--no-download',
				'--no-pip',
				'--no-setuptools',
				'--no-wheel',
				'--prompt',
				'app-py3',
				'-p',
				path,
				at,
			),
	},
	{name: 'uv venv', lacks: uv ? '' : 'uv', make: (at, {path}) => run(uv ?? '', 'venv', '-q', '-p', path, at)},
	{
		name: 'uv venv --relocatable',
		lacks: uv ? '' : 'uv',
		make: (at, {path}) => run(uv ?? '', 'venv', '-q', '--relocatable', '-p', path, at),
	},
];

/** A folder that goes away with the test, links resolved. */
export function room(t: ExecutionContext): string {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-venv-')));
	t.teardown(() => rmSync(folder, {recursive: true, force: true, maxRetries: 3}));
	return folder;
}

const program = `import json, sys, demo_data
def main():
    print(json.dumps([sys.prefix, __file__, demo_data.__file__]))
`;

let shelf: string | undefined;

/** Wheels as an index has them: `demo`, whose console script tells where it lives, and what it needs. */
export function wheelShelf(): string {
	if (shelf === undefined) {
		shelf = mkdtempSync(join(tmpdir(), 'venvpack-shelf-'));
		const folder = shelf;
		process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
		const demo = {
			name: 'demo',
			metadata: ['Requires-Dist: demo-data', 'Requires-Python: >=3.8', 'License: MIT', 'Summary: Tells where it lives'],
			files: {'demo.py': program, 'demo-1.0.dist-info/entry_points.txt': '[console_scripts]\ndemo = demo:main\n'},
		};
		const data = {
			name: 'demo_data',
			metadata: [],
			files: {'demo_data/__init__.py': '"""Data."""\n', 'demo_data/words.txt': 'words\n'},
		};
		for (const wheel of [demo, data]) {
			writeFileSync(join(folder, wheelName(wheel)), wheelBytes(wheel));
		}
	}

	return shelf;
}

/** Installs into a venv by name, as from an index; other arguments go to uv as they are. */
export function install(venv: string, ...what: string[]): void {
	const python = join(venv, 'bin/python');
	run(
		uv ?? '',
		'pip',
		'install',
		'-q',
		'--offline',
		'--no-index',
		'--find-links',
		wheelShelf(),
		'--python',
		python,
		...what,
	);
}

/** A venv with `demo` in it. */
export function demoVenv(
	at: string,
	{creator = creators[0], python = ownPython}: {creator?: Creator | undefined; python?: FoundPython | undefined} = {},
): string {
	if (creator && python) {
		mkdirSync(join(at, '..'), {recursive: true});
		creator.make(at, python);
		install(at, 'demo');
	}

	return at;
}

/** What the console script of `demo` says: its prefix, and the files that it was loaded from. */
export function tell(venv: string): string[] {
	const env = {PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1'};
	return JSON.parse(
		execFileSync(join(venv, 'bin/demo'), {encoding: 'utf8', env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe']}),
	) as string[];
}

/** Everything below a folder, by path: kind, mode, link text, digest. */
export function digestOf(folder: string): Record<string, string> {
	const names = readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort();
	return Object.fromEntries(names.map(name => [name, describe(join(folder, name))]));
}

function describe(path: string): string {
	const stats = lstatSync(path);
	const mode = (stats.mode & 0o7777).toString(8);
	return stats.isSymbolicLink()
		? `→ ${readlinkSync(path)}`
		: stats.isFile()
			? `${mode} ${hash('sha256', readFileSync(path))}`
			: `${mode} folder`;
}

/** Files and links below a folder that hold a text. */
export function holding(folder: string, text: string): string[] {
	return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => {
		const path = join(folder, name);
		const stats = lstatSync(path);
		return stats.isSymbolicLink()
			? readlinkSync(path).includes(text)
			: stats.isFile() && readFileSync(path).includes(text);
	});
}

/** The folder of packages of a venv. */
export function packagesOf(venv: string): string {
	const lib = join(venv, 'lib');
	return join(lib, readdirSync(lib).find(name => name.startsWith('python')) ?? '', 'site-packages');
}

/** Paths that a RECORD of a venv names and that are not there, or whose digest is another. */
export function falseRows(venv: string): string[] {
	const packages = packagesOf(venv);
	const records = readdirSync(packages).filter(name => name.endsWith('.dist-info'));
	const rows = records.flatMap(name => decodeRecord(readFileSync(join(packages, name, 'RECORD'), 'utf8')));
	return rows.map(row => (isTrue(packages, row) ? '' : row.path)).filter(Boolean);
}

function isTrue(packages: string, {path, hash: said}: {path: string; hash: string}): boolean {
	const file = join(packages, path);
	return existsSync(file) && (said === '' || said === `sha256=${hash('sha256', readFileSync(file), 'base64url')}`);
}
