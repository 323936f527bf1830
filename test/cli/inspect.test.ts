import test from 'ava';
import {installPath} from '../../src/model/paths.ts';
import type {ListedEntry, Summary} from '../../src/model/summary.ts';
import {say} from '../helpers/command-line.ts';

const path = installPath;
const plain: Summary = {
	artifact: {file: '/src/project/dist/app_1.0-1_amd64.deb', format: 'deb', size: 1_500_000, sha256: 'ab'.repeat(32)},
	name: 'app',
	version: '1.0',
	release: '1',
	arch: 'x86_64',
	summary: 'An application',
	license: 'MIT',
	homepage: '',
	maintainer: '',
	prefix: path('/opt/app'),
	contents: {files: 3, folders: 4, links: 1, bytes: 5_000_000},
	interpreter: {
		path: path('/usr/bin/python3.11'),
		origin: 'system',
		minor: '3.11',
		minimum: '3.11.2',
		declared: ['python3.11 (>= 3.11.2)'],
	},
	layout: {relocatable: false, carried: undefined},
	distributions: [
		distribution('app', {size: 3_000_000, license: 'MIT', origin: 'built'}),
		distribution('yaml', {size: 900, license: 'MIT', origin: 'index'}),
	],
	commands: [
		{
			name: 'other',
			path: path('/opt/app/bin/other'),
			entryPoint: '',
			distribution: 'yaml',
			interpreter: '/bin/sh',
			exposed: [],
		},
		{
			name: 'serve',
			path: path('/opt/app/bin/serve'),
			entryPoint: 'app:main',
			distribution: 'app',
			interpreter: '/opt/app/bin/python',
			exposed: [path('/usr/bin/serve')],
		},
	],
	services: [
		{
			path: path('/lib/systemd/system/app.service'),
			description: 'Serves',
			starts: ['/opt/app/bin/serve'],
			user: 'app',
		},
	],
	relations: {requires: ['python3.11 (>= 3.11.2)', 'libc6 (>= 2.34)']},
	libraries: [
		{
			soname: 'libc.so.6',
			neededBy: [path('/opt/app/lib/x.so'), path('/opt/app/lib/y.so')],
			versions: ['GLIBC_2.34'],
			packages: ['libc6 (>= 2.34)'],
			declared: ['libc6 (>= 2.34)'],
			hidden: [],
		},
	],
	librariesOf: 'debian-12',
	loads: [
		{name: 'libcuda.so.1', by: [path('/opt/app/lib/x.so'), path('/opt/app/lib/gpu.py')], files: 2, inside: []},
		{name: 'libz.so', by: [path('/opt/app/lib/zip.py')], files: 1, inside: [path('/opt/app/lib/libz.so.1')]},
	],
	glibc: '2.34',
	machines: {'x86-64': 2, AArch64: 1},
	largest: [{path: path('/opt/app/lib/x.so'), size: 4_000_000}],
	executables: [],
	oddModes: [{path: path('/opt/app/lib/x.so'), mode: 0o4755}],
	owners: [],
	conffiles: [path('/etc/app.conf')],
	maintainerScripts: [{name: 'postinst', lines: 3}],
	signatures: ['_gpgorigin'],
	built: {venvpack: '9.9.9', epoch: 1_000_000_000, inputs: 'cd'.repeat(32), allowedLeaks: ['share/*']},
	fields: {},
	damaged: [],
};

const entries: readonly ListedEntry[] = [
	entry('/opt', {kind: 'directory', mode: 0o755}),
	entry('/opt/app', {kind: 'directory', mode: 0o755}),
	entry('/opt/app/bin', {kind: 'directory', mode: 0o1777}),
	entry('/opt/app/bin/serve', {mode: 0o755, size: 1000}),
	entry('/opt/app/lib', {kind: 'directory', mode: 0o755}),
	entry('/opt/app/lib/link', {kind: 'link', mode: 0o777, target: 'x.so'}),
	entry('/opt/app/lib/x.so', {mode: 0o4755, size: 4_000_000}),
	entry('/opt/app/lib/y.so', {mode: 0o644, size: 999_000}),
];

function distribution(name: string, said: Partial<Summary['distributions'][number]>): Summary['distributions'][number] {
	const where = path(`/opt/app/lib/python3.11/site-packages/${name}-1.0.dist-info`);
	const nothing = {license: '', size: 0, files: 1, origin: '', url: '', editable: false, requiresPython: ''};
	return {name, version: '1.0', path: where, ...nothing, ...said};
}

function entry(where: string, said: Partial<ListedEntry>): ListedEntry {
	return {path: path(where), kind: 'file', mode: 0o644, size: 0, target: '', user: 'root', group: 'root', ...said};
}

