import test from 'ava';
import type {Comparison} from '../../src/model/comparison.ts';
import type {Metadata} from '../../src/model/metadata.ts';
import type {OpenedPackage} from '../../src/model/package.ts';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Recipe} from '../../src/model/recipe.ts';
import type {Entry} from '../../src/model/tree.ts';
import {comparePair} from '../../src/operations/diff.ts';
import {surveyOf} from '../../src/operations/survey.ts';
import {type ArtifactOptions, artifact, goodVenv} from '../helpers/artifact.ts';
import {smallElf} from '../helpers/elf.ts';
import type {LiteralEntry} from '../helpers/package.ts';

type Found = Omit<Comparison, 'a' | 'b'>;

async function compared(a: OpenedPackage, b: OpenedPackage): Promise<Found> {
	return comparePair({a: {...a, survey: await surveyOf(a)}, b: {...b, survey: await surveyOf(b)}});
}

/** Every change in one line: what a user would be told. */
function lines({distributions, metadata, files}: Found): string[] {
	return [
		...distributions.map(({kind, name, from, to}) => `${name} ${kind}: ${from} → ${to}`),
		...metadata.map(({field, from, to}) => `${field}: ${from} → ${to}`),
		...files.map(({kind, path, from, aspects}) =>
			[`${path} ${kind}`, ...(from ? [`from ${from}`] : []), ...aspects.map(aspectText)].join(', '),
		),
	];
}

function aspectText({what, from, to}: {what: string; from: string; to: string}): string {
	return what === 'content' ? what : `${what} ${from} → ${to}`;
}

const site = '/opt/app/lib/python3.11/site-packages';

type Differing = Readonly<Record<string, LiteralEntry | undefined>>;

interface Case {
	/** What A has otherwise than the good venv, and B. */
	readonly a?: Differing;
	readonly b?: Differing;
	readonly options?: readonly [a: ArtifactOptions, b: ArtifactOptions];
}

/** The lines that a comparison of two good venvs with these differences comes to, and no other. */
const tells = test.macro(async (t, {a = {}, b = {}, options = [{}, {}]}: Case, ...expected: string[]) => {
	const found = await compared(artifact(goodVenv(a), options[0]), artifact(goodVenv(b), options[1]));
	t.deepEqual(lines(found), expected);
	t.is(found.equal, expected.length === 0);
});

test('the same is equal', tells, {});

test('a file that is new', tells, {b: {'/opt/app/share/x': 'x'}}, '/opt/app/share/x added');
test('a file that is gone', tells, {a: {'/opt/app/share/x': 'x'}}, '/opt/app/share/x removed');
test(
	'a file with other content',
	tells,
	{a: {'/opt/app/share/x': 'x'}, b: {'/opt/app/share/x': 'y'}},
	'/opt/app/share/x changed, content',
);
test(
	'a file that is renamed is known by its content',
	tells,
	{a: {'/opt/app/share/x': 'text'}, b: {'/opt/app/share/y': 'text'}},
	'/opt/app/share/y renamed, from /opt/app/share/x',
);
test(
	'empty files are all alike, and no rename',
	tells,
	{a: {'/opt/app/share/x': ''}, b: {'/opt/app/share/y': ''}},
	'/opt/app/share/x removed',
	'/opt/app/share/y added',
);
test(
	'of two files with one content each rename takes one',
	tells,
	{a: {'/opt/app/a': 'text', '/opt/app/b': 'text'}, b: {'/opt/app/c': 'text'}},
	'/opt/app/b removed',
	'/opt/app/c renamed, from /opt/app/a',
);
test(
	'another mode',
	tells,
	{a: {'/opt/app/x': {mode: 0o644, text: 'x'}}, b: {'/opt/app/x': {mode: 0o755, text: 'x'}}},
	'/opt/app/x changed, mode 0644 → 0755',
);
test(
	'a link that leads elsewhere',
	tells,
	{a: {'/opt/app/x': {link: 'a'}}, b: {'/opt/app/x': {link: 'b'}}},
	'/opt/app/x changed, target a → b',
);
test(
	'a link that became a file',
	tells,
	{a: {'/opt/app/x': {link: 'a'}}, b: {'/opt/app/x': 'x'}},
	'/opt/app/x changed, kind link → file',
);
test('an empty folder', tells, {b: {'/opt/app/empty/': {mode: 0o755}}}, '/opt/app/empty added');
test('a folder comes with what is in it', tells, {b: {'/opt/app/a/b/c': 'x'}}, '/opt/app/a/b/c added');
test('the mode of a folder', tells, {b: {'/opt/app/bin/': {mode: 0o700}}}, '/opt/app/bin changed, mode 0755 → 0700');
test(
	'another owner',
	tells,
	{
		options: [{}, {declared: {owners: new Map([[installPath('/opt/app/pyvenv.cfg'), {user: 'app', group: 'app'}]])}}],
	},
	'/opt/app/pyvenv.cfg changed, owner root:root → app:app',
);

