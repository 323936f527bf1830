import test from 'ava';
import type {Request} from '../../src/model/request.ts';
import {helloResult, type Said, say} from '../helpers/command-line.ts';

const refused = test.macro(async (t, line: string | readonly string[], message: string) => {
	const said = await say(line);
	t.is(said.stderr, message.replaceAll(/^\n|\t/g, ''));
	t.is(said.code, 2);
	t.is(said.stdout, '');
});

test(
	'a misspelt flag: the nearest is named',
	refused,
	'build --formt deb',
	`
venvpack: unknown option '--formt'
→ did you mean --format?
[UNKNOWN_FLAG: see docs/errors.md]
`,
);
test(
	'a misspelt command: the nearest is named',
	refused,
	'biuld .',
	`
venvpack: unknown command 'biuld'
→ did you mean build?
[UNKNOWN_COMMAND: see docs/errors.md]
`,
);
test(
	'a flag without its value',
	refused,
	'build --prefix',
	`
venvpack: option '--prefix <DIR>' argument missing
→ venvpack build --help lists what there is
[MISSING_VALUE: see docs/errors.md]
`,
);
test(
	'the version of venvpack, asked for where a package has one',
	refused,
	'build --version',
	`
venvpack: option '--version <VERSION>' argument missing
→ build --version takes the version of the package; that of venvpack is: venvpack --version
[MISSING_VALUE: see docs/errors.md]
`,
);
test(
	'two projects',
	refused,
	'build one two',
	`
venvpack: too many arguments for 'build'. Expected 1 argument but got 2.
→ venvpack build --help lists what there is
[TOO_MANY_ARGUMENTS: see docs/errors.md]
`,
);
test(
	'a format between commas that is none',
	refused,
	'build --format deb,,rpm',
	`
venvpack: option '--format <FORMATS>' argument 'deb,,rpm' is invalid. Names stand between commas, such as deb,rpm.
→ venvpack build --help lists what there is
[INVALID_ARGUMENT: see docs/errors.md]
`,
);
test(
	'a compression level that is no number',
	refused,
	'build --compression-level best',
	`
venvpack: option '--compression-level <N>' argument 'best' is invalid. It takes a whole number.
→ venvpack build --help lists what there is
[INVALID_ARGUMENT: see docs/errors.md]
`,
);
test(
	'an empty path, which would mean the folder one is in',
	refused,
	['build', ''],
	`
venvpack: PROJECT is empty
→ is the variable set that it is made of?
[EMPTY_ARGUMENT: see docs/errors.md]
`,
);

test('help names every flag of the interface', async t => {
	const {stdout, code} = await say('build --help');
	t.is(code, 0);
	const flags =
		'--prefix --from --requirements --constraint --extra --group --lock --venv --format --out --python --target-python ' +
		'--name --version --release --arch --target --index-url --extra-index-url --find-links --offline ' +
		'--bundle-python --relocatable --require-hashes --compression --compression-level --dry-run --keep-stage --allow-leak --json --quiet --verbose';
	t.deepEqual(
		flags.split(' ').filter(flag => !stdout.includes(` ${flag} `)),
		[],
	);
});

test('without a command: the help on stderr, exit code 2', async t => {
	const said = await say('');
	t.is(said.code, 2);
	t.is(said.stdout, '');
	t.regex(said.stderr, /^Usage: venvpack/);
});

test('a mistake with --json is one document too', async t => {
	const said = await say('build --json --wat');
	t.is(said.code, 2);
	t.deepEqual(JSON.parse(said.stdout), {
		error: {
			code: 'UNKNOWN_FLAG',
			message: "unknown option '--wat'",
			hint: 'venvpack build --help lists what there is',
			exitCode: 2,
		},
		notes: [],
		warnings: [],
	});
});

/** What the library is asked for, without what was not asked. */
async function requested(line: string | readonly string[]): Promise<{request: Partial<Request>; said: Said}> {
	const asked: Request[] = [];
	const said = await say(line, {
		library: {
			build: request => {
				asked.push(request);
				return Promise.resolve(helloResult);
			},
		},
	});
	const [request = {}] = asked;
	return {request: Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)), said};
}

