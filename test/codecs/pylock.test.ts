import test from 'ava';
import {decodePipReport} from '../../src/codecs/pip-report.ts';
import {decodePylock, fileNameOf} from '../../src/codecs/pylock.ts';
import {InputError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';

const file = hostPath('/p/pylock.toml');

test('reads files, archives, folders and repositories', t => {
	const lock = decodePylock(
		`lock-version = "1.0"
requires-python = ">=3.9"
environments = ["sys_platform == 'linux'"]
extras = ["x"]
dependency-groups = ["dev"]
default-groups = ["dev"]
[[packages]]
name = "a"
version = "1.0"
marker = "python_version >= '3.8'"
index = "https://index.example/simple"
sdist = { url = "https://files.example/a-1.0.tar.gz", size = 5, hashes = { sha256 = "AB" } }
wheels = [{ name = "a-1.0-py3-none-any.whl", path = "wheels/x.whl", hashes = { sha256 = "cd" } }]
[[packages]]
name = "b"
archive = { url = "https://files.example/b%2B-2.0.zip#sha256=1", hashes = {}, subdirectory = "sub" }
[[packages]]
name = "c"
directory = { path = "../c", editable = true }
[[packages]]
name = "d"
vcs = { type = "git", url = "https://git.example/d", commit-id = "0123", subdirectory = "s" }
`,
		file,
	);
	t.snapshot(lock);
});

const wrong = test.macro((t, text: string, message: string) => {
	const error = t.throws(() => decodePylock(text, file), {instanceOf: InputError});
	t.is(error.message, message);
	t.is(error.code, 'LOCK_INVALID');
});
test('a lock without its version is refused', wrong, '', '/p/pylock.toml: lock-version is missing');
test(
	'a lock of another version is refused',
	wrong,
	'lock-version = "2.0"',
	'/p/pylock.toml: lock-version is 2.0, and only 1.x is known here',
);
test(
	'a package without a name is refused',
	wrong,
	'lock-version = "1.0"\n[[packages]]\nversion = "1"',
	'/p/pylock.toml: packages[0].name is missing',
);
test(
	'a file without a place is refused',
	wrong,
	'lock-version = "1.0"\n[[packages]]\nname = "a"\nsdist = {}',
	'/p/pylock.toml: packages[0].sdist.url is missing, and so is path',
);
test(
	'a value of another type is refused',
	wrong,
	'lock-version = "1.0"\npackages = 3',
	'/p/pylock.toml: packages is no list of tables',
);

test('takes the file name out of a URL', t => {
	t.is(
		fileNameOf('https://x.example/p/a-1.0%2Blocal-py3-none-any.whl?token=1#sha256=2'),
		'a-1.0+local-py3-none-any.whl',
	);
	t.is(fileNameOf('wheels/a.whl'), 'a.whl');
});

test('reads what pip reports in the same words', t => {
	const item = (info: object, isDirect = false) => ({
		metadata: {name: 'a', version: '1'},
		is_direct: isDirect,
		download_info: info,
	});
	const {packages} = decodePipReport(
		JSON.stringify({
			install: [
				item({
					url: 'https://f.example/a-1-py3-none-any.whl',
					archive_info: {hash: 'sha256=ab', hashes: {sha256: 'ab'}},
				}),
				item({url: 'https://f.example/a-1.tar.gz', archive_info: {hash: 'sha256=cd'}}),
				item({url: 'file:///w/a-1.zip', archive_info: {}, subdirectory: 's'}, true),
				item({url: 'file:///src/a', dir_info: {editable: true}}, true),
				item({url: 'https://g.example/a', vcs_info: {vcs: 'git', commit_id: '01'}}, true),
			],
		}),
	);
	t.is(packages[0]?.wheels[0]?.hashes.sha256, 'ab');
	t.is(packages[1]?.sdist?.hashes.sha256, 'cd');
	t.is(packages[2]?.archive?.subdirectory, 's');
	t.true(packages[3]?.directory?.editable);
	t.deepEqual(packages[4]?.vcs, {type: 'git', url: 'https://g.example/a', commit: '01', subdirectory: ''});
});
