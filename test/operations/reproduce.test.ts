import {cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, delimiter, dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {execa} from 'execa';
import {deb} from '../../src/formats/deb/index.ts';
import type {Event} from '../../src/model/events.ts';
import type {Manifest} from '../../src/model/manifest.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import type {Reproduction} from '../../src/model/reproduction.ts';
import type {Request} from '../../src/model/request.ts';
import {build} from '../../src/operations/build.ts';
import type {Context} from '../../src/operations/context.ts';
import {reproduce} from '../../src/operations/reproduce.ts';
import type {ReproduceRequest} from '../../src/operations/reproduction/request.ts';
import {sign} from '../../src/operations/sign.ts';
import {serveIndex} from '../helpers/index.ts';
import {pack} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {writeProject} from '../helpers/project.ts';
import {testKey} from '../helpers/signing-keys.ts';
import {pathOf, pythonOf, pythons, withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// What an artifact says of itself is enough to make it again, byte for byte.

const python = pythonOf('3.11') ?? pythons().at(-1);
const uv = await uvFolder();
const test = withReason([...(python ? [] : ['python3.11']), ...(uv === undefined ? ['uv'] : [])].join(', '));
const withGpg = withReason(python && uv !== undefined && pathOf('gpg') ? '' : 'python3.11, uv, gpg');
const withDpkg = withReason(python && uv !== undefined && pathOf('dpkg-deb') ? '' : 'python3.11, uv, dpkg-deb');

interface Bench {
	readonly base: string;
	readonly events: Event[];
	readonly context: Context;
	folder(name: string): HostPath;
	/** Builds, and returns the artifacts by their format. */
	made(request: Request): Promise<Readonly<Record<string, HostPath>>>;
	again(artifact: string, request?: Partial<ReproduceRequest>): Promise<Reproduction>;
}

function bench(t: ExecutionContext, environment: Readonly<Record<string, string>> = {}): Bench {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-reproduce-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const events: Event[] = [];
	const context: Context = {
		listener: event => void events.push(event),
		environment: {
			PATH: [uv, process.env.PATH].join(delimiter),
			HOME: base,
			VENVPACK_CACHE_DIR: join(base, 'cache'),
			...environment,
		},
		version: '1.2.3',
	};
	const folder = (name: string) => hostPath(join(base, name));
	return {
		base,
		events,
		context,
		folder,
		async made(request) {
			const asked = {
				prefix: '/opt/app',
				python: python?.path ?? '',
				out: folder('dist'),
				formats: ['tar.gz'],
				...request,
			};
			const {artifacts} = await build(asked, context);
			return Object.fromEntries(artifacts.map(({format, path}) => [format, path]));
		},
		again: (artifact, request = {}) => reproduce({artifact, ...request}, context),
	};
}

const warnings = ({events}: Bench) => events.flatMap(event => (event.kind === 'warning' ? [event.code] : []));

function isIdentical(t: ExecutionContext, found: Reproduction): void {
	t.deepEqual(
		found.comparison && {metadata: found.comparison.metadata, files: found.comparison.files},
		undefined,
		found.layer,
	);
	t.true(found.identical, JSON.stringify(found.comparison));
	t.is(found.artifact.sha256, found.rebuilt.sha256);
}

test('a project, in every format, from another folder and at another time', async t => {
	const at = bench(t);
	const index = await serveIndex(t, {[wheelName({name: 'other'})]: wheelBytes({name: 'other'})});
	const project = hostPath(writeProject(at.folder('src/hello'), {dependencies: ['other']}));
	const formats = ['deb', 'rpm', 'tar.gz', 'tar.zst', 'zip', 'dir'];
	const made = await at.made({project, formats, indexUrl: index.url});
	cpSync(project, at.folder('elsewhere'), {recursive: true});
	rmSync(project, {recursive: true});
	t.deepEqual(Object.keys(made), formats);
	for (const artifact of Object.values(made)) {
		const found = await at.again(artifact, {project: at.folder('elsewhere'), indexUrl: index.url});
		isIdentical(t, found);
		t.is(found.rebuilt.path, undefined);
	}

	t.deepEqual(
		warnings(at).filter(code => code !== 'MAINTAINER_UNKNOWN'),
		[],
	);
});

withGpg('a signed package is the same but for its signature', async t => {
	const at = bench(t);
	const index = await serveIndex(t, {[wheelName({name: 'main'})]: wheelBytes({name: 'main'})});
	const made = await at.made({from: ['main'], formats: ['deb', 'rpm'], indexUrl: index.url});
	const artifacts = Object.values(made);
	await sign({artifacts, keys: {keyFile: testKey(t).file}, folder: at.folder('dist')}, at.context);
	for (const artifact of artifacts) {
		const found = await at.again(artifact, {indexUrl: index.url});
		t.true(found.identical, JSON.stringify(found.comparison));
		t.not(found.artifact.sha256, found.rebuilt.sha256);
		t.true(at.events.some(event => event.kind === 'note' && event.message.startsWith('the artifact is signed')));
	}
});

test('requirements need nothing but their artifact, and no network once they are cached', async t => {
	const at = bench(t);
	const index = await serveIndex(t, {
		[wheelName({name: 'main'})]: wheelBytes({name: 'main', metadata: ['Requires-Dist: other']}),
		[wheelName({name: 'other'})]: wheelBytes({name: 'other'}),
	});
	const {deb: artifact = ''} = await at.made({from: ['main'], formats: ['deb'], indexUrl: index.url});
	isIdentical(t, await at.again(artifact, {offline: true}));
});

test('a later version on the index changes nothing', async t => {
	const at = bench(t);
	const files = {[wheelName({name: 'main'})]: wheelBytes({name: 'main'})};
	const {'tar.gz': artifact = ''} = await at.made({from: ['main'], indexUrl: (await serveIndex(t, files)).url});
	rmSync(at.folder('cache'), {recursive: true});
	const later = {...files, [wheelName({name: 'main', version: '2.0'})]: wheelBytes({name: 'main', version: '2.0'})};
	isIdentical(t, await at.again(artifact, {indexUrl: (await serveIndex(t, later)).url}));
});

test('names every file that nobody has any more', async t => {
	const at = bench(t);
	const files = Object.fromEntries(
		['main', 'other'].map(name => [wheelName({name}), wheelBytes({name, metadata: []})]),
	);
	const {'tar.gz': artifact = ''} = await at.made({
		from: ['main', 'other'],
		name: 'several',
		version: '1',
		indexUrl: (await serveIndex(t, files)).url,
	});
	rmSync(at.folder('cache'), {recursive: true});
	const changed = await serveIndex(t, {
		[wheelName({name: 'main'})]: wheelBytes({name: 'main', files: {'main.py': 'x'}}),
	});
	const error = await t.throwsAsync(at.again(artifact, {indexUrl: changed.url}));
	t.like(error, {code: 'PIN_GONE', exitCode: 2});
	t.regex(error?.message ?? '', /main-1\.0-py3-none-any\.whl sha256 [0-9a-f]{64}\n {2}other-1\.0-py3-none-any\.whl/);
});

test('a wheel that lay on the builder is found by its digest, in the folder of the one that is named', async t => {
	const at = bench(t);
	const wheel = at.folder(wheelName({name: 'main'}));
	writeFileSync(wheel, wheelBytes({name: 'main'}));
	const {'tar.gz': artifact = ''} = await at.made({project: wheel});
	t.like(await t.throwsAsync(at.again(artifact, {indexUrl: (await serveIndex(t, {})).url})), {code: 'PIN_GONE'});
	isIdentical(t, await at.again(artifact, {project: wheel}));
});

test('another source is told, with what it changes', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {'tar.gz': artifact = ''} = await at.made({project});
	writeFileSync(join(project, 'hello.py'), 'x = 2\n');
	const found = await at.again(artifact, {project});
	t.false(found.identical);
	t.is(found.layer, 'distributions');
	t.deepEqual(found.comparison?.distributions, [{kind: 'rebuilt', name: 'hello', from: '1.0', to: '1.0'}]);
	t.true(found.comparison?.files.some(({path}) => path.endsWith('/site-packages/hello.py')));
	t.true(warnings(at).includes('SOURCE_DIFFERS'));
});

test('another version of the source is told', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {'tar.gz': artifact = ''} = await at.made({project});
	writeProject(project, {version: '1.1'});
	const found = await at.again(artifact, {project});
	t.deepEqual(found.comparison?.distributions, [{kind: 'updated', name: 'hello', from: '1.0', to: '1.1'}]);
});