const asks = test.macro(async (t, line: string | readonly string[], request: Readonly<Record<string, unknown>>) => {
	const asked = await requested(line);
	t.deepEqual(asked.request, request as Partial<Request>);
	t.is(asked.said.code, 0);
});

test('build: the project one is in', asks, 'build', {project: '/src/project'});
test('a relative project', asks, 'build ../other', {project: '/src/other'});
test('a wheel', asks, 'build dist/a-1-py3-none-any.whl', {project: '/src/project/dist/a-1-py3-none-any.whl'});
test('-r alone packages no project', asks, 'build -r a.txt -r /b.txt', {
	requirements: ['/src/project/a.txt', '/b.txt'],
});
test('--from alone packages no project', asks, 'build --from httpie==3.2.4 --from rich', {
	from: ['httpie==3.2.4', 'rich'],
});
test('a project and more', asks, 'build . --from rich', {project: '/src/project', from: ['rich']});
test('formats: commas, repeated, each once', asks, 'build --format deb,rpm --format tar.zst,deb', {
	project: '/src/project',
	formats: ['deb', 'rpm', 'tar.zst'],
});
test('--lock none stays a word', asks, 'build --lock none', {project: '/src/project', lock: 'none'});
test('--python: a minor stays as it is', asks, 'build --python 3.12', {project: '/src/project', python: '3.12'});
test('--python: a path becomes absolute', asks, 'build --python ../py/bin/python3', {
	project: '/src/project',
	python: '/src/py/bin/python3',
});
test(
	'--find-links: a folder becomes absolute, an address stays',
	asks,
	'build --find-links w --find-links http://h/w',
	{
		project: '/src/project',
		findLinks: ['/src/project/w', 'http://h/w'],
	},
);
test(
	'every other flag',
	asks,
	[
		...['build', '--prefix', '/opt/my app', '--constraint', 'c.txt', '--extra', 'a', '--extra', 'b', '--group', 'g'],
		...['--lock', 'uv.lock', '--out', 'o', '--target-python', '/usr/bin/python3.11', '--name', 'n', '--version', '1'],
		...['--release', '2', '--arch', 'any', '--target', 'debian-12', '--index-url', 'https://i/', '--offline'],
		...['--extra-index-url', 'https://j/', '--require-hashes', '--compression', 'xz', '--compression-level', '6'],
		...['--allow-leak', '**/*.js', '--keep-stage'],
	],
	{
		project: '/src/project',
		prefix: '/opt/my app',
		constraints: ['/src/project/c.txt'],
		extras: ['a', 'b'],
		groups: ['g'],
		lock: '/src/project/uv.lock',
		out: '/src/project/o',
		targetPython: '/usr/bin/python3.11',
		name: 'n',
		version: '1',
		release: '2',
		arch: 'any',
		target: 'debian-12',
		indexUrl: 'https://i/',
		extraIndexUrls: ['https://j/'],
		offline: true,
		requireHashes: true,
		compression: 'xz',
		compressionLevel: 6,
		allowLeaks: ['**/*.js'],
		keepStage: true,
	},
);

test(
	'an interpreter that comes along, out of an archive on this machine',
	asks,
	['build', '--bundle-python', '--relocatable', '--python-archive', '../p.tar.zst', '--python-archive-sha256', 'ab'],
	{
		project: '/src/project',
		bundlePython: true,
		relocatable: true,
		pythonArchive: '/src/p.tar.zst',
		pythonArchiveSha256: 'ab',
	},
);
test('or at an address', asks, 'build --python-archive https://h/p.tar.zst', {
	project: '/src/project',
	pythonArchive: 'https://h/p.tar.zst',
});

test('--dry-run explains and builds nothing', async t => {
	const rows = [{key: 'prefix', value: '/opt/app', origin: '--prefix'}];
	const said = await say('build --dry-run', {
		library: {explain: () => Promise.resolve({rows, notes: ['a trailing slash was dropped']})},
	});
	t.is(said.code, 0);
	t.regex(said.stdout, /^prefix +\/opt\/app +\(--prefix\)\n$/);
	t.is(said.stderr, 'note: a trailing slash was dropped\n');
});
