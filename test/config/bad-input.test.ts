import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {loadConfig} from '../../src/config/load.ts';
import {hostPath} from '../../src/model/paths.ts';
import {folder, formats, hello, load, refusal, type World} from './world.ts';

const prefix = 'prefix = "/opt/hello"\n';
const configured = (text: string, environment = {}): World => ({
	files: {'pyproject.toml': hello, 'venvpack.toml': text},
	environment,
});
const flags = (request: World['request']): World => ({request: {prefix: '/opt/hello', ...request}});
const project = (text: string): World => ({files: {'pyproject.toml': text}, request: {prefix: '/opt/hello'}});
const locks = (...names: string[]): World => ({
	files: {'pyproject.toml': hello, ...Object.fromEntries(names.map(name => [name, '']))},
	request: {prefix: '/opt/hello'},
});

/** What cannot be, each with the whole of what the user reads: message, hint, code. */
const cases: Readonly<Record<string, World>> = {
	'no prefix': {},
	'a relative prefix in the file': configured('prefix = "opt/hello"\n'),
	'a key misspelt': configured(`${prefix}relase = "2"\n`),
	'a key in capitals': configured('Prefix = "/opt/hello"\n'),
	'a key that is like none': configured(`${prefix}colour = "red"\n`),
	'a key of a format misspelt': configured(`${prefix}[deb]\nsecton = "web"\n`),
	'a format without a table of its own': configured(`${prefix}[dir]\nx = 1\n`),
	'a key of a hook misspelt': configured(`${prefix}[[hooks]]\ncomand = ["x"]\n`),
	'a number for a string': configured(`${prefix}release = 2\n`),
	'a date for a string': configured(`${prefix}version = 2020-01-01\n`),
	'a string for an array': configured(`${prefix}formats = "deb"\n`),
	'a number in an array': configured(`${prefix}formats = ["deb", 3]\n`),
	'a string for a truth': configured(`${prefix}offline = "yes"\n`),
	'a fraction': configured(`${prefix}compression-level = 1.5\n`),
	'an unknown compression': configured(`${prefix}compression = "lzma"\n`),
	'a value outside a list': configured(`${prefix}[deb]\npriority = "high"\n`),
	'a number out of range': configured(`${prefix}[rpm]\nlevel = 12\n`),
	'a string for a table': configured(`${prefix}deb = "x"\n`),
	'a hook without a command': configured(`${prefix}[[hooks]]\ncommand = []\n`),
	'a hook as a string': configured(`${prefix}hooks = ["make"]\n`),
	'broken TOML': configured('prefix = /opt/hello\n'),
	'two configurations': {files: {'pyproject.toml': `${hello}[tool.venvpack]\n${prefix}`, 'venvpack.toml': prefix}},
	'[tool.venvpack] that is no table': {files: {'pyproject.toml': `${hello}[tool]\nvenvpack = 1\n`}},
	'a bad key in pyproject.toml': {files: {'pyproject.toml': `${hello}[tool.venvpack]\nprefx = "/opt/x"\n`}},
	'a variable that is not set': configured(`${prefix}[deb]\ndepends = ["a", "\${DEPENDENCY}"]\n`),
	'a variable without an end': configured(`prefix = "/opt/\${NAME"\n`),
	'a secret in a value of the wrong kind': configured(`${prefix}extra-index-urls = "https://me:\${TOKEN}@x/"\n`, {
		TOKEN: 's3cret',
	}),

	'a name with capitals': flags({name: 'Hello World'}),
	'a name of one letter': flags({name: 'x'}),
	'a version that is none': flags({version: '1.0-beta-x'}),
	'a release with a dash': flags({release: '1-2'}),
	'an unknown format': flags({formats: ['deb,rmp']}),
	'no format': configured(`${prefix}formats = []\n`),
	'an unknown architecture': flags({arch: 'x86-64'}),
	'an unknown target': flags({target: 'debian12.5'}),
	'two targets of a kind': flags({target: 'debian-12,ubuntu-24.04'}),
	'an unknown compression by flag': flags({compression: 'zst'}),
	'a patch level for a minor': flags({python: '3.12.1'}),
	'a word for an interpreter': flags({python: 'pypy'}),
	'a relative interpreter of the target': flags({targetPython: 'bin/python3'}),
	'a line break in a summary': configured(`${prefix}summary = "one\\nDepends: two"\n`),
	'an escape in a description': configured(`${prefix}description = "red \\u001b[31m"\n`),
	'a maintainer without an address': configured(`${prefix}maintainer = "Jane Doe"\n`),

	'no project, and nothing near': {files: {}, request: {prefix: '/opt/x'}},
	'no project, but a requirements file': {files: {'requirements.txt': ''}, request: {prefix: '/opt/x'}},
	'no project, but one above': {
		files: {'pyproject.toml': hello, 'src/hello/': ''},
		project: 'src/hello',
		request: {prefix: '/opt/x'},
	},
	'a folder that does not exist': {files: {'a/': ''}, project: 'a/b/c', request: {prefix: '/opt/x'}},
	'a pyproject.toml for a linter only': project('[tool.black]\nline-length = 100\n'),
	'a wheel that does not exist': {files: {}, project: 'x-1.0-py3-none-any.whl', request: {prefix: '/opt/x'}},
	'a requirements file for a project': {
		files: {'requirements.txt': ''},
		project: 'requirements.txt',
		request: {prefix: '/opt/x'},
	},
	'the pyproject.toml itself': {
		files: {'pyproject.toml': hello},
		project: 'pyproject.toml',
		request: {prefix: '/opt/x'},
	},
	'a project without a name': project('[project]\nversion = "1"\n'),
	'a project without a version': project('[project]\nname = "x1"\n'),
	'a project whose authors are strings': project('[project]\nname = "x1"\nversion = "1"\nauthors = ["Jane"]\n'),
	'a project that is no table': project('project = 3\n'),

	'a lock of Poetry': locks('poetry.lock'),
	'a lock of Pipenv': locks('Pipfile.lock'),
	'a lock of PDM': locks('pdm.lock'),
	'two locks': locks('uv.lock', 'pylock.toml'),
	'a lock of Poetry beside that of uv': locks('uv.lock', 'poetry.lock'),
	'a lock that does not exist': flags({lock: hostPath('/nowhere/uv.lock')}),
	'a file that is no lock': {
		...locks('requirements.txt'),
		request: {prefix: '/opt/x', lock: hostPath('/etc/os-release')},
	},
	'a lock of Poetry that was asked for': {
		files: {'pyproject.toml': hello, 'venvpack.toml': `${prefix}lock = "other/poetry.lock"\n`, 'other/poetry.lock': ''},
	},
	'a requirements file beside a lock': {
		...locks('uv.lock'),
		request: {prefix: '/opt/x', requirements: [hostPath('/r.txt')]},
	},
	'a lock without a project': {project: null, request: {prefix: '/opt/x', from: ['x'], lock: hostPath('/p/uv.lock')}},

	'nothing at all': {project: null, request: {prefix: '/opt/x'}},
	'a requirements file without a name': {
		project: null,
		request: {prefix: '/opt/x', requirements: [hostPath('/r.txt')]},
	},
	'two requirements without a version': {project: null, request: {prefix: '/opt/x', from: ['ab', 'cd'], name: 'ab'}},
	'an extra without a project': {project: null, request: {prefix: '/opt/x', from: ['ab'], extras: ['socks']}},
	'an extra that the project does not have': {
		files: {'pyproject.toml': `${hello}[project.optional-dependencies]\nNice_Looks = []\n`},
		request: {prefix: '/opt/x', extras: ['nice-lokks']},
	},
	'a group that the project does not have': {...flags({groups: ['dev']})},
	'a pyproject.toml that is a folder': {files: {'pyproject.toml/': ''}, request: {prefix: '/opt/x'}},
	'a time that is none, before anything runs': {environment: {SOURCE_DATE_EPOCH: 'now'}, request: {prefix: '/opt/x'}},
	'a group without a project': {project: null, request: {prefix: '/opt/x', from: ['ab'], groups: ['dev']}},
};

for (const [title, world] of Object.entries(cases)) {
	test(title, async t => {
		t.snapshot(await refusal(t, world));
	});
}

test('a secret never stands in a message', async t => {
	const world = cases['a secret in a value of the wrong kind'] ?? {};
	t.notRegex(await refusal(t, world), /s3cret/);
});

test('a file that is no UTF-8', async t => {
	const root = folder(t, {});
	writeFileSync(join(root, 'venvpack.toml'), Uint8Array.of(0x61, 0xff));
	const error = await t.throwsAsync(loadConfig({project: root}, {formats, environment: {}, cwd: root}), {
		code: 'FILE_NOT_UTF8',
	});
	t.is(error?.message.replace(root, 'ROOT'), 'ROOT/venvpack.toml is no UTF-8 text');
});

test('a file and its key are data, not only words', async t => {
	const error = await t.throwsAsync(async () => {
		await load(t, configured(`${prefix}release = 2\n`));
	});
	t.like(error, {key: 'release', exitCode: 2, code: 'VALUE_INVALID'});
	t.is(
		join('/', String((error as {file?: string}).file))
			.split('/')
			.at(-1),
		'venvpack.toml',
	);
});
