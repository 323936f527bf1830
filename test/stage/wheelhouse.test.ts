import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {InputError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Wheelhouse} from '../../src/model/staged.ts';
import {serveIndex} from '../helpers/index.ts';
import {writeProject} from '../helpers/project.ts';
import {withReason} from '../helpers/tools.ts';
import {uvFolder} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';
import {bench, builder} from './collect.ts';

// The index lives in this process: a call that blocks it would keep tools waiting for their answers.
const execute = promisify(execFile);
const uv = await uvFolder();
const tools = uv === undefined ? [] : [uv];
const test = withReason(uv === undefined ? 'uv, which could not be fetched' : '');
const git = withReason(uv === undefined ? 'uv' : existsSync('/usr/bin/git') ? '' : 'git');

const wheels = (...names: string[]) =>
	Object.fromEntries(names.map(name => [wheelName({name}), wheelBytes({name, files: {[`${name}.py`]: ''}})]));
const namesOf = (house: Wheelhouse) => house.wheels.map(wheel => wheel.distribution.name).sort();
const project = (directory: string) => ({kind: 'project', directory: hostPath(directory), lock: undefined}) as const;
const digest = (house: Wheelhouse) => house.wheels[0]?.distribution.sha256 ?? '';

test('brings a bare requirement from an index, and calls it the main wheel', async t => {
	const index = await serveIndex(t, wheels('sample'));
	const house = await bench(t, tools).collect({from: ['sample==1.0'], index: index.url});
	t.deepEqual(namesOf(house), ['sample']);
	t.is(house.main, house.wheels[0]);
	t.is(house.main?.distribution.origin, 'index');
	t.deepEqual(house.buildRoots, []);
});

test('asks the index again after failures that pass, and takes from the cache what lies there', async t => {
	const index = await serveIndex(t, wheels('sample'), {failures: 2, json: true});
	const {collect} = bench(t, tools);
	await collect({from: ['sample'], index: index.url});
	const downloads = () =>
		index.requests.filter(({path, agent}) => path.startsWith('/files/') && agent === 'venvpack').length;
	t.is(downloads(), 3);
	await collect({from: ['sample'], index: index.url});
	t.is(downloads(), 3);
});

test('gives the name and password of the index URL, and tells nobody', async t => {
	const index = await serveIndex(t, wheels('sample'), {user: 'me', password: 's3cr3t/x'});
	const {collect, events} = bench(t, tools);
	await collect({from: ['sample'], index: index.urlWithCredentials});
	t.notRegex(JSON.stringify(events), /s3cr3t/);
});

test('takes name and password from PIP_INDEX_URL, as pip does', async t => {
	const index = await serveIndex(t, wheels('sample'), {user: 'me', password: 's3cr3t'});
	t.deepEqual(namesOf(await bench(t, tools).collect({from: ['sample']}, {PIP_INDEX_URL: index.urlWithCredentials})), [
		'sample',
	]);
});

test('takes name and password from netrc', async t => {
	const index = await serveIndex(t, wheels('sample'), {user: 'me', password: 's3cr3t'});
	const {collect, file} = bench(t, tools);
	const netrc = file('netrc', 'machine 127.0.0.1 login me password s3cr3t\n');
	t.deepEqual(namesOf(await collect({from: ['sample'], index: index.url}, {NETRC: netrc})), ['sample']);
});

test('takes name and password from an index line of a requirements file, with a variable in it', async t => {
	const index = await serveIndex(t, wheels('sample'), {user: 'me', password: 's3cr3t'});
	const {collect, file} = bench(t, tools);
	const line = index.urlWithCredentials.replace('s3cr3t', ['$', '{TOKEN}'].join(''));
	const requirements = file('requirements.txt', `--index-url ${line}\nsample\n`);
	t.deepEqual(namesOf(await collect({requirements: [hostPath(requirements)]}, {TOKEN: 's3cr3t'})), ['sample']);
});