function inspecting(differing: Partial<Summary> = {}, listed: readonly ListedEntry[] = entries) {
	return {library: {inspect: () => Promise.resolve({summary: {...plain, ...differing}, entries: () => listed})}};
}

test('a page that is read from its top', async t => {
	const {stdout, stderr, code} = await say('inspect app.deb', inspecting());
	t.is(code, 0);
	t.is(stderr, '');
	t.is(
		stdout,
		`app 1.0-1 (deb, x86_64): An application
3 files, 5.0 MB at /opt/app, runs with /usr/bin/python3.11

Commands
  serve  app:main, on PATH as /usr/bin/serve
  other  a script for /bin/sh

Services
  app.service  Serves runs /opt/app/bin/serve as app

Distributions: 2, 3.0 MB
  app   1.0  3.0 MB  MIT; built from source
  yaml  1.0   900 B  MIT

Needs of the machine (packages of debian-12)
  Python     3.11, 3.11.2 or later  declared: python3.11 (>= 3.11.2)
  glibc      2.34 or later
  libc.so.6  GLIBC_2.34             declared: libc6 (>= 2.34), for 2 files

May load (unproven)
  libcuda.so.1  named by 2 files
  libz.so       named by lib/zip.py, lies at lib/libz.so.1

Told to the package manager
  requires   python3.11 (>= 3.11.2)
             libc6 (>= 2.34)
  conffiles  /etc/app.conf
  script     postinst, 3 lines

Largest files
  4.0 MB  lib/x.so

Worth a look
  mode 4755      lib/x.so
  other machine  1 file for AArch64

How it was built
  by         venvpack 9.9.9
  time       2001-09-09T01:46:40Z, as stamped into it
  inputs     ${'cd'.repeat(32)}
  may leak   share/*
  signature  _gpgorigin, not verified here

Artifact
  file     dist/app_1.0-1_amd64.deb, 1.5 MB
  sha256   ${'ab'.repeat(32)}
  license  MIT
`,
	);
});

test('what says nothing is left out', async t => {
	const {stdout} = await say(
		'inspect x.whl',
		inspecting({
			artifact: {file: '/tmp/x.whl', format: 'wheel', size: 10, sha256: ''},
			...{name: '', version: '', release: '', arch: '', summary: '', license: '', glibc: '', librariesOf: ''},
			prefix: path('/'),
			interpreter: undefined,
			...{distributions: [], commands: [], services: [], relations: {}, libraries: [], loads: [], largest: []},
			...{machines: {}, oddModes: [], conffiles: [], maintainerScripts: [], signatures: [], built: undefined},
		}),
	);
	t.is(
		stdout,
		`x.whl (wheel)
3 files, 5.0 MB

How it was built
  by  something other than venvpack

Artifact
  file  /tmp/x.whl, 10 B
`,
	);
});

test('where Python comes from is said in words', async t => {
	const second = async (interpreter: Partial<Summary['interpreter']>) => {
		const whole = {
			path: undefined,
			origin: 'absent',
			minor: '3.11',
			minimum: '',
			declared: [],
			...interpreter,
		} as const;
		return (await say('inspect a', inspecting({interpreter: whole}))).stdout.split('\n')[1];
	};
	t.is(
		await second({origin: 'bundled', path: path('/opt/app/python/bin/python')}),
		'3 files, 5.0 MB at /opt/app, Python 3.11 inside',
	);
	t.is(
		await second({origin: 'outside', path: path('/root/py/bin/python')}),
		'3 files, 5.0 MB at /opt/app, Python 3.11 from /root/py/bin/python, which no distribution has',
	);
	t.is(await second({}), '3 files, 5.0 MB at /opt/app, Python 3.11, but no bin/python');
});

/** Control characters but the end of a line, and what turns the direction of text. */
const steering = /[^\P{Cc}\n]|\u202E/u;

test('an artifact cannot steer the terminal, forge a line, or turn its direction', async t => {
	const evil = 'x\u001B[2J\u001B]0;title\u0007\nHow it was built\n  by  venvpack\u202Egnp.exe';
	const {stdout} = await say(
		'inspect a',
		inspecting({
			...{name: evil, version: evil, summary: evil, license: evil, maintainer: evil},
			distributions: [distribution(evil, {license: evil, url: evil, editable: true})],
			damaged: [{path: path(`/opt/app/${evil}`), why: evil}],
		}),
	);
	t.notRegex(stdout, steering);
	t.is(stdout.match(/^How it was built$/gm)?.length, 1);
	const listed = await say('inspect a --files', inspecting({}, [entry(`/opt/${evil}`, {target: evil, kind: 'link'})]));
	t.is(listed.stdout.trim().split('\n').length, 1);
	t.notRegex(listed.stdout, steering);
	const tree = await say('inspect a --tree', inspecting({}, [entry(`/opt/${evil}/y`, {size: 5_000_000})]));
	t.notRegex(tree.stdout, steering);
});

