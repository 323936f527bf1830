import test from 'ava';
import {recordedArchive} from '../../src/config/decide-archive.ts';
import {wantedPython} from '../../src/config/python.ts';
import type {VenvpackError} from '../../src/model/errors.ts';
import {hello, hostOf, load, type World} from './world.ts';

const sha256 = '0123456789abcdef'.repeat(4);
const archive = `python-archive = "../python.tar.gz"\npython-archive-sha256 = "${sha256.toUpperCase()}"\n`;
const worldOf = (text: string, request: World['request'] = {}): World => ({
	files: {'pyproject.toml': hello, 'venvpack.toml': `prefix = "/opt/x"\n${text}`},
	request,
});

test('a file is relative to the folder of the configuration', async t => {
	const {config, root} = await load(t, worldOf(`bundle-python = true\n${archive}`));
	const wanted = wantedPython(config, hostOf('bookworm'));
	t.is(wanted.kind, 'archive');
	if (wanted.kind === 'archive') {
		t.like(wanted.archive, {sha256});
		t.regex(wanted.archive.promisedBy, /venvpack\.toml: python-archive-sha256$/);
		t.true(wanted.archive.place.endsWith('/python.tar.gz') && !wanted.archive.place.includes('..'), root);
	}
});

test('flags win over the file', async t => {
	const request = {pythonArchive: 'https://mirror.example/p.tar.zst', pythonArchiveSha256: 'f'.repeat(64)};
	const {config} = await load(t, worldOf(`bundle-python = true\n${archive}`, request));
	t.like(wantedPython(config, hostOf('bookworm')), {
		kind: 'archive',
		archive: {place: 'https://mirror.example/p.tar.zst', sha256: 'f'.repeat(64), promisedBy: '--python-archive-sha256'},
		origin: '--python-archive',
	});
});

test('what an artifact tells of it holds neither a credential nor a place of the builder', t => {
	const told = (place: string) => recordedArchive({place, sha256, promisedBy: ''});
	t.deepEqual(told('/home/ann/cpython-3.11.tar.gz'), {name: 'cpython-3.11.tar.gz', sha256});
	t.deepEqual(told('https://me:s3cret@mirror.example/a/cpython-3.11.9%2B1.tar.gz?token=s3cret#x'), {
		name: 'cpython-3.11.9+1.tar.gz',
		sha256,
		url: 'https://mirror.example/a/cpython-3.11.9%2B1.tar.gz',
	});
});

const refused = test.macro(async (t, text: string, code: string) => {
	const error = await t.throwsAsync<VenvpackError>(async () => {
		const {config} = await load(t, worldOf(text));
		wantedPython(config, hostOf('bookworm'));
	});
	t.like(error, {code, exitCode: 2});
	t.regex(error?.message ?? '', /python-archive|python/);
});

test(
	'an archive without its sha256',
	refused,
	'bundle-python = true\npython-archive = "p.tar.gz"\n',
	'PYTHON_ARCHIVE_UNHASHED',
);
test(
	'a sha256 without an archive',
	refused,
	`bundle-python = true\npython-archive-sha256 = "${sha256}"\n`,
	'PYTHON_ARCHIVE_UNHASHED',
);
test(
	'a sha256 that is none',
	refused,
	'bundle-python = true\npython-archive = "p"\npython-archive-sha256 = "md5"\n',
	'PYTHON_ARCHIVE_SHA256_INVALID',
);
test('an archive of which nothing is carried', refused, archive, 'BUNDLE_NEEDED');
test(
	'an archive beside another interpreter',
	refused,
	`bundle-python = true\npython = "3.11"\n${archive}`,
	'PYTHON_ARCHIVE_NOT_ALONE',
);

test('where one is carried, the target need not have one that the project accepts', async t => {
	const project = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.14"\n';
	const files = {
		'pyproject.toml': project,
		'venvpack.toml': 'prefix = "/opt/x"\nformats = ["deb"]\ntarget = "debian-12"\n',
	};
	const {config} = await load(t, {files, request: {bundlePython: true}});
	t.like(wantedPython(config, hostOf('bookworm')), {kind: 'any', requiresPython: '>=3.14'});
});
