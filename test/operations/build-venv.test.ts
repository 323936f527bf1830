import {execFileSync} from 'node:child_process';
import {
	cpSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {VenvpackError} from '../../src/model/errors.ts';
import type {Event} from '../../src/model/events.ts';
import type {Manifest} from '../../src/model/manifest.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Request} from '../../src/model/request.ts';
import {build} from '../../src/operations/build.ts';
import {withReason} from '../helpers/tools.ts';
import {creators, demoVenv, digestOf, holding, install, lacksVenv, ownPython, room} from '../helpers/venv.ts';

// An existing venv as the input of a build: every format, the same checks, the same bytes for the same content.

const test = withReason(lacksVenv);

const made = (venv: string, out: string, request: Request = {}, heard: Event[] = []) =>
	build(
		{venv: hostPath(venv), prefix: '/opt/app', name: 'demo', formats: ['dir'], out: hostPath(out), ...request},
		{listener: event => heard.push(event), environment: {...process.env, SOURCE_DATE_EPOCH: ''}, version: '9.9.9'},
	);

function manifestOf(folder: string): Manifest {
	return JSON.parse(readFileSync(join(folder, 'venvpack.json'), 'utf8')) as Manifest;
}

test('what is made names neither the venv nor its interpreter, and the venv is as it was', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const before = digestOf(venv);
	const heard: Event[] = [];
	const result = await made(venv, join(folder, 'out'), {formats: ['deb', 'rpm', 'tar.gz', 'dir']}, heard);
	t.deepEqual(
		result.artifacts.map(({format}) => format),
		['deb', 'rpm', 'tar.gz', 'dir'],
	);
	t.is(result.arch, 'any');
	t.is(result.plan.metadata.version, '1.0');
	t.is(result.plan.metadata.summary, 'Tells where it lives');
	const tree = join(folder, 'out/demo-1.0');
	t.deepEqual(holding(tree, folder), []);
	t.deepEqual(holding(tree, ownPython?.path ?? ''), []);
	t.deepEqual(digestOf(venv), before);
	t.is(readFileSync(join(tree, 'bin/demo'), 'utf8').split('\n')[0], '#!/opt/app/bin/python');
	const {distributions, recipe, scripts} = manifestOf(tree);
	t.deepEqual(
		distributions.map(({name, origin, wheel, license}) => [name, origin, wheel, license]),
		[
			['demo', 'venv', '', 'MIT'],
			['demo_data', 'venv', '', ''],
		],
	);
	t.is(recipe?.input, 'venv');
	t.deepEqual(scripts, ['demo']);
	t.deepEqual(
		heard.filter(event => event.kind === 'warning' && event.code !== 'MAINTAINER_UNKNOWN'),
		[],
	);
});

test('two venvs of the same wheels, made elsewhere, at another time, in another order: the same bytes', async t => {
	const folder = room(t);
	const one = demoVenv(join(folder, 'one/.venv'));
	const other = join(folder, 'a much longer place/another-name');
	mkdirSync(join(folder, 'a much longer place'));
	creators[0]?.make(other, ownPython ?? {path: '', minor: '', version: '', origin: 'pyenv'});
	install(other, 'demo_data');
	install(other, 'demo');
	for (const name of readdirSync(other, {recursive: true, encoding: 'utf8'})) {
		if (!lstatSync(join(other, name)).isSymbolicLink()) {
			utimesSync(join(other, name), 1_000_000_000, 1_000_000_000);
		}
	}

	const formats = ['deb', 'rpm', 'tar.gz', 'dir'];
	const [first, second] = [
		await made(one, join(folder, 'out1'), {formats}),
		await made(other, join(folder, 'out2'), {formats}),
	];
	t.deepEqual(
		second.artifacts.map(({sha256}) => sha256),
		first.artifacts.map(({sha256}) => sha256),
	);
});

test('a copy of a venv, its folders in another order: the same bytes', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const first = await made(venv, join(folder, 'out'));
	cpSync(venv, `${venv}.new`, {recursive: true, verbatimSymlinks: true});
	rmSync(venv, {recursive: true});
	renameSync(`${venv}.new`, venv);
	t.is((await made(venv, join(folder, 'out2'))).tree, first.tree);
});

test('bytecode is compiled for the prefix; that of the venv stays behind', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	execFileSync(join(venv, 'bin/python'), ['-m', 'compileall', '-q', join(venv, 'lib')]);
	await made(venv, join(folder, 'out'));
	const pyc = holding(join(folder, 'out/demo-1.0'), `/opt/app/lib/python${ownPython?.minor}/site-packages/demo.py`);
	t.deepEqual(
		pyc.filter(name => /^lib\/.*\.pyc$/.test(name)),
		[`lib/python${ownPython?.minor}/site-packages/__pycache__/demo.cpython-${ownPython?.minor.replace('.', '')}.pyc`],
	);
});