test('a project must be named', async t => {
	const at = bench(t);
	const {'tar.gz': artifact = ''} = await at.made({project: hostPath(writeProject(at.folder('hello')))});
	t.like(await t.throwsAsync(at.again(artifact)), {
		code: 'SOURCE_NEEDED',
		hint: 'say where the project lies, as it was then: --project DIR',
	});
});

test('a project that is not there, and an artifact that would be replaced, are refused', async t => {
	const at = bench(t);
	const {'tar.gz': artifact = ''} = await at.made({project: hostPath(writeProject(at.folder('hello')))});
	t.like(await t.throwsAsync(at.again(artifact, {project: at.folder('gone')})), {code: 'NO_PROJECT', exitCode: 2});
	const before = readFileSync(artifact);
	const over = at.again(artifact, {project: at.folder('hello'), out: at.folder('dist')});
	t.like(await t.throwsAsync(over), {code: 'OUT_OVERWRITES', exitCode: 2});
	t.deepEqual(readFileSync(artifact), before);
});

test('an artifact that venvpack did not make, or an older one, has no recipe', async t => {
	const at = bench(t);
	const foreign = await pack(deb, pkg({'/opt/app/x': 'x'}));
	const older = await t.throwsAsync(at.again(foreign));
	t.like(older, {code: 'RECIPE_MISSING', exitCode: 2});
	t.true(older?.message.endsWith('has no recipe: it was made by venvpack 0.0.0, which wrote none yet'));

	const wheel = at.folder(wheelName());
	writeFileSync(wheel, wheelBytes());
	const other = await t.throwsAsync(at.again(wheel));
	t.is(other?.message, `${wheel} has no recipe: it was made by something else than venvpack`);
});