const pyc = `${site}/demo/__pycache__/__init__.cpython-311.pyc`;
test('bytecode follows its source', async t => {
	const [a, b] = [{[pyc]: 'one'}, {[pyc]: 'two', [`${site}/demo/__init__.py`]: 'answer = 41\n'}];
	const found = await compared(artifact(goodVenv(a)), artifact(goodVenv(b)));
	t.deepEqual(lines(found), [`${site}/demo/__init__.py changed, content`]);
	t.is(found.following, 1);
});
test(
	'bytecode that differs by itself is told',
	tells,
	{a: {[pyc]: 'one'}, b: {[pyc]: 'two'}},
	`${pyc} changed, content`,
);

const wheel = (name: string, version: string, record = ''): Differing => ({
	[`${site}/${name}-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`,
	[`${site}/${name}-${version}.dist-info/RECORD`]: record,
});

async function distributions(a: Differing, b: Differing): Promise<string[]> {
	const found = await compared(artifact(goodVenv(a)), artifact(goodVenv(b)));
	return lines({...found, files: []});
}

test('distributions come, go, and change their version, by name', async t => {
	t.deepEqual(
		await distributions(
			{...wheel('Zed', '1.0'), ...wheel('six', '1.17'), ...wheel('idna', '3.6'), ...wheel('attrs', '24.1')},
			{...wheel('anyio', '4.0'), ...wheel('zed', '1.10'), ...wheel('idna', '3.10'), ...wheel('attrs', '23.2')},
		),
		[
			'anyio added: undefined → 4.0',
			'attrs downgraded: 24.1 → 23.2',
			'idna updated: 3.6 → 3.10',
			'six removed: 1.17 → undefined',
			'zed updated: 1.0 → 1.10',
		],
	);
});
test('the same version with other content is told', async t => {
	t.deepEqual(
		await distributions(wheel('six', '1.17', 'six.py,sha256=a,1\n'), wheel('six', '1.17', 'six.py,sha256=b,1\n')),
		['six rebuilt: 1.17 → 1.17'],
	);
});
test('a version that is none of PEP 440 is an update', async t => {
	t.deepEqual(await distributions(wheel('six', 'old'), wheel('six', 'new')), ['six updated: old → new']);
});

const meta = (metadata: Partial<Metadata>): Case => ({options: [{}, {metadata}] as const});
test('another name', tells, meta({name: 'other'}), 'name: app → other');
test('another version', tells, meta({version: '1.1'}), 'version: 1.0 → 1.1');
test('another release', tells, meta({release: '2'}), 'release: 1 → 2');
test('another homepage', tells, meta({homepage: ''}), 'homepage: https://example.org/app → undefined');
test('another licence', tells, meta({license: 'BSD'}), 'license: MIT → BSD');
test('another architecture', tells, {options: [{}, {arch: 'any'}]}, 'architecture: x86_64 → any');

const declares = (a: ArtifactOptions['declared'], b: ArtifactOptions['declared']): Case => ({
	options: [{declared: a ?? {}}, {declared: b ?? {}}],
});
test(
	'a relation with another version is one line',
	tells,
	declares(
		{relations: {requires: ['libc6 (>= 2.31)', 'zlib1g']}},
		{relations: {requires: ['libc6 (>= 2.36)', 'zlib1g', 'libpq5']}},
	),
	'requires: libc6 (>= 2.31) → libc6 (>= 2.36)',
	'requires: undefined → libpq5',
);
test(
	'a maintainer script that changed',
	tells,
	declares({scripts: new Map([['postinst', '#!/bin/sh\n']])}, {scripts: new Map([['postinst', '#!/bin/sh\ntrue\n']])}),
	'script postinst: 1 line, sha256 a8076d3d28d2 → 2 lines, sha256 9ab8fabc8c72',
);
test(
	'a script of the package that is new',
	tells,
	declares({}, {scripts: new Map([['%pre', 'true']])}),
	'script %pre: undefined → 1 line, sha256 b5bea41b6c62',
);
test(
	'a configuration file',
	tells,
	declares({}, {conffiles: [installPath('/etc/app.conf')]}),
	'conffile: undefined → /etc/app.conf',
);
test('a signature', tells, declares({}, {signatures: ['_gpgorigin']}), 'signature: undefined → _gpgorigin');
test(
	'another field of the format',
	tells,
	declares({fields: new Map([['Section', 'misc']])}, {fields: new Map([['Section', 'web']])}),
	'field Section: misc → web',
);
test(
	'what is told already is not told again',
	tells,
	{
		options: [
			{
				declared: {
					fields: new Map([['Version', '1.0-1']]),
					relations: {provides: ['app = 1.0-1', 'app(x86-64) = 1.0-1']},
				},
			},
			{
				declared: {fields: new Map([['Version', '1.0-2']]), relations: {provides: ['app = 1.0-2']}},
				metadata: {release: '2'},
			},
		],
	},
	'release: 1 → 2',
);
test(
	'sizes and digests follow from the files',
	tells,
	declares({fields: new Map([['Installed-Size', '1']])}, {fields: new Map([['Installed-Size', '2']])}),
);
test(
	'a console script',
	tells,
	{b: {'/opt/app/bin/more': '#!/opt/app/bin/python\n'}},
	'command: undefined → more',
	'/opt/app/bin/more added',
);
test(
	'a service',
	tells,
	{b: {'/lib/systemd/system/app.service': '[Service]\nExecStart=/opt/app/bin/demo\nUser=app\n'}},
	'service: undefined → app.service starts /opt/app/bin/demo as app',
	'/lib/systemd/system/app.service added',
);
test(
	'another interpreter',
	tells,
	{b: {'/opt/app/bin/python3.11': {link: '/usr/local/bin/python3.11'}}},
	'interpreter: Python 3.11 at /usr/bin/python3.11 → Python 3.11 at /usr/local/bin/python3.11',
	'/opt/app/bin/python3.11 changed, target /usr/bin/python3.11 → /usr/local/bin/python3.11',
);

const recipe: Recipe = {
	input: 'project',
	extras: [],
	groups: [],
	python: '3.11.7',
	sources: [{name: 'demo', kind: 'project', epoch: 0, tools: ['hatchling==1.27.0', 'pluggy==1.5.0']}],
	hooks: [],
	metadata: {description: '', maintainer: '', vendor: '', homepage: ''},
	wishes: {settings: {}},
};

test('what built it, by the recipes', async t => {
	const [one] = recipe.sources;
	const later = {
		...recipe,
		python: '3.11.9',
		sources: [{...one, name: 'demo', kind: 'project', tools: ['hatchling==1.28.0']} as const],
	};
	const sides = [recipe, later].map(its => {
		const opened = artifact(goodVenv(), {manifest: true});
		const {manifest} = opened.pkg;
		return {...opened, pkg: {...opened.pkg, manifest: manifest && {...manifest, recipe: its}}};
	});
	const [a = artifact({}), b = artifact({})] = sides;
	t.deepEqual(lines(await compared(a, b)), [
		'built with: Python 3.11.7 → Python 3.11.9',
		'build tool: hatchling 1.27.0 for demo → hatchling 1.28.0 for demo',
		'build tool: pluggy 1.5.0 for demo → undefined',
	]);
});

test('an interpreter inside: its version, its libraries and where the tree may lie, before any file', async t => {
	const inside = (library: string) =>
		goodVenv({
			'/opt/app/bin/python3.11': smallElf({type: 2}),
			'/opt/app/lib/python3.11/os.py': '',
			'/opt/app/lib/libssl.so.3': smallElf({soname: library}),
			'/opt/app/pyvenv.cfg': 'include-system-site-packages = false\n',
		});
	const bundle = {libraries: true, keep: []};
	const sides = [
		{files: inside('libssl.so.1.1'), recipe, layout: {relocatable: false, bundle}},
		{files: inside('libssl.so.3'), recipe: {...recipe, python: '3.11.9'}, layout: {relocatable: true, bundle}},
	].map(({files, recipe: its, layout}) => {
		const opened = artifact(files, {manifest: true});
		const {manifest} = opened.pkg;
		return {...opened, pkg: {...opened.pkg, manifest: manifest && {...manifest, recipe: its, layout}}};
	});
	const [a = artifact({}), b = artifact({})] = sides;
	const found = lines(await compared(a, b)).map(line => line.replaceAll(/[0-9a-f]{12}/g, 'DIGEST'));
	t.deepEqual(found, [
		'built with: Python 3.11.7 → Python 3.11.9',
		'layout: at its prefix alone, its interpreter inside → may lie anywhere, its interpreter inside',
		'interpreter: Python 3.11.7 its own → Python 3.11.9 its own',
		'carried library: libssl.so.1.1 of 312 bytes, sha256 DIGEST → undefined',
		'carried library: undefined → libssl.so.3 of 312 bytes, sha256 DIGEST',
		'/opt/app/lib/libssl.so.3 changed, content',
	]);
});

test('the manifest follows from what it tells of', async t => {
	const [a, b] = [{}, {'/opt/app/share/x': 'x'}].map(more => artifact(goodVenv(more), {manifest: true}));
	const found = await compared(a ?? artifact({}), b ?? artifact({}));
	t.deepEqual(lines(found), ['/opt/app/share/x added']);
	t.is(found.following, 1);
});
test(
	'a manifest that differs by itself is told',
	tells,
	{a: {'/opt/app/venvpack.json': '{}'}, b: {'/opt/app/venvpack.json': '{"x": 1}'}},
	'/opt/app/venvpack.json changed, content',
);

test('what one format does not carry is no difference', async t => {
	const owners = new Map([[installPath('/opt/app/pyvenv.cfg'), {user: 'app', group: 'app'}]]);
	const a = artifact(goodVenv({'/opt/app/empty/': {mode: 0o755}, '/opt/app/x': {mode: 0o600, text: ''}}), {
		format: 'deb',
		declared: {owners, relations: {requires: ['libc6']}, fields: new Map([['Section', 'web']])},
	});
	const poor: ArtifactOptions['carries'] = {
		...({modes: 'executable', links: false, emptyFolders: false, owners: false} as const),
		...{relations: false, metadata: false},
	};
	const links = ['/opt/app/bin/python', '/opt/app/bin/python3.11'];
	const files = goodVenv({'/opt/app/x': {mode: 0o644, text: ''}});
	const b = artifact(Object.fromEntries(Object.entries(files).filter(([path]) => !links.includes(path))), {
		format: 'zip',
		carries: poor,
		metadata: {name: '', version: '', release: '', summary: '', license: '', maintainer: ''},
		arch: '',
	});
	const found = await compared(a, b);
	t.deepEqual(lines(found), []);
	t.true(found.equal);
	t.deepEqual(found.uncompared, ['modes', 'links', 'empty folders', 'owners']);
});

test('below another prefix the same relative path is the same file', async t => {
	const a = artifact(goodVenv({'/opt/app/share/x': 'x'}));
	const moved = (path: string) => path.replace(/^\/opt/, '/srv').replace(/^\/srv\/app/, '/srv/tool') as InstallPath;
	const entries: Entry[] = a.pkg.tree.entries.map(entry => ({...entry, path: moved(entry.path)}));
	const b: OpenedPackage = {...a, pkg: {...a.pkg, prefix: installPath('/srv/tool'), tree: {entries}}};
	t.deepEqual(lines(await compared(a, b)), ['prefix: /opt/app → /srv/tool']);
});

test('200,000 files on each side', async t => {
	const side = (seed: number): OpenedPackage => {
		const opened = artifact({});
		const entries: Entry[] = Array.from({length: 200_000}, (_, at) => ({
			...({kind: 'file', mode: 0o644} as const),
			path: `/opt/app/lib/file-${String(at + seed).padStart(7, '0')}` as InstallPath,
			content: {kind: 'bytes', bytes: Buffer.from(String(at % 5000))},
		}));
		return {...opened, pkg: {...opened.pkg, tree: {entries}}};
	};
	// Of this thread alone: a busy machine is no fault of ours.
	const begin = process.threadCpuUsage();
	const {files} = await compared(side(0), side(100_000));
	t.true(files.length >= 100_000);
	const {user, system} = process.threadCpuUsage(begin);
	t.true(user + system < 10_000_000, `${(user + system) / 1000} ms`);
});