test('a wrong password is an error without the password', async t => {
	const index = await serveIndex(t, wheels('sample'), {user: 'me', password: 'right'});
	const {collect, events} = bench(t, tools);
	const error = await t.throwsAsync(
		async () => collect({from: ['sample'], index: index.urlWithCredentials.replace('right', 'wr0ng')}),
		{
			instanceOf: InputError,
			code: 'RESOLVE_FAILED',
		},
	);
	t.notRegex(`${error.message}${error.hint}${JSON.stringify(events)}`, /wr0ng/);
});

test('sends credentials to no other host than theirs', async t => {
	const files = wheels('sample');
	const other = await serveIndex(t, files);
	const index = await serveIndex(t, wheels('other'), {user: 'me', password: 's3cr3t'});
	const place = `${other.url.replace('/simple', '').replace('127.0.0.1', 'localhost')}/files/${wheelName()}`;
	await bench(t, tools).collect({from: [`sample @ ${place}`, 'other'], index: index.urlWithCredentials});
	t.true(other.requests.length > 0);
	t.deepEqual(
		other.requests.filter(({authorization}) => authorization !== undefined),
		[],
	);
});

test('refuses a file with other bytes than the index promised', async t => {
	const index = await serveIndex(t, wheels('sample'), {tampered: true});
	const {collect, base} = bench(t, tools);
	const error = await t.throwsAsync(async () => collect({from: ['sample'], index: index.url}), {
		instanceOf: InputError,
	});
	t.regex(error.message, /sha256|hash|size|zip|metadata/i);
	t.false(
		existsSync(join(base, 'cache/wheels')) &&
			readdirSync(join(base, 'cache/wheels')).some(name => existsSync(join(base, 'cache/wheels', name, wheelName()))),
	);
});

test('holds files to the hashes of a requirements file', async t => {
	const index = await serveIndex(t, wheels('sample'));
	const {collect, file} = bench(t, tools);
	const right = digest(await collect({from: ['sample'], index: index.url}));
	const fits = file('right.txt', `sample==1.0 --hash=sha256:${right}\n`);
	t.deepEqual(namesOf(await collect({requirements: [hostPath(fits)], index: index.url})), ['sample']);
	const wrong = file('wrong.txt', `sample==1.0 \\\n    --hash=sha256:${'0'.repeat(64)}\n`);
	await t.throwsAsync(async () => collect({requirements: [hostPath(wrong)], index: index.url}), {
		instanceOf: InputError,
		code: 'HASH_MISMATCH',
		message: `sample 1.0: the requirements file asks for sha256 ${'0'.repeat(64)}; found: ${wheelName()} (${right})`,
	});
});

test('one hash asks for all: every distribution without one is named', async t => {
	const index = await serveIndex(t, {
		...wheels('one', 'two'),
		[wheelName({name: 'three'})]: wheelBytes({name: 'three', metadata: ['Requires-Dist: two']}),
	});
	const {collect, file} = bench(t, tools);
	const requirements = file(
		'r.txt',
		`one==1.0 --hash=sha256:${digest(await collect({from: ['one'], index: index.url}))}\nthree\n`,
	);
	await t.throwsAsync(async () => collect({requirements: [hostPath(requirements)], index: index.url}), {
		code: 'HASH_MISSING',
		message: 'hashes are required, and these have none: three, two',
	});
});

test('reads files inside of requirements files, constraints, find-links', async t => {
	const {collect, file, base} = bench(t, tools);
	mkdirSync(join(base, 'links'));
	for (const version of ['1.0', '2.0']) {
		writeFileSync(join(base, 'links', wheelName({version})), wheelBytes({version}));
	}

	file('inner.txt', 'sample\n');
	const requirements = [hostPath(file('outer.txt', '-r inner.txt\n'))];
	const constraints = [hostPath(file('constraints.txt', 'sample<2\n'))];
	const index = await serveIndex(t, {});
	const house = await collect({requirements, constraints, findLinks: [join(base, 'links')], index: index.url});
	t.is(house.wheels[0]?.fileName, wheelName());
	t.is(house.wheels[0]?.distribution.origin, 'file');
});

