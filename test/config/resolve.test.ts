import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {decodeCoreMetadata} from '../../src/codecs/core-metadata.ts';
import {type Facts, type Resolved, resolve, resolveInput} from '../../src/config/resolve.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Request} from '../../src/model/request.ts';
import {hello, hostOf, load, python311, refusalOf, type World} from './world.ts';

const host = hostOf('bookworm');
const noTimes = {sourceDateEpoch: undefined, commit: undefined, newestMember: undefined};

async function planOf(
	t: ExecutionContext,
	world: World,
	facts: Partial<Facts> = {},
): Promise<Resolved & {root: string}> {
	const request = {prefix: '/opt/hello', formats: ['deb'], ...world.request};
	const {config, root} = await load(t, {...world, request});
	const input = resolveInput(config, host, python311);
	return {...resolve(config, {host, input, metadata: undefined, times: noTimes, ...facts}), root};
}

const wheel = decodeCoreMetadata(`Name: Hello_App
Version: 1.2
Summary: Says hello
Author-email: Jane Doe <jane@example.org>
License-Expression: MIT
Project-URL: Homepage, https://example.org

# Hello

It says hello to everybody.

## Install
`);

const dynamic = {'setup.py': ''};

test('a plan holds no undefined, however little was said', async t => {
	const {plan} = await planOf(t, {});
	const holes: string[] = [];
	JSON.stringify(plan, (key, value: unknown) => {
		if (value === undefined && key !== 'lock' && key !== 'changelog') {
			holes.push(key);
		}

		return value;
	});
	t.deepEqual(holes, []);
});

test('metadata of the wheel fills what the project does not state', async t => {
	const {plan, notices} = await planOf(t, {files: dynamic}, {metadata: wheel});
	t.deepEqual(plan.metadata, {
		name: 'hello-app',
		version: '1.2',
		release: '1',
		summary: 'Says hello',
		description: 'It says hello to everybody.',
		license: 'MIT',
		maintainer: 'Jane Doe <jane@example.org>',
		vendor: '',
		homepage: 'https://example.org',
	});
	t.is(plan.origins.version, 'METADATA of the wheel');
	t.is(plan.origins.description, 'the readme (METADATA of the wheel)');
	t.is(plan.origins.release, 'default');
	t.deepEqual(notices, []);
});

test('the configuration wins over the project, the project over the wheel', async t => {
	const files = {'pyproject.toml': hello, 'venvpack.toml': 'summary = "From the file"\n'};
	const {plan} = await planOf(t, {files, request: {name: 'other'}}, {metadata: wheel});
	t.is(plan.metadata.name, 'other');
	t.is(plan.metadata.version, '1.0');
	t.is(plan.metadata.summary, 'From the file');
	t.like(plan.origins, {
		name: '--name',
		version: '[project]',
		summary: 'venvpack.toml',
		prefix: '--prefix',
		out: 'default',
	});
});

test('a bare requirement gives the name, and its wheel the version', async t => {
	const {plan} = await planOf(t, {project: null, request: {from: ['Hello_App[nice]>=1']}}, {metadata: wheel});
	t.like(plan.metadata, {name: 'hello-app', version: '1.2'});
	t.like(plan.origins, {name: '--from', version: 'METADATA of the wheel'});
});

test('requirements with a name and a version need no wheel to speak for them', async t => {
	const request = {requirements: [hostPath('/r.txt')], name: 'stack', version: '3'};
	const {plan, notices} = await planOf(t, {project: null, request});
	t.like(plan.metadata, {
		name: 'stack',
		summary: 'Python application in an environment of its own',
		description: 'Python application in an environment of its own',
		license: '',
		homepage: '',
		maintainer: 'stack maintainers <stack@maintainer.invalid>',
	});
	t.deepEqual(notices, [
		{
			kind: 'warning',
			code: 'MAINTAINER_UNKNOWN',
			message:
				'no maintainer with an address is known, so the packages say stack maintainers <stack@maintainer.invalid>: set maintainer = "Name <address>" in the configuration',
		},
	]);
});

const maintained = test.macro(async (t, people: string, maintainer: string) => {
	const project = hello.replace(/authors = .*\n/, `${people}\n`);
	const {plan} = await planOf(t, {files: {'pyproject.toml': project}});
	t.is(plan.metadata.maintainer, maintainer);
});
test(
	'a maintainer goes before an author',
	maintained,
	'authors = [{name="A", email="a@x"}]\nmaintainers = [{name="B", email="b@x"}]',
	'B <b@x>',
);
test(
	'one with an address goes before one without',
	maintained,
	'authors = [{name="A"}, {name="B", email="b@x"}]',
	'B <b@x>',
);
test(
	"an address alone is that of the package's maintainers",
	maintained,
	'authors = [{email="a@x"}]',
	'hello maintainers <a@x>',
);
test(
	'a name alone has an address that reaches nobody',
	maintained,
	'authors = [{name="Jane Doe"}]',
	'Jane Doe <hello@maintainer.invalid>',
);

test('a line break in metadata cannot forge a field', async t => {
	const metadata = {...wheel, summary: 'one\nDepends: evil', license: 'MIT\r\nX: y', homepage: 'https://x/\nY: z'};
	const {plan} = await planOf(t, {files: dynamic}, {metadata});
	t.like(plan.metadata, {summary: 'one Depends: evil', license: 'MIT X: y', homepage: ''});
});

test('out is dist in the current folder', async t => {
	const {plan, root} = await planOf(t, {});
	t.is<string, string>(plan.out, join(root, 'dist'));
});

