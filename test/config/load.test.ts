import {join} from 'node:path';
import test from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import {hello, load} from './world.ts';

const tables = {
	'pyproject.toml': `${hello}[project.optional-dependencies]\na = []\nb = []\nc = []\n`,
	'venvpack.toml': 'prefix = "/opt/file"\nrelease = "2"\nextras = ["a", "b"]\n',
};

test('a flag wins over the file, and each value says where it came from', async t => {
	const {config} = await load(t, {files: tables, request: {prefix: '/opt/flag'}});
	t.is<string, string>(config.prefix, '/opt/flag');
	t.is(config.values.release, '2');
	t.is(config.places.prefix?.origin, '--prefix');
	t.is(config.places.release?.origin, 'venvpack.toml');
	t.is(config.places.name, undefined);
});

test('a list from a flag takes the place of the list in the file', async t => {
	const {config} = await load(t, {files: tables, request: {extras: ['c']}});
	t.deepEqual(config.values.extras, ['c']);
});

test('[tool.venvpack] in pyproject.toml does the same as venvpack.toml', async t => {
	const files = {'pyproject.toml': `${hello}[tool.venvpack]\nprefix = "/opt/table"\n`};
	const {config, root} = await load(t, {files});
	t.is<string, string>(config.prefix, '/opt/table');
	t.like(config.places.prefix, {
		origin: '[tool.venvpack]',
		key: 'tool.venvpack.prefix',
		file: join(root, 'pyproject.toml'),
	});
});

test('relative paths of a file are relative to it, those of flags to the current folder', async t => {
	const files = {
		'app/pyproject.toml': hello,
		'app/venvpack.toml':
			'prefix = "/opt/x"\nout = "made"\nrequirements = ["r.txt"]\nfind-links = ["w", "https://x/y"]\nlock = "none"\n',
	};
	const inFile = await load(t, {files, project: 'app'});
	t.is(inFile.config.values.out, join(inFile.root, 'app/made'));
	t.deepEqual(inFile.config.values.requirements, [join(inFile.root, 'app/r.txt')]);
	t.deepEqual(inFile.config.values['find-links'], [join(inFile.root, 'app/w'), 'https://x/y']);

	const byFlag = await load(t, {files, project: 'app', request: {out: hostPath('made'), python: 'py/bin/python3.11'}});
	t.is(byFlag.config.values.out, join(byFlag.root, 'made'));
	t.is(byFlag.config.values.python, join(byFlag.root, 'py/bin/python3.11'));
});

test('the environment is put into strings, once, wherever they stand', async t => {
	const text = `prefix = "/opt/\${NAME}"
formats = ["\${FORMAT}"]
description = "costs $\${NAME} or \${NESTED}"
[deb]
depends = ["\${NAME}-common", "b"]
[[hooks]]
command = ["\${NAME}"]
`;
	const environment = {NAME: 'app', FORMAT: 'rpm', NESTED: `\${NAME}`};
	const {config} = await load(t, {files: {'pyproject.toml': hello, 'venvpack.toml': text}, environment});
	t.is<string, string>(config.prefix, '/opt/app');
	t.deepEqual(config.values.formats, ['rpm']);
	t.is(config.values.description, `costs \${NAME} or \${NAME}`);
	t.deepEqual(config.sections.deb?.values.depends, ['app-common', 'b']);
	// What a variable holds may be a secret, and the words of hooks go into the recipe.
	t.deepEqual(config.values.hooks, [{command: ['app'], written: [`\${NAME}`]}]);
});

test('an empty variable is a value', async t => {
	const files = {'pyproject.toml': hello, 'venvpack.toml': `prefix = "/opt/x"\nvendor = "\${EMPTY}"\n`};
	const {config} = await load(t, {files, environment: {EMPTY: ''}});
	t.is(config.values.vendor, '');
});

test('a flag is taken as it is typed: the shell has expanded it already', async t => {
	const {config} = await load(t, {request: {prefix: `/opt/\${X}`}});
	t.is<string, string>(config.prefix, `/opt/\${X}`);
});