test('says all that the resolver said when nothing fits', async t => {
	const index = await serveIndex(t, wheels('sample'));
	const error = await t.throwsAsync(async () => bench(t, tools).collect({from: ['sample==9'], index: index.url}), {
		code: 'RESOLVE_FAILED',
	});
	t.regex(error?.message ?? '', /there is no version of sample==9/);
});

test('builds a project, its extras and groups beside it, and writes nothing into its folder', async t => {
	const index = await serveIndex(t, wheels('sample', 'extra', 'grouped'));
	const {collect, base} = bench(t, tools);
	const more = '[project.optional-dependencies]\nx = ["extra"]\n[dependency-groups]\ndev = ["grouped"]\n';
	const folder = writeProject(join(base, 'a project'), {dependencies: ['sample'], more});
	const before = readdirSync(folder, {recursive: true}).sort();
	const house = await collect({input: project(folder), extras: ['x'], groups: ['dev'], index: index.url});
	t.deepEqual(namesOf(house), ['extra', 'grouped', 'hello', 'sample']);
	t.is(house.main?.distribution.name, 'hello');
	t.is(house.main?.distribution.origin, 'built');
	t.deepEqual(house.buildRoots, [hostPath(join(base, 'work-0/build/hello'))]);
	t.deepEqual(readdirSync(folder, {recursive: true}).sort(), before);
});

test('installs an editable line as a plain wheel, and says so', async t => {
	const {collect, base, file, events} = bench(t, tools);
	writeProject(join(base, 'proj'));
	const index = await serveIndex(t, {});
	const house = await collect({requirements: [hostPath(file('r.txt', `-e ${base}/proj\n`))], index: index.url});
	t.is(house.wheels[0]?.distribution.origin, 'built');
	t.true(
		events.some(
			event => event.kind === 'note' && event.message.startsWith(`-e ${base}/proj is installed as a plain wheel`),
		),
	);
});

test('takes a wheel file as the main thing', async t => {
	const {collect, file} = bench(t, tools);
	const index = await serveIndex(t, wheels('other'));
	const wheel = hostPath(file(wheelName(), wheelBytes({metadata: ['Requires-Dist: other']})));
	const house = await collect({input: {kind: 'wheel', file: wheel}, index: index.url});
	t.deepEqual(namesOf(house), ['other', 'sample']);
	t.is(house.main?.distribution.origin, 'file');
});

test('refuses a wheel of another interpreter before anything is resolved', async t => {
	const {collect, file} = bench(t, tools);
	const name = wheelName({tag: 'cp27-cp27m-linux_x86_64'});
	const {minor} = await builder();
	await t.throwsAsync(async () => collect({input: {kind: 'wheel', file: hostPath(file(name, wheelBytes()))}}), {
		code: 'WHEEL_TAGS',
		message: `${name} is built for cp27-cp27m-linux_x86_64, and the target is CPython ${minor} on this machine's kind`,
	});
});

test("names every distribution that the target's Python is too old for, patch level included", async t => {
	const {collect, base} = bench(t, tools);
	const {minor} = await builder();
	const lock = (name: string) =>
		`[[packages]]\nname = "${name}"\nversion = "1.0"\narchive = {path = "${wheelName({name})}", hashes = {}}\n`;
	const folder = writeProject(join(base, 'locked'), {
		files: {'pylock.toml': `lock-version = "1.0"\n${lock('one')}${lock('two')}${lock('three')}`},
	});
	for (const [name, asks] of [
		['one', `>=${minor}.7`],
		['two', `>=${minor}.1`],
		['three', `!=${minor}.2`],
	] as const) {
		writeFileSync(join(folder, wheelName({name})), wheelBytes({name, metadata: [`Requires-Python: ${asks}`]}));
	}

	const input = {...project(folder), lock: {kind: 'pylock.toml', file: hostPath(join(folder, 'pylock.toml'))}} as const;
	await t.throwsAsync(async () => collect({input, targetVersion: `${minor}.2`}), {
		code: 'REQUIRES_PYTHON',
		message: `the target has Python ${minor}.2:\n  one 1.0 asks for Python >=${minor}.7\n  three 1.0 asks for Python !=${minor}.2`,
	});
});