test('lines keep within the terminal', async t => {
	const long = path(`/opt/app/${'long/'.repeat(60)}end.so`);
	for (const columns of [60, 80, 132]) {
		const {stdout} = await say('inspect a', {...inspecting({largest: [{path: long, size: 1}]}), columns});
		const line = stdout.split('\n').find(one => one.endsWith('/end.so')) ?? '';
		t.is([...line].length, columns);
	}
});

test('--verbose shows all of a section, otherwise its beginning', async t => {
	const many = {distributions: Array.from({length: 40}, (_, at) => distribution(`dist-${at}`, {}))};
	const brief = (await say('inspect a', inspecting(many))).stdout;
	t.regex(brief, /dist-11 .*\n {2}and 28 more; --verbose shows them\n/);
	t.notRegex(brief, /dist-12 /);
	t.regex((await say('inspect a --verbose', inspecting(many))).stdout, /dist-39 /);
});

test('--files lists as ls does; owners where any is not root', async t => {
	t.is(
		(await say('inspect a --files', inspecting())).stdout,
		`drwxr-xr-x           /opt
drwxr-xr-x           /opt/app
drwxrwxrwt           /opt/app/bin
-rwxr-xr-x     1000  /opt/app/bin/serve
drwxr-xr-x           /opt/app/lib
lrwxrwxrwx           /opt/app/lib/link -> x.so
-rwsr-xr-x  4000000  /opt/app/lib/x.so
-rw-r--r--   999000  /opt/app/lib/y.so
`,
	);
	const owned = inspecting({owners: [{path: path('/opt/app/x'), user: 'ada', group: 'staff'}]}, [
		entry('/opt/app/x', {user: 'ada', group: 'staff', size: 5}),
		entry('/opt/app/y', {size: 6}),
	]);
	t.is(
		(await say('inspect a --files', owned)).stdout,
		'-rw-r--r--  ada:staff        5  /opt/app/x\n-rw-r--r--  root:root        6  /opt/app/y\n',
	);
});

test('--tree shows where the bytes are, and counts what is small', async t => {
	t.is(
		(await say('inspect a --tree', inspecting())).stdout,
		`5.0 MB  /opt/app/
5.0 MB    lib/
4.0 MB      x.so
999.0 kB      y.so
1.0 kB    and 1 file
`.replaceAll(/^(\S+ \S+)/gm, size => size.padStart(8)),
	);
	t.regex((await say('inspect a --tree --verbose', inspecting())).stdout, /bin\/\n.*serve\n/);
});

test('--json is one document, with the files on request', async t => {
	const {stdout} = await say('inspect a --json', inspecting());
	t.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify({...plain, notes: [], warnings: []})));
	t.deepEqual(
		JSON.parse((await say('inspect a --json --files', inspecting())).stdout).files,
		JSON.parse(JSON.stringify(entries)),
	);
});

test('an artifact has to be named', async t => {
	const {code, stderr} = await say('inspect', inspecting());
	t.is(code, 2);
	t.regex(stderr, /missing required argument 'ARTIFACT'/);
});

test('an interpreter inside is told with its share and its libraries, the largest first', async t => {
	const libraries = [
		{soname: 'libcrypto.so.3', path: path('/opt/app/lib/libcrypto.so.3'), size: 4_700_000},
		{soname: 'libsqlite3.so.0', path: path('/opt/app/lib/libsqlite3.so.0'), size: 1_400_000},
		{soname: 'libz.so.1', path: path('/opt/app/lib/libz.so.1'), size: 5_000_000},
	];
	const {stdout} = await say(
		'inspect a',
		inspecting({
			interpreter: {
				...{path: path('/opt/app/bin/python3.11'), minor: '3.11', minimum: '3.11.7', declared: []},
				origin: 'bundled',
			},
			layout: {relocatable: true, carried: {version: '3.11.7', files: 900, bytes: 4_000_000, share: 0.8, libraries}},
		}),
	);
	t.is(stdout.split('\n')[1], '3 files, 5.0 MB at /opt/app or anywhere, Python 3.11.7 inside');
	t.is(
		stdout.slice(stdout.indexOf('Interpreter inside'), stdout.indexOf('\n\nDistributions')),
		`Interpreter inside
  CPython          3.11.7
  size             900 files, 4.0 MB, 80 % of all
  libz.so.1        5.0 MB, lib/libz.so.1
  libcrypto.so.3   4.7 MB, lib/libcrypto.so.3
  libsqlite3.so.0  1.4 MB, lib/libsqlite3.so.0`,
	);
});
