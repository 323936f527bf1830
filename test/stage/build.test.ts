import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {openPromise} from 'yauzl';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {serveIndex} from '../helpers/index.ts';
import {writeProject} from '../helpers/project.ts';
import {type FoundPython, pathOf, pythons, withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';
import {type Bench, bench} from './collect.ts';

// What is compiled here must know neither this machine nor the clock.

const uv = await uvFolder();
const lacking = [...(uv === undefined ? ['uv'] : []), ...(pathOf('gcc') === undefined ? ['gcc'] : [])];
const compilers = withReason(lacking.join(', '));

/** Everything by which a program tells where and when it was built: __FILE__, asserts of headers, __DATE__, run paths. */
const source = `
#include <Python.h>
#include <stdio.h>
const char *where = __FILE__;
const char *when = __DATE__ " " __TIME__;
const char *header(void);
void tell(PyObject *o) { puts(where); puts(when); assert(PyBytes_Check(o)); puts(header()); }
`;
const ownHeader = 'static const char *place = __FILE__;\nconst char *header(void) { return place; }\n';
const building = `
headers = sysconfig.get_path('include')
libraries = sysconfig.get_config_var('LIBDIR')
environment = dict(os.environ, LD_RUN_PATH=libraries + ':/usr/lib/kept')
here = os.getcwd()
subprocess.check_call(['gcc', '-g', '-O2', '-UNDEBUG', '-shared', '-fPIC', '-I' + headers, '-include', here + '/own.h',
    here + '/native.c', '-o', 'native.so', '-L' + libraries, '-Wl,-rpath,' + here], env=environment)
subprocess.check_call(['gcc', '-g', '-shared', '-fPIC', here + '/native.c', '-I' + headers, '-include', here + '/own.h', '-o', 'other.so'],
    env=environment)
open('surroundings.py', 'w').write(repr(sorted((k, v) for k, v in os.environ.items()
    if k in ('SOURCE_DATE_EPOCH', 'PYTHONHASHSEED', 'TZ', 'LC_ALL', 'PYTHONPATH', 'VIRTUAL_ENV_PROMPT'))) + repr(os.umask(0o22)))
`;

function withHeaders(python: FoundPython | undefined): boolean {
	return (
		python !== undefined &&
		['/usr/include', join(python.path, '../../include')].some(folder =>
			existsSync(join(folder, `python${python.minor}`, 'Python.h')),
		)
	);
}

async function membersOf(wheel: string): Promise<Map<string, Buffer>> {
	const members = new Map<string, Buffer>();
	const zip = await openPromise(wheel, {autoClose: false});
	for await (const entry of zip.eachEntry()) {
		members.set(entry.fileName, Buffer.concat(await (await zip.openReadStreamPromise(entry)).toArray()));
	}

	zip.close();
	return members;
}

interface Place {
	readonly home: string;
	readonly environment: Readonly<Record<string, string>>;
}

async function builtIn(
	t: ExecutionContext,
	python: FoundPython,
	{home, environment}: Place,
): Promise<{members: Map<string, Buffer>; own: Bench}> {
	const own = bench(t, [uv ?? '']);
	const index = await serveIndex(t, {});
	const folder = join(own.base, home);
	mkdirSync(folder);
	const directory = hostPath(
		writeProject(join(folder, 'p'), {building, files: {'native.c': source, 'own.h': ownHeader}}),
	);
	const house = await own.collect(
		{input: {kind: 'project', directory, lock: undefined}, index: index.url, python: moveOf(python)},
		{HOME: folder, ...environment},
	);
	return {members: await membersOf(house.main?.file ?? ''), own};
}

function moveOf(python: FoundPython) {
	const builder = hostPath(python.path);
	const builderPrefix = hostPath(join(python.path, '../..'));
	return {
		builder,
		builderPrefix,
		target: installPath(`/usr/bin/python${python.minor}`),
		minor: python.minor,
		version: python.version,
	};
}

for (const origin of ['system', 'pyenv'] as const) {
	const python = pythons().find(candidate => candidate.origin === origin && withHeaders(candidate));
	const headers = withReason([...lacking, ...(python ? [] : [`the headers of a ${origin} Python`])].join(', '));

	headers(
		`what a ${origin} Python compiles is the same from any folder, home and zone, and names none of them`,
		async t => {
			const one = await builtIn(t, python as FoundPython, {
				home: 'a',
				environment: {TZ: 'UTC', PYTHONPATH: '/nowhere'},
			});
			const other = await builtIn(t, python as FoundPython, {
				home: 'another home',
				environment: {TZ: 'Asia/Tokyo', LC_ALL: 'C'},
			});
			for (const [name, bytes] of one.members) {
				t.true(other.members.get(name)?.equals(bytes), `${name} differs`);
			}

			const prefix = origin === 'system' ? [] : [moveOf(python as FoundPython).builderPrefix];
			for (const needle of [one.own.base, ...prefix]) {
				const named = [...one.members].filter(([, bytes]) => bytes.includes(needle)).map(([name]) => name);
				t.deepEqual(named, [], `${needle} stands in what was built`);
			}

			t.true(one.members.get('native.so')?.includes('Jan  1 1980 00:00:00'));
			t.true(one.members.get('other.so')?.includes('/usr/lib/kept'));
			t.is(
				one.members.get('surroundings.py')?.toString(),
				"[('LC_ALL', 'C.UTF-8'), ('PYTHONHASHSEED', '0'), ('SOURCE_DATE_EPOCH', '315532800'), ('TZ', 'UTC')]18",
			);
		},
	);
}

compilers('a compiler that CC names by its path is wrapped too, its flags kept', async t => {
	const {base, collect} = bench(t, [uv ?? '']);
	const index = await serveIndex(t, {});
	const asks = "open('cc.py', 'w').write(repr(os.environ['CC'].replace(os.path.dirname(os.getcwd()), '')))";
	const directory = hostPath(writeProject(join(base, 'p'), {building: asks}));
	const house = await collect(
		{input: {kind: 'project', directory, lock: undefined}, index: index.url},
		{CC: '/usr/bin/gcc -m64'},
	);
	const members = await membersOf(house.main?.file ?? '');
	t.is(members.get('cc.py')?.toString(), "'/wrap/cc-gcc -m64'");
});

compilers('SOURCE_DATE_EPOCH of the user wins', async t => {
	const {base, collect} = bench(t, [uv ?? '']);
	const index = await serveIndex(t, {});
	const asks = "open('when.py', 'w').write(os.environ['SOURCE_DATE_EPOCH'])";
	const directory = hostPath(writeProject(join(base, 'p'), {building: asks}));
	const input = {kind: 'project', directory, lock: undefined} as const;
	const house = await collect({input, index: index.url}, {SOURCE_DATE_EPOCH: '1700000000'});
	t.is((await membersOf(house.main?.file ?? '')).get('when.py')?.toString(), '1700000000');
});

compilers('uwsgi, which writes its flags into itself, is the same from any folder and names none', async t => {
	const members = async () => {
		const {base, collect} = bench(t, [uv ?? '']);
		const house = await collect({from: ['uwsgi==2.0.31']});
		return {base, members: await membersOf(house.wheels[0]?.file ?? '')};
	};
	const [one, other] = await Promise.all([members(), members()]);
	for (const [name, bytes] of one.members) {
		t.true(other.members.get(name)?.equals(bytes), `${name} differs`);
		// The flags stand in it in hexadecimal.
		t.false(
			bytes.includes(one.base) || bytes.includes(Buffer.from(one.base).toString('hex')),
			`${name} names the folder`,
		);
	}
});