test('honours pylock.toml: markers, hashes, and nothing that it does not name', async t => {
	const index = await serveIndex(t, wheels('one', 'two'));
	const {collect, base} = bench(t, tools);
	const sha256 = digest(await collect({from: ['one'], index: index.url}));
	const at = (name: string) => `${index.url.replace('/simple', '/files')}/${wheelName({name})}`;
	const text = (hash: string) => `lock-version = "1.0"
[[packages]]
name = "one"
version = "1.0"
wheels = [{url = "${at('one')}", hashes = {sha256 = "${hash}"}}]
[[packages]]
name = "two"
version = "1.0"
marker = "sys_platform == 'win32'"
wheels = [{url = "${at('two')}", hashes = {sha256 = "${'0'.repeat(64)}"}}]
`;
	const folder = writeProject(join(base, 'p'), {dependencies: ['two'], files: {'pylock.toml': text(sha256)}});
	const input = {...project(folder), lock: {kind: 'pylock.toml', file: hostPath(join(folder, 'pylock.toml'))}} as const;
	const house = await collect({input, index: index.url});
	t.deepEqual(namesOf(house), ['hello', 'one']);
	t.is(house.main?.distribution.name, 'hello');
	await t.throwsAsync(async () => collect({input, extras: ['x']}), {code: 'LOCK_UNFIT'});
	writeFileSync(join(folder, 'pylock.toml'), text('1'.repeat(64)));
	const error = await t.throwsAsync(async () => collect({input}), {code: 'HASH_MISMATCH'});
	t.is(
		error?.message,
		`${wheelName({name: 'one'})}: its sha256 is ${sha256}, and ${input.lock.file} promises ${'1'.repeat(64)}`,
	);
});

test('offline, names everything that is missing at once', async t => {
	const {collect, base} = bench(t, tools);
	const entry = (name: string) =>
		`[[packages]]\nname = "${name}"\nversion = "1.0"\nwheels = [{url = "https://f.example/${wheelName({name})}", hashes = {sha256 = "${'2'.repeat(64)}"}}]\n`;
	const folder = writeProject(join(base, 'p'), {
		files: {'pylock.toml': `lock-version = "1.0"\n${entry('one')}${entry('two')}`},
	});
	const input = {...project(folder), lock: {kind: 'pylock.toml', file: hostPath(join(folder, 'pylock.toml'))}} as const;
	await t.throwsAsync(async () => collect({input, offline: true}), {
		code: 'OFFLINE_MISSING',
		message: `offline, and not in the cache:\n  ${wheelName({name: 'one'})}\n  ${wheelName({name: 'two'})}`,
	});
});

test('offline, names every requirement that uv does not have, not the first alone', async t => {
	const index = await serveIndex(t, wheels('sample'));
	const {collect, file} = bench(t, tools);
	await collect({from: ['sample==1.0'], index: index.url});
	const requirements = [hostPath(file('r.txt', 'one==1.0\nsample==1.0\ntwo==2.0\n'))];
	await t.throwsAsync(async () => collect({requirements, offline: true, index: index.url}), {
		code: 'OFFLINE_MISSING',
		message: 'offline, and not in the cache:\n  one==1.0\n  two==2.0',
	});
});