test('the tables of formats are complete, with their origins', async t => {
	const files = {'pyproject.toml': hello, 'venvpack.toml': 'prefix = "/opt/x"\n[deb]\nsection = "web"\n'};
	const {config} = await load(t, {files});
	t.deepEqual(config.sections.deb, {
		values: {section: 'web', priority: 'optional', depends: []},
		origins: {section: 'venvpack.toml', priority: 'default', depends: 'default'},
	});
	t.deepEqual(config.sections.rpm?.values, {level: 3});
	t.deepEqual(config.sections['tar.gz'], {values: {}, origins: {}});
});

test('values are normalised: formats once, aliases of machines and targets, a leading v', async t => {
	const request = {
		prefix: '/opt//x/',
		formats: ['deb,rpm', 'deb'],
		arch: 'amd64',
		target: 'bookworm,rocky9',
		version: 'v1.0',
		python: 'python3.12',
	};
	const {config} = await load(t, {request});
	t.like(config.values, {
		prefix: '/opt/x',
		formats: ['deb', 'rpm'],
		arch: 'x86_64',
		target: 'debian-12,el9',
		version: '1.0',
		python: '3.12',
	});
	t.deepEqual(config.notices, [{kind: 'note', message: 'the prefix "/opt//x/" is taken as /opt/x'}]);
});

test('a project folder is a project', async t => {
	const {config, root} = await load(t, {request: {prefix: '/opt/x'}});
	t.deepEqual(config.input, {kind: 'project', directory: root, lock: undefined});
	t.is(config.project?.stated.name, 'hello');
});

test('a wheel and an sdist have no configuration file', async t => {
	const files = {'dist/x-1.0-py3-none-any.whl': '', 'dist/x-1.0.tar.gz': '', 'dist/venvpack.toml': 'broken'};
	const request = {prefix: '/opt/x', extras: ['socks']};
	const wheel = await load(t, {files, project: 'dist/x-1.0-py3-none-any.whl', request});
	t.deepEqual(wheel.config.input, {kind: 'wheel', file: hostPath(join(wheel.root, 'dist/x-1.0-py3-none-any.whl'))});
	const sdist = await load(t, {files, project: 'dist/x-1.0.tar.gz', request});
	t.is(sdist.config.input.kind, 'sdist');
});

test('requirements alone need no project, and read no file of the current folder', async t => {
	const {config} = await load(t, {files: tables, project: null, request: {prefix: '/opt/x', from: ['httpie==3.2.4']}});
	t.deepEqual(config.input, {kind: 'requirements'});
	t.is(config.file, undefined);
	t.is(config.values.release, undefined);
});

test('a folder without a project may name requirements in its venvpack.toml', async t => {
	const text = 'prefix = "/opt/x"\nname = "tools"\nversion = "1"\nrequirements = ["requirements.txt"]\n';
	const {config, root} = await load(t, {files: {'venvpack.toml': text, 'requirements.txt': ''}});
	t.deepEqual(config.input, {kind: 'requirements'});
	t.deepEqual(config.values.requirements, [join(root, 'requirements.txt')]);
});

test('what may lie anywhere has a prefix by its name, where nobody says one', async t => {
	const files = {'pyproject.toml': hello};
	const stated = await load(t, {files, request: {prefix: undefined, relocatable: true}});
	t.is<string, string>(stated.config.prefix, '/opt/hello');
	t.is(stated.config.places.prefix?.origin, 'default');

	const named = await load(t, {files, request: {prefix: undefined, relocatable: true, name: 'other'}});
	t.is<string, string>(named.config.prefix, '/opt/other');

	const said = await load(t, {files, request: {prefix: '/srv/app', relocatable: true}});
	t.is<string, string>(said.config.prefix, '/srv/app');

	const unnamed = load(t, {files: {}, request: {prefix: undefined, relocatable: true, from: ['hello==1.0']}});
	await t.throwsAsync(unnamed, {code: 'PREFIX_MISSING'});
	await t.throwsAsync(load(t, {files, request: {prefix: undefined, relocatable: true, name: 'a/b'}}), {
		code: 'NAME_INVALID',
	});
});
