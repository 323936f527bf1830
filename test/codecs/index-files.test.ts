import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {decodeEntryPoints} from '../../src/codecs/entry-points.ts';
import {decodeNetrc} from '../../src/codecs/netrc.ts';
import {decodeRequirementsFile} from '../../src/codecs/requirements-file.ts';
import {decodeIndexPage} from '../../src/codecs/simple-index.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const digest = 'ab'.repeat(32);

test('reads an HTML page: relative links, a base, escaped characters, single quotes', t => {
	const page = (text: string) =>
		decodeIndexPage({text, contentType: 'text/html; charset=utf-8', base: 'https://i.example/simple/a/'});
	t.deepEqual(
		page(`<a href="../../files/a-1%2Bx.whl?a=1&amp;b=2#sha256=${digest}" data-yanked>a</a><A HREF='b.whl'>b</A>`),
		[
			{name: 'a-1+x.whl', url: 'https://i.example/files/a-1%2Bx.whl?a=1&b=2', sha256: digest},
			{name: 'b.whl', url: 'https://i.example/simple/a/b.whl', sha256: undefined},
		],
	);
	t.is(page('<base href="https://cdn.example/f/"><a href="c.whl">c</a>')[0]?.url, 'https://cdn.example/f/c.whl');
	t.deepEqual(page('<p>nothing</p><a name="x">x</a>'), []);
});

test('reads a JSON page', t => {
	const text = JSON.stringify({
		files: [{filename: 'a.whl', url: '/f/a.whl', hashes: {sha256: digest.toUpperCase()}}, {nonsense: 1}],
	});
	const files = decodeIndexPage({
		text,
		contentType: 'application/vnd.pypi.simple.v1+json',
		base: 'https://i.example/simple/a/',
	});
	t.deepEqual(files, [{name: 'a.whl', url: 'https://i.example/f/a.whl', sha256: digest}]);
});

const netrc = `# a comment
machine one.example login me password "with space"
machine two.example
	login you
	password pa#ss
macdef init
	cd /tmp
	machine not.example

default login anonymous password guest
`;
const logins = [
	{machine: 'one.example', login: 'me', password: 'with space'},
	{machine: 'two.example', login: 'you', password: 'pa#ss'},
	{machine: '', login: 'anonymous', password: 'guest'},
];

test('reads a netrc file', t => {
	t.deepEqual(decodeNetrc(netrc), logins);
	t.deepEqual(decodeNetrc(''), []);
});

const python = pythons().find(({minor}) => Number(minor.split('.')[1]) >= 11);
withReason(python ? '' : 'Python 3.11')('reads a netrc file as Python does', t => {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	writeFileSync(join(folder, 'netrc'), netrc, {mode: 0o600});
	const question = `
import json, netrc, sys
hosts = netrc.netrc(sys.argv[1]).hosts
print(json.dumps([{'machine': '' if host == 'default' else host, 'login': v[0], 'password': v[2]} for host, v in hosts.items()]))`;
	const answer = execFileSync(python?.path ?? '', ['-I', '-c', question, join(folder, 'netrc')], {encoding: 'utf8'});
	t.deepEqual(JSON.parse(answer), logins);
});

test('reads entry points', t => {
	t.deepEqual(decodeEntryPoints('[console_scripts]\r\na-b = m:f [x]\n# no = no\n\n[gui_scripts]\nG=n:g\nnonsense\n'), [
		{group: 'console_scripts', name: 'a-b', value: 'm:f [x]'},
		{group: 'gui_scripts', name: 'G', value: 'n:g'},
	]);
});

test('reads names, hashes, included files and editables of a requirements file', t => {
	const text = `# comment
--index-url https://u:p@i.example/simple
Flask_Login==1.0 ; python_version > "3" \\
    --hash=sha256:${digest} \\
    --hash sha256:${'cd'.repeat(32)}  # why
-r more.txt
-c "with space.txt"
-e ./proj[x]
pkg @ https://f.example/pkg-1.zip#sha256=${digest}
./wheels/zope.interface-5-py3-none-any.whl
git+https://g.example/x
--require-hashes
`;
	const lines = decodeRequirementsFile(text);
	t.deepEqual(
		lines.map(({name, editable, hashes, includes, requireHashes, index}) => [
			name,
			editable,
			hashes.length,
			includes,
			requireHashes,
			index,
		]),
		[
			['', false, 0, undefined, false, 'https://u:p@i.example/simple'],
			['flask-login', false, 2, undefined, false, undefined],
			['', false, 0, 'more.txt', false, undefined],
			['', false, 0, 'with space.txt', false, undefined],
			['', true, 0, undefined, false, undefined],
			['pkg', false, 1, undefined, false, undefined],
			['zope-interface', false, 0, undefined, false, undefined],
			['', false, 0, undefined, false, undefined],
			['', false, 0, undefined, true, undefined],
		],
	);
});