withDpkg('a file that was changed in the artifact is shown', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {deb: artifact = ''} = await at.made({project, formats: ['deb']});
	const unpacked = at.folder('unpacked');
	await execa('dpkg-deb', ['--raw-extract', artifact, unpacked]);
	const [module = ''] = readdirSync(unpacked, {recursive: true, encoding: 'utf8'}).filter(
		name => basename(name) === 'hello.py',
	);
	writeFileSync(join(unpacked, module), 'x = 1 # and more\n');
	const tampered = at.folder('tampered.deb');
	await execa('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', unpacked, tampered]);
	const found = await at.again(tampered, {project});
	t.false(found.identical);
	t.deepEqual(
		found.comparison?.files.map(({kind, path, aspects}) => [kind, path, aspects.map(({what}) => what)]),
		[['changed', `/${module}`, ['content']]],
	);
	t.is(found.layer, 'files');
});

withDpkg('the same tree in another container is told as such', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {deb: artifact = ''} = await at.made({project, formats: ['deb']});
	const [unpacked, packed] = [at.folder('unpacked'), at.folder('again.deb')];
	await execa('dpkg-deb', ['--raw-extract', artifact, unpacked]);
	await execa('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', unpacked, packed]);
	const found = await at.again(packed, {project});
	t.false(found.identical);
	t.is(found.layer, 'container');
});

test('what was asked of the format, metadata and hooks come from the recipe, not from a configuration', async t => {
	const at = bench(t, {WORD: 'said'});
	const word = `$\{WORD}`;
	const project = hostPath(writeProject(at.folder('hello')));
	writeFileSync(
		join(project, 'venvpack.toml'),
		[
			'release = "7"',
			'vendor = "Vendors"',
			`description = "It says ${word}."`,
			'compression = "gzip"',
			'compression-level = 1',
			'allow-leaks = ["/opt/app/said/*"]',
			'[[hooks]]',
			`command = ["python", "-c", "import sys; open('said', 'w').write(sys.argv[1])", "${word}"]`,
			'[deb]',
			'section = "web"',
			'depends = ["libpq5"]',
		].join('\n'),
	);
	const made = await at.made({project, formats: ['deb', 'rpm', 'dir']});
	rmSync(join(project, 'venvpack.toml'));
	for (const artifact of Object.values(made)) {
		isIdentical(t, await at.again(artifact, {project}));
	}

	const {recipe} = JSON.parse(readFileSync(join(made.dir ?? '', 'venvpack.json'), 'utf8')) as Manifest;
	t.is(recipe?.hooks[0]?.at(-1), word);
	// The targets are those of whoever runs this test.
	const {targets, ...wishes} = recipe?.wishes ?? {};
	t.deepEqual(Object.keys(targets ?? {}), ['dpkg', 'rpm']);
	t.deepEqual(wishes, {
		compression: 'gzip',
		level: 1,
		settings: {deb: {section: 'web', depends: ['libpq5']}},
	});
	const unset = {...at.context, environment: {...at.context.environment, WORD: undefined}};
	const error = await t.throwsAsync(reproduce({artifact: made.dir ?? '', project}, unset));
	t.like(error, {code: 'ENVIRONMENT_UNSET'});
});

test('the same tree comes of every choice of formats', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const request = {project, prefix: '/opt/app', python: python?.path ?? '', out: at.folder('dist')};
	const trees = await Promise.all(
		[['deb'], ['tar.gz', 'rpm'], ['dir']].map(async formats => (await build({...request, formats}, at.context)).tree),
	);
	t.is(new Set(trees).size, 1);
});

