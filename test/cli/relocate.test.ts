import test from 'ava';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {RelocateRequest, RelocateResult} from '../../src/model/relocation.ts';
import {jsonSchemas} from '../../src/operations/json-schemas.ts';
import {say} from '../helpers/command-line.ts';
import {violations} from '../helpers/json-schema.ts';

const result: RelocateResult = {
	venv: hostPath('/src/project/.venv'),
	prefix: installPath('/opt/app'),
	place: hostPath('/src/project/build/app'),
	python: installPath('/usr/bin/python3.11'),
	from: [hostPath('/src/project/.venv')],
	rewritten: [
		{
			rule: 'shebangs',
			because: 'a script names its interpreter',
			paths: ['a', 'b', 'c', 'd'].map(name => installPath(`/opt/app/bin/${name}`)),
		},
	],
	removed: [installPath('/opt/app/.lock')],
	findings: [],
	distributions: [],
	scripts: [],
	files: 10,
	bytes: 2048,
	tree: 'abc',
	timings: {},
};

/** What the library is asked for by a command line. */
async function requestOf(line: string): Promise<RelocateRequest | undefined> {
	let heard: RelocateRequest | undefined;
	const relocateVenv = async (request: RelocateRequest) => {
		heard = request;
		return result;
	};
	await say(line, {library: {relocateVenv}});
	return heard;
}

test('paths of this machine count from the current folder, those of the target are as they stand', async t => {
	const line =
		'relocate .venv --prefix /opt/app --out build/app --python ./py --target-python /usr/bin/python3.11 --allow-leak a --allow-leak b';
	t.like(await requestOf(line), {
		venv: '/src/project/.venv',
		prefix: '/opt/app',
		out: '/src/project/build/app',
		inPlace: undefined,
		python: '/src/project/py',
		targetPython: '/usr/bin/python3.11',
		allowLeaks: ['a', 'b'],
		dryRun: undefined,
	} as never);
	t.like(await requestOf('relocate /srv/app/ --prefix /srv/app --in-place --dry-run --python 3.11'), {
		venv: '/srv/app',
		inPlace: true,
		dryRun: true,
		python: '3.11',
	} as never);
});

const library = {relocateVenv: async () => result};

test('what was done, by rule', async t => {
	const {stdout, code} = await say('relocate .venv --prefix /opt/app --out build/app', {library});
	t.is(code, 0);
	t.is(
		stdout,
		`
build/app is correct at /opt/app
  0 distributions, 10 files, 2.0 kB
  runs with /usr/bin/python3.11

  shebangs       4 paths: a script names its interpreter
    /opt/app/bin/a
    /opt/app/bin/b
    /opt/app/bin/c
    and 1 more; --verbose shows them
  removed        1 path: of no use anywhere else
    /opt/app/.lock

it works once it lies at /opt/app
`,
	);
});

test('verbose shows every path, quiet says nothing', async t => {
	const verbose = await say('relocate .venv --prefix /opt/app --out build/app --verbose', {library});
	t.true(verbose.stdout.includes('    /opt/app/bin/d\n'));
	t.is((await say('relocate .venv --prefix /opt/app --out build/app --quiet', {library})).stdout, '');
});

test('one JSON document, with every path', async t => {
	const {stdout} = await say('relocate .venv --prefix /opt/app --out build/app --json', {library});
	t.deepEqual(JSON.parse(stdout), {...result, notes: [], warnings: []});
	t.deepEqual(violations(JSON.parse(jsonSchemas().get('relocation.schema.json') ?? ''), JSON.parse(stdout)), []);
});

test('a dry run says what would be', async t => {
	const dry = {relocateVenv: async () => ({...result, place: undefined})};
	const {stdout} = await say('relocate .venv --prefix /opt/app --dry-run', {library: dry});
	t.true(stdout.startsWith('\n.venv would become correct at /opt/app\n'));
	t.false(stdout.includes('it works once'));
});

test('no prefix, no venv', async t => {
	const bare = await say('relocate .venv --in-place');
	t.is(bare.code, 2);
	t.is(
		bare.stderr,
		'venvpack: no prefix is given: where will the venv live?\n→ add --prefix DIR\n[PREFIX_MISSING: see docs/errors.md]\n',
	);
	t.is((await say('relocate --prefix /opt/app --in-place')).code, 2);
	const empty = await say(['relocate', '', '--prefix', '/opt/app', '--in-place']);
	t.regex(empty.stderr, /^venvpack: VENV is empty\n/);
});
