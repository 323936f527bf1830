import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {carriedPython, notCarried} from '../helpers/carried-python.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
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

/** One that is carried, in a folder that goes away with the test. */
function carry(t: ExecutionContext, python: FoundPython, relocatable: boolean): string {
	const to = mkdtempSync(join(tmpdir(), 'venvpack-real-'));
	t.teardown(() => rmSync(to, {recursive: true}));
	return carriedPython({from: dirname(dirname(python.path)), minor: python.minor, relocatable, to});
}

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
			typeof value === 'string' && value.startsWith(`${origin}/`) && existsSync(value) && !notCarried.test(value),
	);
	const kept = there.filter(([name]) => !ofOthers.has(name));
	t.true(kept.length >= 8);
	t.deepEqual(
		kept.filter(
			([name]) => !String(said.variables[name]).startsWith(place) || !existsSync(String(said.variables[name])),
		),
		[],
	);
}

/** Documentation, programs of the machine, and headers of others. */
const ofOthers = new Set([
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

const withRoots = withTools('root', 'debootstrap', 'mount', 'unshare');
const suites = [
	{suite: 'bullseye', minor: '3.9', packages: ['systemd', 'python3']},
	{suite: 'trixie', minor: '3.13', packages: ['systemd', 'python3']},
	{suite: 'forky', minor: '3.14', packages: ['python3.14', 'python3.14-venv', 'python3-virtualenv', 'libstdc++6']},
];

for (const {suite, minor, packages} of suites) {
	withRoots.serial(`Python ${minor} of Debian ${suite} behaves as upstream’s where it is carried`, async t => {
		t.timeout(900_000, 'a root of Debian is made once, over the network');
		const debian = await cleanRoot(suite, {packages});
		t.teardown(async () => debian.close());
		carriedPython({from: join(debian.path, 'usr'), prefix: '/usr', minor, relocatable: true, to: debian.path});
		const place = '/srv/moved';
		await debian.run(`mv /opt/app ${place}`);
		const python = `${place}/bin/python${minor}`;
		const {output} = await debian.run(`${python} -I -c "${question.replaceAll('"', '\\"')}"`);
		const said = JSON.parse(output ?? '') as Answer;
		t.is(said.prefix, place);
		t.is(said.scheme, 'posix_prefix');
		t.is(said.purelib, `${place}/lib/python${minor}/site-packages`);
		t.is(said.sitePackages[0], said.purelib);
		t.true(said.path.includes(said.purelib));
		t.deepEqual(
			said.path.filter(folder => !folder.startsWith(place)),
			[],
		);
		t.like(said.variables, {BINDIR: `${place}/bin`, LIBDIR: `${place}/lib`, LIBDEST: `${place}/lib/python${minor}`});
		const unfrozen = await debian.run(
			`${python} -I -X frozen_modules=off -c 'import site; print(site.getsitepackages())'`,
		);
		t.is(unfrozen.output, `['${said.purelib}']`);
		const venv = await debian.run(
			`${python} -m venv --without-pip /tmp/v && /tmp/v/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'`,
		);
		t.is(venv.output, `/tmp/v/lib/python${minor}/site-packages`);
		await debian.run(`mv ${place}/lib/python${minor} ${place}/lib/gone`);
		const lost = await debian.run(`${python} -I -c 'print(1)'`);
		t.is(lost.code, 1);
		t.regex(lost.output ?? '', /No module named 'encodings'/);
	});
}