test('a build has the tools that the first one had', async t => {
	const at = bench(t);
	const backend = (version: string) =>
		wheelBytes({
			name: 'tool',
			version,
			files: {'tool.py': `VERSION = "${version}"\n`},
		});
	const project = hostPath(
		writeProject(at.folder('hello'), {
			building: "import tool\n(open('made.py', 'w')).write('by = %r' % tool.VERSION)",
		}),
	);
	const pyproject = join(project, 'pyproject.toml');
	writeFileSync(pyproject, readFileSync(pyproject, 'utf8').replace('requires = []', 'requires = ["tool"]'));
	const first = {[wheelName({name: 'tool', version: '1.0'})]: backend('1.0')};
	const {'tar.gz': artifact = ''} = await at.made({project, indexUrl: (await serveIndex(t, first)).url});
	rmSync(at.folder('cache'), {recursive: true});
	const later = await serveIndex(t, {...first, [wheelName({name: 'tool', version: '2.0'})]: backend('2.0')});
	isIdentical(t, await at.again(artifact, {project, indexUrl: later.url}));
});

test('another venvpack is a warning', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {'tar.gz': artifact = ''} = await at.made({project});
	const found = await reproduce({artifact, project}, {...at.context, version: '9.9.9'});
	t.true(warnings(at).includes('VENVPACK_DIFFERS'));
	t.is(found.layer, 'metadata');
	t.deepEqual(found.comparison?.metadata, [{field: 'made by', from: 'venvpack 1.2.3', to: 'venvpack 9.9.9'}]);
});

const otherMinor = pythons().find(({minor}) => minor !== python?.minor);
withReason(otherMinor && uv !== undefined ? '' : 'a second Python, uv')('another minor is refused', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {'tar.gz': artifact = ''} = await at.made({project});
	t.like(await t.throwsAsync(at.again(artifact, {project, python: otherMinor?.path ?? ''})), {code: 'PYTHON_MINOR'});
});

test('what is kept lies where it was asked for', async t => {
	const at = bench(t);
	const project = hostPath(writeProject(at.folder('hello')));
	const {'tar.gz': artifact = ''} = await at.made({project});
	const found = await at.again(artifact, {project, out: at.folder('again')});
	t.is(dirname(found.rebuilt.path ?? ''), at.folder('again'));
	t.deepEqual(readFileSync(found.rebuilt.path ?? ''), readFileSync(artifact));
});

test('a recipe holds no path and no credential of the builder', async t => {
	const at = bench(t);
	const library = hostPath(writeProject(at.folder('lib'), {name: 'lib'}));
	const index = await serveIndex(
		t,
		{[wheelName({name: 'other'})]: wheelBytes({name: 'other'})},
		{user: 'ann', password: 's3cret'},
	);
	const wheel = at.folder(wheelName({name: 'local'}));
	writeFileSync(wheel, wheelBytes({name: 'local'}));
	const {dir = ''} = await at.made({
		from: ['other', `lib @ file://${library}`, wheel],
		name: 'several',
		version: '1',
		formats: ['dir'],
		indexUrl: index.urlWithCredentials,
	});
	const text = readFileSync(join(dir, 'venvpack.json'), 'utf8');
	t.false(text.includes(at.base));
	t.false(text.includes('s3cret'));
	t.deepEqual(
		(JSON.parse(text) as Manifest).recipe?.sources.map(({name, kind}) => [name, kind]),
		[
			['lib', 'directory'],
			['local', 'file'],
		],
	);
	t.like(await t.throwsAsync(at.again(dir, {indexUrl: index.urlWithCredentials, findLinks: [at.base]})), {
		code: 'SOURCE_NEEDED',
	});
	isIdentical(
		t,
		await at.again(dir, {indexUrl: index.urlWithCredentials, findLinks: [at.base], sources: {lib: library}}),
	);
});

const withGit = withReason(python && uv !== undefined && pathOf('git') ? '' : 'python3.11, uv, git');
withGit('a repository that only the builder has is named by a folder', async t => {
	const at = bench(t);
	const repository = hostPath(writeProject(at.folder('lib'), {name: 'lib'}));
	const git = (...args: string[]) =>
		execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: repository});
	await git('init', '--quiet');
	await git('add', '.');
	await git('commit', '--quiet', '-m', 'first');
	const {'tar.gz': artifact = ''} = await at.made({
		...{from: [`lib @ git+file://${repository}`], name: 'app', version: '1.0'},
	});
	t.like(await t.throwsAsync(at.again(artifact)), {code: 'SOURCE_NEEDED', hint: 'say where it lies: --source lib=DIR'});
	isIdentical(t, await at.again(artifact, {sources: {Lib: repository}}));
});