test('the package is named after what was installed from a folder or file, where that is one thing', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const nameless = {name: undefined};
	const error = await t.throwsAsync(made(venv, join(folder, 'out'), nameless), {instanceOf: VenvpackError});
	t.is(error?.code, 'NAME_MISSING');
	const {wheelShelf} = await import('../helpers/venv.ts');
	install(venv, '--reinstall-package', 'demo', join(wheelShelf(), 'demo-1.0-py3-none-any.whl'));
	const {plan} = await made(venv, join(folder, 'out'), nameless);
	t.deepEqual([plan.metadata.name, plan.metadata.version], ['demo', '1.0']);
});

test('a folder with a configuration, and no project, describes the package', async t => {
	const folder = room(t);
	demoVenv(join(folder, 'conf/.venv'));
	writeFileSync(
		join(folder, 'conf/venvpack.toml'),
		'venv = ".venv"\nmaintainer = "Ada <ada@example.org>"\nname = "demo"\n',
	);
	const project = hostPath(join(folder, 'conf'));
	const context = {listener: () => undefined, environment: process.env, version: '9.9.9'};
	const {plan} = await build(
		{project, prefix: '/opt/app', formats: ['dir'], out: hostPath(join(folder, 'out'))},
		context,
	);
	t.is(plan.metadata.maintainer, 'Ada <ada@example.org>');
	t.is(plan.metadata.version, '1.0');
});

for (const [flag, request] of Object.entries<Request>({
	'--from': {from: ['demo']},
	'--requirements': {requirements: [hostPath('/x/requirements.txt')]},
	'--constraint': {constraints: [hostPath('/x/c.txt')]},
	'--extra': {extras: ['x']},
	'--group': {groups: ['x']},
	'--lock': {lock: hostPath('/x/uv.lock')},
	'--require-hashes': {requireHashes: true},
	'--index-url': {indexUrl: 'https://example.org/simple'},
	'--extra-index-url': {extraIndexUrls: ['https://example.org/simple']},
	'--find-links': {findLinks: ['/x']},
})) {
	test(`--venv and ${flag}`, async t => {
		const error = await t.throwsAsync(made('/x/venv', '/x/out', request), {instanceOf: VenvpackError});
		t.is(error?.code, 'VENV_NOT_ALONE');
		t.is(error?.message, `${flag} cannot change a venv, which is packaged as it is`);
		t.is(error?.exitCode, 2);
	});
}

test('--venv and a project, and a wheel', async t => {
	const folder = room(t);
	writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "x"\nversion = "1"\n');
	writeFileSync(join(folder, 'x-1-py3-none-any.whl'), '');
	for (const project of [folder, join(folder, 'x-1-py3-none-any.whl')]) {
		const error = await t.throwsAsync(made('/x/venv', '/x/out', {project: hostPath(project)}), {
			instanceOf: VenvpackError,
		});
		t.is(error?.code, 'VENV_NOT_ALONE');
	}
});

test('Requires-Python of what is installed is held against the target', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const metadata = join(venv, `lib/python${ownPython?.minor}/site-packages/demo-1.0.dist-info/METADATA`);
	writeFileSync(metadata, readFileSync(metadata, 'utf8').replace('Requires-Python: >=3.8', 'Requires-Python: >=3.99'));
	const error = await t.throwsAsync(made(venv, join(folder, 'out')), {instanceOf: VenvpackError});
	t.is(error?.code, 'REQUIRES_PYTHON');
	t.regex(error?.message ?? '', /demo 1\.0 asks for Python >=3\.99/);
});

test('what cannot be relocated is refused by a build, too', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	symlinkSync('/etc/hosts', join(venv, 'hosts'));
	const error = await t.throwsAsync(made(venv, join(folder, 'out')), {instanceOf: VenvpackError});
	t.is(error?.code, 'VENV_NOT_RELOCATABLE');
	t.deepEqual(readdirSync(folder), ['v']);
});

test('a file that was changed since it was installed, and names the home of the builder, is a leak', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const packages = join(venv, `lib/python${ownPython?.minor}/site-packages`);
	const home = '/home/somebody';
	const context = {listener: () => undefined, environment: {...process.env, HOME: home}, version: '9.9.9'};
	const request = {
		venv: hostPath(venv),
		prefix: '/opt/app',
		name: 'demo',
		formats: ['dir'],
		out: hostPath(join(folder, 'out')),
	};
	writeFileSync(join(packages, 'demo_data/words.txt'), `${home}/x\n`);
	const error = await t.throwsAsync(build(request, context), {instanceOf: VenvpackError});
	t.is(error?.code, 'LEAK_FOUND');
});