test('honours uv.lock for one member of a workspace, and refuses one that is stale', async t => {
	const index = await serveIndex(t, wheels('sample', 'other'));
	const {collect, base} = bench(t, tools);
	const root = writeProject(join(base, 'w'), {
		more: `[tool.uv.workspace]\nmembers = ["libs/*"]\n[[tool.uv.index]]\nurl = "${index.url}"\ndefault = true\n`,
	});
	const member = (dependencies: string[]) => writeProject(join(root, 'libs/core'), {name: 'core', dependencies});
	member(['sample']);
	await execute(join(uv ?? '', 'uv'), ['lock', '--quiet', '--python', (await builder()).executable], {
		cwd: root,
		env: {PATH: '/usr/bin:/bin', HOME: base},
	});
	const lock = {kind: 'uv.lock', file: hostPath(join(root, 'uv.lock'))} as const;
	const input = {kind: 'project', directory: hostPath(join(root, 'libs/core')), lock} as const;
	const house = await collect({input});
	t.deepEqual(namesOf(house), ['core', 'sample']);
	t.is(house.main?.distribution.name, 'core');
	member(['sample', 'other']);
	await t.throwsAsync(async () => collect({input}), {
		code: 'LOCK_STALE',
		message: /uv\.lock does not fit the project any more/,
	});
});

test('says all that a backend said when it fails', async t => {
	const {collect, base} = bench(t, tools);
	const folder = writeProject(join(base, 'p'), {
		building: 'print("working hard")\nraise SystemExit("gcc: fatal: no such header")',
	});
	const index = await serveIndex(t, {});
	const error = await t.throwsAsync(async () => collect({input: project(folder), index: index.url}), {
		instanceOf: InputError,
		code: 'BUILD_FAILED',
	});
	t.is(
		error.message,
		`${folder} cannot be built: its backend failed in build_wheel:\nworking hard\ngcc: fatal: no such header`,
	);
	t.regex(error.hint ?? '', /python3-dev/);
});

test('says what a build asks for and cannot get', async t => {
	const {collect, base} = bench(t, tools);
	const index = await serveIndex(t, {});
	const folder = join(base, 'p');
	mkdirSync(folder);
	writeFileSync(
		join(folder, 'pyproject.toml'),
		'[project]\nname = "p"\nversion = "1"\n[build-system]\nrequires = ["nowhere"]\nbuild-backend = "x"\n',
	);
	const error = await t.throwsAsync(async () => collect({input: project(folder), index: index.url}), {
		code: 'BUILD_REQUIREMENTS',
	});
	t.regex(error?.message ?? '', /^\S+ needs to be built|what \S+ needs to be built \(nowhere\) cannot be installed/);
});

test('refuses a source that builds to another distribution', async t => {
	const {collect, base} = bench(t, tools);
	const folder = writeProject(join(base, 'p'), {name: 'other'});
	const index = await serveIndex(t, {});
	writeFileSync(
		join(folder, 'pyproject.toml'),
		'[project]\nname = "p"\nversion = "1.0"\n[build-system]\nrequires = []\nbuild-backend = "own_backend"\nbackend-path = ["backend"]\n',
	);
	await t.throwsAsync(async () => collect({input: project(folder), index: index.url}), {code: 'WHEEL_OTHER'});
});

git('builds a repository at exactly the commit that was resolved', async t => {
	const {collect, base} = bench(t, tools);
	const folder = writeProject(join(base, 'repository'));
	const run = async (...args: string[]) => {
		const all = ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args];
		return (await execute('git', all, {cwd: folder})).stdout.trim();
	};
	await run('init', '--quiet');
	await run('add', '.');
	await run('commit', '--quiet', '-m', 'one');
	const commit = await run('rev-parse', 'HEAD');
	writeFileSync(join(folder, 'later.py'), '');
	await run('add', '.');
	await run('commit', '--quiet', '-m', 'two');
	const index = await serveIndex(t, {});
	const house = await collect({from: [`hello @ git+${pathToFileURL(folder).href}@${commit}`], index: index.url});
	t.is(house.wheels[0]?.distribution.origin, 'built');
	t.false(house.wheels[0]?.hashes.has('later.py'));
});