const epoch = test.macro(async (t, times: Partial<Facts['times']>, expected: number, origin: string) => {
	const {plan} = await planOf(t, {}, {times: {...noTimes, ...times}});
	t.deepEqual([plan.epoch, plan.origins.epoch], [expected, origin]);
});
const all = {sourceDateEpoch: '100', commit: 200, newestMember: 300};
test('the environment decides the time', epoch, all, 100, 'SOURCE_DATE_EPOCH');
test('else the commit', epoch, {...all, sourceDateEpoch: ''}, 200, 'the commit of the project');
test('else the newest member', epoch, {newestMember: 300}, 300, 'the newest member of the downloaded wheels');
test('else the first day of a zip', epoch, {}, 315_532_800, 'default');

for (const text of ['yesterday', '-1', '1.5', '0x10', '4294967296', ' 1']) {
	test(`SOURCE_DATE_EPOCH=${JSON.stringify(text)} is refused`, async t => {
		const message = await refusalOf(t, async () => planOf(t, {}, {times: {...noTimes, sourceDateEpoch: text}}));
		t.is(
			message,
			`SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, which is no time\n→ seconds since 1970, from 0 to 4294967295; or unset it\n[SOURCE_DATE_EPOCH_INVALID]`,
		);
	});
}

const compressed = test.macro(async (t, request: World['request'], expected: string) => {
	const {plan} = await planOf(t, {request: {formats: ['deb,tar.gz,tar.zst,dir'], ...request}});
	t.is(plan.formats.map(({name, compression: {method, level}}) => `${name} ${method} ${level}`).join(', '), expected);
});
test('the best that the target reads', compressed, {}, 'deb zstd 9, tar.gz gzip 6, tar.zst zstd 9, dir none 0');
test(
	'an old target',
	compressed,
	{target: 'debian-11', python: '3.9'},
	'deb xz 6, tar.gz gzip 6, tar.zst zstd 9, dir none 0',
);
test(
	'a method for those that have a choice',
	compressed,
	{compression: 'xz'},
	'deb xz 6, tar.gz gzip 6, tar.zst zstd 9, dir none 0',
);
test(
	'a level for those of the method',
	compressed,
	{compression: 'gzip', compressionLevel: 1},
	'deb gzip 1, tar.gz gzip 1, tar.zst zstd 9, dir none 0',
);
test('a level for all', compressed, {compressionLevel: 7}, 'deb zstd 7, tar.gz gzip 7, tar.zst zstd 7, dir none 0');

const refused = test.macro(async (t, request: Request, expected: string) => {
	t.is(await refusalOf(t, async () => planOf(t, {request})), expected);
});
test(
	'a method that the target cannot read',
	refused,
	{compression: 'zstd', target: 'debian-11'},
	'--compression is "zstd", which a deb for debian-11 cannot have\n→ it can have xz or gzip\n[COMPRESSION_UNFIT]',
);
test(
	'a method that no format has',
	refused,
	{compression: 'xz', formats: ['tar.gz,dir']},
	'--compression is "xz", which none of these formats can have\n→ the formats are: tar.gz (gzip), dir (none)\n[COMPRESSION_UNFIT]',
);
test(
	'a level out of range',
	refused,
	{compressionLevel: 15, formats: ['deb,tar.gz']},
	'--compression-level is 15, which gzip does not have\n→ gzip takes 1 to 9\n[COMPRESSION_LEVEL]',
);
test(
	'the architecture of another machine',
	refused,
	{arch: 'arm64'},
	'--arch is "aarch64", and this machine builds x86_64\n→ build on a machine of that kind, or leave the architecture to what is inside with "auto"\n[ARCH_FOREIGN]',
);
test('a project whose wheel is not there gives no version', async t => {
	t.is(
		await refusalOf(t, async () => planOf(t, {files: dynamic, request: {name: 'hello'}})),
		'no version is given, and no single project that it could come from\n→ add --version VERSION, or the key version in the configuration\n[VERSION_MISSING]',
	);
});

test('what cannot be is refused before anything is downloaded', async t => {
	const refuse = async (world: World) =>
		refusalOf(t, async () => {
			const {config} = await load(t, world);
			resolveInput(config, host, python311);
		});
	const request = {prefix: '/opt/x', formats: ['deb']};
	t.regex(await refuse({request: {...request, compressionLevel: 99}}), /COMPRESSION_LEVEL/);
	t.regex(await refuse({request: {...request, arch: 's390x'}}), /ARCH_FOREIGN/);
	const short = hello.replace('"hello"', '"x"');
	t.is(
		await refuse({request, files: {'pyproject.toml': short}}),
		'the name out of [project] is "x", which is no package name\n→ two or more lower-case letters, digits, "+", "-", "."\n[NAME_INVALID]',
	);
});

test('what was asked of formats is kept as it was asked, of those that are not made as well', async t => {
	const text = '[deb]\nsection = "misc"\ndepends = ["libpq5"]\n[rpm]\nlevel = 4\n';
	const files = {'pyproject.toml': hello, 'venvpack.toml': text};
	const request = {compression: 'xz', compressionLevel: 3};
	const {plan} = await planOf(t, {files, request});
	t.deepEqual(plan.wishes, {
		compression: 'xz',
		level: 3,
		targets: {dpkg: 'debian-12', rpm: 'el9'},
		settings: {deb: {depends: ['libpq5']}, rpm: {level: 4}},
	});
	t.deepEqual((await planOf(t, {})).plan.wishes, {targets: {dpkg: 'debian-12', rpm: 'el9'}, settings: {}});
});
