import {execFileSync} from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Event} from '../../src/model/events.ts';
import {fixedLayout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {type Hook, nothingBeside, type Plan} from '../../src/model/plan.ts';
import type {Staged, Wheel} from '../../src/model/staged.ts';
import type {Installer} from '../../src/stage/installers/installer.ts';
import {pipInstaller, pipVersion} from '../../src/stage/installers/pip.ts';
import {uvInstaller} from '../../src/stage/installers/uv.ts';
import {findInterpreter, type Interpreter} from '../../src/stage/interpreters/system.ts';
import {stageVenv} from '../../src/stage/stage.ts';
import {pythons, withReason} from '../helpers/tools.ts';
import {uvOfTests} from '../helpers/uv.ts';
import {sampleWheel, sha256} from './sample-wheel.ts';

const uv = await uvOfTests();

interface Bench {
	readonly base: string;
	readonly events: Event[];
	readonly stage: string;
	build(wheels: readonly Wheel[], options?: {hooks?: Hook[]; prefix?: string}): Promise<Staged>;
	wheel(name: string, members: Record<string, string>, origin?: 'index' | 'built' | 'file'): Wheel;
}

async function bench(t: ExecutionContext, kind: 'uv' | 'pip'): Promise<Bench> {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-test-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const [house, stage, work] = ['house', 'stage', 'work'].map(name => join(base, name)) as [string, string, string];
	for (const folder of [house, stage, work]) {
		mkdirSync(folder);
	}

	const python = await interpreter();
	const installer: Installer = kind === 'uv' ? uvInstaller(hostPath(uv ?? '')) : pipInstaller(python.executable);
	const events: Event[] = [];
	return {
		base,
		events,
		stage,
		wheel: (name, members, origin) => sampleWheel(house, name, members, origin),
		build: async (wheels, {hooks = [], prefix = '/opt/app'} = {}) =>
			stageVenv(
				planFor(python, prefix, hooks),
				{wheels, main: undefined, buildRoots: [hostPath(join(work, 'build'))], sources: [], uv: undefined},
				{
					...{stage: hostPath(stage), work: hostPath(work), installer},
					listener: event => void events.push(event),
					environment: {...process.env, HOME: join(base, 'home'), TMPDIR: join(base, 'nowhere')},
				},
			),
	};
}

function leftovers(base: string): string[] {
	return readdirSync(base, {recursive: true, encoding: 'utf8'}).filter(
		path => !/^(?:house|stage|work)(?:\/|$)/.test(path),
	);
}

/** One that has a pip of its own. */
async function interpreter(): Promise<Interpreter> {
	const path = withPip?.path ?? pythons()[0]?.path ?? '';
	return findInterpreter({kind: 'path', path: hostPath(path)}, process.env);
}

function planFor(python: Interpreter, prefix: string, hooks: readonly Hook[]): Plan {
	return {
		input: {
			input: {kind: 'requirements'},
			...{from: [], requirements: [], constraints: [], extras: [], groups: [], requireHashes: false, offline: true},
			indexes: {indexUrl: '', extraIndexUrls: [], findLinks: []},
			python: {
				...{builder: python.executable, builderPrefix: python.prefix, version: python.version, minor: python.minor},
				target: installPath(`/usr/bin/python${python.minor}`),
			},
			layout: fixedLayout,
			...{targetVersion: '', hooks, machine: 'x86_64'},
		},
		metadata: {
			...{name: 'app', version: '1.0', release: '1', summary: '', description: '', license: ''},
			...{maintainer: '', vendor: '', homepage: ''},
		},
		...{prefix: installPath(prefix), formats: [], out: hostPath('/nowhere'), arch: 'auto', epoch: 1_000_000_000},
		...{
			allowLeaks: [],
			keepStage: false,
			wishes: {settings: {}},
			...nothingBeside,
			origins: {},
		},
	};
}

const candidates = pythons().filter(python => python.origin === 'pyenv');
const versions = await Promise.all(candidates.map(async ({path}) => pipVersion(hostPath(path), process.env)));
const withPip = candidates.find((_, at) => Number.parseFloat(versions[at] ?? '0') >= 22.3);

const app = {
	'app/__init__.py': 'def main(): print("hello")\n',
	'app/data.txt': 'data\n',
	'app-1.0.dist-info/entry_points.txt': '[console_scripts]\napp = app:main\n',
	'app-1.0.data/scripts/tool': '#!python\nprint("tool")\n',
	'app-1.0.data/scripts/other': '#!/bin/sh\necho other\n',
	'app-1.0.data/data/share/app/x.txt': 'shared\n',
	'app-1.0.data/headers/app.h': '/* app */\n',
	'app-1.0.data/platlib/app/plat.py': 'x = 1\n',
};

for (const kind of ['uv', 'pip'] as const) {
	const lacking = kind === 'uv' ? (uv ? '' : 'uv') : withPip ? '' : 'an interpreter with pip 22.3';
	const test_ = withReason(lacking);

	test_(`${kind}: a wheel in a staged venv, and what is said of it`, async t => {
		const {base, stage, wheel, build} = await bench(t, kind);
		const staged = await build([
			wheel('app', app),
			wheel('Its_Own', {'own.py': 'x = 2\n', 'Its_Own-1.0.data/headers/own.h': '/* own */\n'}, 'built'),
		]);
		const {minor} = staged.python;
		const site = `/opt/app/lib/python${minor}/site-packages`;
		const tag = `cpython-${minor.replace('.', '')}`;
		const paths = new Set(staged.tree.entries.map(entry => String(entry.path)));
		for (const path of [
			...[
				'/opt/app/bin/app',
				'/opt/app/bin/tool',
				'/opt/app/bin/other',
				'/opt/app/bin/activate',
				'/opt/app/bin/python',
			],
			...['/opt/app/share/app/x.txt', `/opt/app/include/site/python${minor}/app/app.h`, '/opt/app/pyvenv.cfg'],
			...[
				`${site}/app/data.txt`,
				`${site}/app/plat.py`,
				`${site}/app-1.0.dist-info/RECORD`,
				`${site}/own.py`,
				`/opt/app/include/site/python${minor}/its-own/own.h`,
			],
			...[`${site}/app/__pycache__/__init__.${tag}.pyc`, `${site}/__pycache__/own.${tag}.pyc`],
		]) {
			t.true(paths.has(path), path);
		}

		t.deepEqual(
			[...paths].filter(path => /direct_url/.test(path)),
			[],
		);
		const downloaded = Object.fromEntries(staged.downloaded);
		t.is(downloaded[installPath(`${site}/app/data.txt`)], sha256('data\n'));
		t.is(downloaded[installPath('/opt/app/bin/other')], sha256('#!/bin/sh\necho other\n'));
		t.is(downloaded[installPath('/opt/app/bin/tool')], undefined, 'the installer wrote its first line anew');
		t.is(downloaded[installPath(`${site}/own.py`)], undefined, 'what was built here may know the builder');
		t.is(downloaded[installPath(`${site}/app-1.0.dist-info/RECORD`)], undefined);
		t.is(execFileSync(join(stage, 'opt/app/bin/app'), {encoding: 'utf8'}), 'hello\n');
		t.is(statSync(join(stage, site, 'app/data.txt')).nlink <= 2, true);
		t.deepEqual(leftovers(base), [], 'no tool wrote elsewhere');
	});

	test_(`${kind}: a prefix with a space, and one of 300 bytes`, async t => {
		for (const prefix of ['/opt/my app', `/opt/${'long/'.repeat(58)}apps-x`]) {
			const {stage, build, wheel} = await bench(t, kind);
			await build([wheel('app', app)], {prefix});
			t.is(execFileSync(join(stage, prefix, 'bin/app'), {encoding: 'utf8'}), 'hello\n');
		}
	});

	test_(`${kind}: of two wheels that quarrel about a file the last by name wins, and that is said`, async t => {
		for (const order of [0, 1]) {
			const {events, stage, build, wheel} = await bench(t, kind);
			const wheels = [
				wheel('aaa', {'aaa.py': '', 'same.txt': 'same\n', 'mine.txt': 'of aaa\n'}),
				wheel('bbb', {'bbb.py': '', 'same.txt': 'same\n', 'mine.txt': 'of bbb\n'}),
			];
			const staged = await build(order ? wheels.reverse() : wheels);
			const site = `/opt/app/lib/python${staged.python.minor}/site-packages`;
			t.is(readFileSync(join(stage, site, 'mine.txt'), 'utf8'), 'of bbb\n');
			t.is(staged.downloaded.get(installPath(`${site}/mine.txt`)), sha256('of bbb\n'));
			t.deepEqual(
				events.filter(event => event.kind === 'warning'),
				[
					{
						kind: 'warning',
						code: 'FILE_CONFLICT',
						message: `aaa-1.0-py3-none-any.whl and bbb-1.0-py3-none-any.whl hold different files for ${site}/mine.txt; that of bbb-1.0-py3-none-any.whl is installed`,
					},
				],
			);
		}
	});
}

const preferred = uv ? 'uv' : 'pip';
const eitherWay = withReason(uv || withPip ? '' : 'uv or pip 22.3');

eitherWay('everything that lies elsewhere on the target moves, the longest first', async t => {
	const {base, build, wheel} = await bench(t, preferred);
	const {moves, python} = await build([wheel('app', app)]);
	const expected = [
		[python.builder, python.target],
		[python.builderPrefix, '/usr'],
		[`${base}/work/build`, '/build'],
		[`${base}/stage`, '/'],
	].filter(([from, to]) => from !== to);
	t.deepEqual(moves.map(({from, to}) => `${from} ${to}`).sort(), expected.map(pair => pair.join(' ')).sort());
	const lengths = moves.map(({from}) => from.length);
	t.deepEqual(
		lengths,
		[...lengths].sort((one, other) => other - one),
	);
});

eitherWay('hooks run in the venv, before bytecode is compiled, in settled surroundings', async t => {
	const {base, stage, build, wheel} = await bench(t, preferred);
	const script = `import os, sys, app
open(os.path.join(os.path.dirname(app.__file__), 'made.py'), 'w').write('x = 1')
print(sys.prefix, file=sys.stderr)
keep = ['VIRTUAL_ENV', 'VENVPACK_STAGE', 'VENVPACK_PREFIX', 'SOURCE_DATE_EPOCH', 'PYTHONHASHSEED', 'TZ', 'LC_ALL', 'HOME', 'TMPDIR']
open(os.path.join(os.path.dirname(app.__file__), 'data.txt'), 'a').write(sys.prefix)
open('seen', 'w').write('\\n'.join(os.environ[name] for name in keep))`;
	const staged = await build([wheel('app', app)], {hooks: [{command: ['python', '-c', script]}, {command: ['app']}]});
	const top = join(stage, 'opt/app');
	t.deepEqual(readFileSync(join(top, 'seen'), 'utf8').split('\n'), [
		...[top, stage, '/opt/app', '1000000000', '0', 'UTC', 'C.UTF-8'],
		...[join(base, 'work/hooks/home'), join(base, 'work/hooks/tmp')],
	]);
	const made = staged.tree.entries.filter(entry => entry.path.includes('/made.'));
	t.is(made.length, 2, 'the source and its bytecode');
	const data = staged.tree.entries.find(entry => entry.path.endsWith('/app/data.txt'));
	t.false(staged.downloaded.has(data?.path ?? installPath('/')), 'a hook wrote into it');
	t.true([...staged.downloaded.keys()].some(path => path.endsWith('/app/__init__.py')));
});

eitherWay('a hook that fails is named, with what it said', async t => {
	const {build, wheel} = await bench(t, preferred);
	const failing = {command: ['python', '-c', 'raise SystemExit("no translations")']};
	await t.throwsAsync(build([wheel('app', app)], {hooks: [failing]}), {
		code: 'HOOK_FAILED',
		message: /^the hook «python -c raise SystemExit\("no translations"\)» failed:\n.*no translations/s,
	});
});

eitherWay('a stage that cannot be written is an error of the machine', async t => {
	const {build, wheel, stage} = await bench(t, preferred);
	rmSync(stage, {recursive: true});
	writeFileSync(stage, '');
	const error = await t.throwsAsync(build([wheel('app', app)]));
	t.is((error as {code?: string}).code, 'STAGE_UNWRITABLE', String(error));
	t.is(readFileSync(stage, 'utf8'), '');
});
