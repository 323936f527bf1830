import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {readContent} from '../../src/host/read.ts';
import {scanTree} from '../../src/host/scan.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {type FoundPython, pythons, withTools} from '../helpers/tools.ts';

const test = withTools('root', 'unshare', 'mount');

/** What sysconfig says of an interpreter, and what it is. */
interface Answer {
	readonly version: string;
	readonly prefix: string;
	readonly purelib: string;
	readonly scheme: string;
	readonly sitePackages: readonly string[];
	readonly path: readonly string[];
	readonly variables: Readonly<Record<string, string | number>>;
}

const question = `
import sys, json, sysconfig, site, platform
print(json.dumps({
    'version': platform.python_version(), 'prefix': sys.base_prefix, 'path': sys.path,
    'purelib': sysconfig.get_path('purelib'), 'sitePackages': site.getsitepackages(),
    'scheme': getattr(sysconfig, 'get_default_scheme', lambda: 'posix_prefix')(),
    'variables': {name: value for name, value in sysconfig.get_config_vars().items() if name != 'userbase'},
}))`;

function ask(command: readonly string[]): Answer {
	const [program = '', ...args] = command;
	return JSON.parse(execFileSync(program, [...args, '-I', '-c', question], {encoding: 'utf8'})) as Answer;
}

/** Runs a command while a folder of this machine is empty. */
function without(folder: string): string[] {
	return ['unshare', '-m', 'sh', '-c', `mount -t tmpfs none '${folder}' && exec "$@"`, 'sh'];
}

/** Copies an interpreter as it lies, and makes it one that is carried; all but its tests and its packages. */
function carry(t: ExecutionContext, python: FoundPython, relocatable: boolean): string {
	const root = mkdtempSync(join(tmpdir(), 'venvpack-real-'));
	t.teardown(() => rmSync(root, {recursive: true}));
	const from = dirname(dirname(python.path));
	const prefix = installPath('/opt/app');
	const {minor} = python;
	const parts = [`lib/python${minor}`, `include/python${minor}`, `lib/libpython${minor}.so.1.0`, 'lib/pkgconfig'];
	for (const part of [`bin/python${minor}`, `bin/python${minor}-config`, ...parts].filter(one =>
		existsSync(join(from, one)),
	)) {
		mkdirSync(dirname(`${root}${prefix}/${part}`), {recursive: true});
		cpSync(join(from, part), `${root}${prefix}/${part}`, {
			recursive: true,
			dereference: true,
			filter: path => !leftOut.test(path.slice(from.length)),
		});
	}

	const tree = scanTree({root: hostPath(root), from: prefix});
	const moves = [{what: 'interpreter' as const, from: hostPath(from), to: prefix}];
	const target = installPath(`${prefix}/bin/python${minor}`);
	const builder = {
		builder: hostPath(python.path),
		builderPrefix: hostPath(from),
		target,
		minor,
		version: python.version,
	};
	const relocated = relocate(
		{
			tree,
			prefix,
			moves,
			python: builder,
			layout: {relocatable, bundle: {libraries: false, keep: []}},
			distributions: [],
			downloaded: new Map(),
			carried: new Map(tree.entries.map(({path}) => [path, 'interpreter'])),
		},
		readContent,
	);
	const kept = new Set(relocated.tree.entries.map(({path}) => path));
	for (const entry of tree.entries.filter(({path}) => !kept.has(path))) {
		rmSync(`${root}${entry.path}`);
	}

	for (const entry of relocated.tree.entries) {
		if (entry.kind === 'file' && relocated.rewritten.has(entry.path)) {
			const bytes = readContent(entry.content);
			rmSync(`${root}${entry.path}`);
			writeFileSync(`${root}${entry.path}`, bytes);
			chmodSync(`${root}${entry.path}`, entry.mode);
		}
	}

	return `${root}${prefix}`;
}

const leftOut =
	/\/(?:site-packages|dist-packages|__pycache__|test|tests|idlelib|EXTERNALLY-MANAGED|sitecustomize\.py|.*\.a)$/;

function moved(place: string): string {
	const next = join(dirname(place), 'some where', 'é');
	mkdirSync(dirname(next), {recursive: true});
	renameSync(place, next);
	return next;
}

/** No value names the origin, and what exists there and came along exists here. */
function isTrue(t: ExecutionContext, said: Answer, places: {origin: string; place: string; before: Answer}): void {
	const {origin, place, before} = places;
	t.is(said.version, before.version);
	t.is(said.prefix, place);
	t.is(said.scheme, 'posix_prefix');
	t.is(said.purelib, `${place}/lib/python${said.version.replace(/\.\d+$/, '')}/site-packages`);
	t.is(said.sitePackages[0], said.purelib);
	const values = Object.entries(said.variables);
	t.deepEqual(
		values.filter(([, value]) => typeof value === 'string' && origin !== '/usr' && value.includes(origin)),
		[],
	);
	const there = Object.entries(before.variables).filter(
		([, value]) =>
			typeof value === 'string' && value.startsWith(`${origin}/`) && existsSync(value) && !leftOut.test(value),
	);
	const kept = there.filter(([name]) => !notCarried.has(name));
	t.true(kept.length >= 8);
	t.deepEqual(
		kept.filter(
			([name]) => !String(said.variables[name]).startsWith(place) || !existsSync(String(said.variables[name])),
		),
		[],
	);
}

/** Documentation, programs of the machine, and headers of others. */
const notCarried = new Set([
	'MANDIR',
	'datarootdir',
	'TZPATH',
	'DTRACE',
	'WHEEL_PKG_DIR',
	'LIBPC',
	'INCLUDEPY',
	'CONFINCLUDEPY',
	'INCLUDEDIR',
	'CONFINCLUDEDIR',
]);

const ofPyenv = pythons().filter(({origin}) => origin === 'pyenv');

for (const python of ofPyenv) {
	test.serial(`Python ${python.version} tells the truth at two places, with its origin hidden`, t => {
		const origin = dirname(dirname(python.path));
		const hidden = without(dirname(dirname(origin)));
		const before = ask([python.path]);
		const name = basename(python.path);
		const first = carry(t, python, true);
		isTrue(t, ask([...hidden, `${first}/bin/${name}`]), {origin, place: first, before});
		const second = moved(first);
		isTrue(t, ask([...hidden, `${second}/bin/${name}`]), {origin, place: second, before});
		const names = spawnSync('grep', ['-rlaF', origin, second], {encoding: 'utf8'});
		t.is(names.stdout, '');
	});
}

for (const python of [...pythons().filter(({origin}) => origin === 'system'), ...ofPyenv.slice(-1)]) {
	test.serial(
		`Python ${python.version} of ${python.origin} dies without its standard library, where another has one`,
		t => {
			const place = carry(t, python, false);
			const name = basename(python.path);
			const said = ask([`${place}/bin/${name}`]);
			t.is(said.prefix, place);
			t.is(said.scheme, 'posix_prefix');
			t.true(said.purelib.endsWith('/site-packages'));
			t.is(said.sitePackages[0], said.purelib);
			t.deepEqual(
				said.path.filter(folder => !folder.startsWith(place)),
				[],
			);
			renameSync(`${place}/lib/${name}`, `${place}/lib/gone`);
			const {status, stderr} = spawnSync(`${place}/bin/${name}`, ['-I', '-c', 'print(1)'], {encoding: 'utf8'});
			t.is(status, 1);
			t.regex(stderr, /No module named 'encodings'/);
		},
	);
}
