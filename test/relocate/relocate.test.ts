import {createHash} from 'node:crypto';
import test from 'ava';
import {installPath} from '../../src/model/paths.ts';
import type {Staged} from '../../src/model/staged.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {type Literal, linkAt, readLiteral, staged, textAt, tree} from '../helpers/tree.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const built = '/home/ada/.pyenv/versions/3.11.7';

function relocated(literals: Readonly<Record<string, Literal>>, differing: Partial<Staged> = {}) {
	return relocate(staged(literals, differing), readLiteral);
}

const file = test.macro((t, path: string, before: string, after: string | undefined) => {
	t.is(textAt(relocated({[path]: before}).tree, path), after);
});

const refused = test.macro((t, path: string, literal: Literal, code: string) => {
	const error = t.throws(() => relocated({[path]: literal}), {code});
	t.true(error?.message.includes(path), error?.message);
});

const link = test.macro((t, path: string, before: string, after: string) => {
	t.is(linkAt(relocated({[path]: {link: before}}).tree, path), after);
});

// Scripts in bin
test(
	'a script of an entry point',
	file,
	'/opt/app/bin/x',
	'#!/stage/opt/app/bin/python\nx',
	'#!/opt/app/bin/python\nx',
);
test(
	'by another name, with arguments',
	file,
	'/opt/app/bin/x',
	'#! /stage/opt/app/bin/python3.11 -s -P\n',
	'#!/opt/app/bin/python -s -P\n',
);
test('a GUI script', file, '/opt/app/bin/x', '#!/stage/opt/app/bin/pythonw\n', '#!/opt/app/bin/python\n');
test(
	'of a stage with a space, quoted',
	file,
	'/opt/app/bin/x',
	'#!"/my stage/opt/app/bin/python3" -E\n',
	'#!/opt/app/bin/python -E\n',
);
test(
	'of a stage with a space, not quoted',
	file,
	'/opt/app/bin/x',
	'#!/my stage/opt/app/bin/python3 -E\n',
	'#!/opt/app/bin/python -E\n',
);
test(
	'that names the builder’s own interpreter',
	file,
	'/opt/app/bin/x',
	`#!${built}/bin/python3.11\n`,
	'#!/opt/app/bin/python\n',
);
test('as a wheel has it', file, '/opt/app/bin/x', '#!python\n', '#!/opt/app/bin/python\n');
test('that asks env', file, '/opt/app/bin/x', '#!/usr/bin/env python3\n', '#!/opt/app/bin/python\n');
test(
	'that asks env with options',
	file,
	'/opt/app/bin/x',
	'#!/usr/bin/env -S A=1 python3 -u\n',
	'#!/opt/app/bin/python -u\n',
);
test(
	'with the trampoline of pip and uv',
	file,
	'/opt/app/bin/x',
	`#!/bin/sh\n'''exec' '/a stage/bin/python' "$0" "$@"\n' '''\n# -*- coding: utf-8 -*-\nx`,
	'#!/opt/app/bin/python\n# -*- coding: utf-8 -*-\nx',
);
test(
	'with the trampoline of distlib and arguments',
	file,
	'/opt/app/bin/x',
	`#!/bin/sh\n'''exec' "/a stage/bin/python3" -E -s "$0" "$@"\n' '''\nx`,
	'#!/opt/app/bin/python -E -s\nx',
);
test(
	'with uv’s relocatable trampoline',
	file,
	'/opt/app/bin/x',
	`#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"\n' '''\nx`,
	'#!/opt/app/bin/python\nx',
);
for (const foreign of [
	'#!/usr/bin/env node\n',
	'#!/bin/sh\necho\n',
	'#!/usr/bin/perl -w\n',
	'#!/usr/bin/python2\n',
	'#!/usr/bin/python3.9\n',
	'#!/usr/bin/env -S deno run\n',
	'no script',
]) {
	test(`leaves ${foreign.trim()} alone`, file, '/opt/app/bin/x', foreign, foreign);
}

// Elsewhere
test(
	'a script in share that names the stage',
	file,
	'/opt/app/share/x.py',
	'#!/stage/opt/app/bin/python3\n',
	'#!/opt/app/bin/python\n',
);
test(
	'a script in share that asks env is its author’s',
	file,
	'/opt/app/share/x.py',
	'#!/usr/bin/env python3\n',
	'#!/usr/bin/env python3\n',
);
test(
	'text that names the stage',
	file,
	'/opt/app/lib/x.pc',
	'prefix=/stage/opt/app\nlibs=-L/stage/opt/app/lib -L/stage2/lib\n',
	'prefix=/opt/app\nlibs=-L/opt/app/lib -L/stage2/lib\n',
);
test('text that names the root of the stage', file, '/opt/app/x', 'root is /stage, or /stage/.', 'root is /, or /.');
test(
	'text that names the builder’s interpreter',
	file,
	'/opt/app/x',
	`${built}/bin/python3.11 ${built}/include`,
	'/usr/bin/python3.11 /usr/include',
);
test(
	'a kernel spec',
	file,
	'/opt/app/share/jupyter/kernels/python3/kernel.json',
	`{"argv": ["${built}/bin/python3.11", "-m"]}`,
	'{"argv": ["/opt/app/bin/python", "-m"]}',
);
test(
	'a kernel spec with a bare python',
	file,
	'/opt/app/share/jupyter/kernels/python3/kernel.json',
	'{"argv": ["python"]}',
	'{"argv": ["python"]}',
);

// The venv's own
test(
	'pyvenv.cfg says where the target’s interpreter is, and nothing else',
	file,
	'/opt/app/pyvenv.cfg',
	`home = ${built}/bin\nversion_info = 3.11.7\nexecutable = ${built}/bin/python3.11\ncommand = x -m venv --prompt=a=b /stage/opt/app\nuv = 0.13\n`,
	'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n',
);
test('a module of the interpreter that comes along names that, whatever Python its author had', t => {
	const path = '/opt/app/lib/python3.11/cgi.py';
	const carried = new Map([[installPath(path), 'interpreter'] as const]);
	const before = '#! /usr/local/bin/python\nx\n';
	t.is(textAt(relocated({[path]: before}, {carried}).tree, path), '#!/opt/app/bin/python\nx\n');
	t.is(textAt(relocated({[path]: before}).tree, path), before);
	const asks = '#!/usr/bin/env python3\nx\n';
	t.is(textAt(relocated({[path]: asks}, {carried}).tree, path), asks);
});
test('pyvenv.cfg of a tree with an interpreter inside names no home, which is the tree', t => {
	const before = `home = ${built}/bin\ninclude-system-site-packages = true\nversion = 3.11.7\n`;
	const layout = {relocatable: false, bundle: {libraries: true, keep: []}};
	const {tree: after} = relocated({'/opt/app/pyvenv.cfg': before}, {layout});
	t.is(textAt(after, '/opt/app/pyvenv.cfg'), 'include-system-site-packages = false\n');
});
for (const leftover of [
	'.lock',
	'.gitignore',
	'CACHEDIR.TAG',
	'lib/python3.11/site-packages/x-1.dist-info/uv_cache.json',
]) {
	test(`drops ${leftover}`, file, `/opt/app/${leftover}`, '', undefined);
}

test(
	'drops a direct_url.json of this machine',
	file,
	`${site}/x-1.dist-info/direct_url.json`,
	'{"url": "file:///home/ada/x", "dir_info": {}}',
	undefined,
);
test(
	'keeps a direct_url.json of the net',
	file,
	`${site}/x-1.dist-info/direct_url.json`,
	'{"url": "https://example.org/x.whl"}',
	'{"url": "https://example.org/x.whl"}',
);
test(
	'a .pth with a folder of the stage',
	file,
	`${site}/x.pth`,
	`/stage${site}/vendor\nimport x; x.y("/a")\n# /c\n./z\n`,
	`${site}/vendor\nimport x; x.y("/a")\n# /c\n./z\n`,
);

// Links
test('python', link, '/opt/app/bin/python3.11', `${built}/bin/python3.11`, '/usr/bin/python3.11');
test('python by its other name', link, '/opt/app/bin/python', `${built}/bin/python3`, '/usr/bin/python3.11');
test('a relative link', link, '/opt/app/bin/python3', 'python3.11', 'python3.11');
test('an absolute link into the stage', link, '/opt/app/share/a/b', '/stage/opt/app/lib/c', '../../lib/c');

// Refusals
test('an absolute link out of the tree', refused, '/opt/app/x', {link: '/etc/passwd'}, 'LINK_ESCAPES');
test('a relative link out of the tree', refused, '/opt/app/x', {link: '../other'}, 'LINK_ESCAPES');
test('a relative link out of the stage', refused, '/opt/app/x', {link: '../../../opt/app/x'}, 'LINK_ESCAPES');
test('a .pth of an editable install', refused, `${site}/x.pth`, '/home/ada/x/src\n', 'PTH_OUTSIDE');
test('setuptools’ editable finder', refused, `${site}/__editable___x_1_finder.py`, '', 'EDITABLE_INSTALL');
test('an egg-link', refused, `${site}/x.egg-link`, '/home/ada/x\n', 'EDITABLE_INSTALL');
test(
	'an editable direct_url.json',
	refused,
	`${site}/x-1.dist-info/direct_url.json`,
	'{"url": "file:///x", "dir_info": {"editable": true}}',
	'EDITABLE_INSTALL',
);

test('an entry that is right is the very same entry, and no rule is named', t => {
	const right = tree({'/opt/app/bin/x': '#!/bin/sh\n', '/opt/app/data': 'text', '/opt/app/l': {link: 'data'}});
	const before = {...staged({}), tree: right};
	const after = relocate(before, readLiteral);
	t.true(after.tree.entries.every((entry, at) => entry === before.tree.entries[at]));
	t.is(after.rewritten.size, 0);
});

test('a file of a downloaded wheel is not even read', t => {
	const path = `${site}/x.py`;
	const before = staged({[path]: '/stage'});
	const downloaded = new Map(before.tree.entries.map(entry => [entry.path, '00']));
	t.is(relocate({...before, downloaded}, () => t.fail() as never).rewritten.size, 0);
});

test('RECORD stays true', t => {
	const shebang = '#!/opt/app/bin/python\n';
	const {tree: after, rewritten} = relocated({
		'/opt/app/bin/x': '#!/stage/opt/app/bin/python\n',
		[`${site}/x/a.py`]: '',
		[`${site}/x/__pycache__/a.cpython-311.pyc`]: '',
		[`${site}/x/__pycache__/a.cpython-311.opt-1.pyc`]: '',
		[`${site}/x/__pycache__/a.b.cpython-311.pyc`]: '',
		[`${site}/x/odd, name.txt`]: '',
		[`${site}/x-1.dist-info/direct_url.json`]: '{"url": "file:///x"}',
		[`${site}/x-1.dist-info/RECORD`]: [
			'../../../bin/x,sha256=old,9',
			'"x/odd, name.txt",sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0',
			'x/a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0',
			'x/never-written.txt,sha256=abc,1',
			'x-1.dist-info/direct_url.json,sha256=abc,1',
			'x-1.dist-info/RECORD,,',
			'',
		].join('\n'),
	});
	const hash = createHash('sha256').update(shebang).digest('base64url');
	t.is(
		textAt(after, `${site}/x-1.dist-info/RECORD`),
		[
			`../../../bin/x,sha256=${hash},${shebang.length}`,
			'"x/odd, name.txt",sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0',
			'x/a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0',
			'x-1.dist-info/RECORD,,',
			'x/__pycache__/a.cpython-311.opt-1.pyc,,',
			'x/__pycache__/a.cpython-311.pyc,,',
			'',
		].join('\n'),
	);
	t.deepEqual([...rewritten], [
		['/opt/app/bin/x', ['shebangs']],
		[`${site}/x-1.dist-info/RECORD`, ['record']],
	] as never);
});

test('RECORD may take the way through lib64', t => {
	const {tree: after} = relocated({
		'/opt/app/lib64': {link: 'lib'},
		[`${site}/x.py`]: '',
		[`${site}/__pycache__/x.cpython-311.pyc`]: '',
		[`${site}/x-1.dist-info/RECORD`]: '../../../lib64/python3.11/site-packages/x.py,,\n',
	});
	const way = '../../../lib64/python3.11/site-packages';
	t.is(textAt(after, `${site}/x-1.dist-info/RECORD`), `${way}/x.py,,\n${way}/__pycache__/x.cpython-311.pyc,,\n`);
});

test('where two wheels brought one path, both RECORDs tell of the bytes that are there', t => {
	const sha256 = createHash('sha256').update('winner').digest();
	const {tree: after} = relocated(
		{[`${site}/x.txt`]: 'winner', [`${site}/loser-1.dist-info/RECORD`]: 'x.txt,sha256=abc,5\n'},
		{downloaded: new Map([[installPath(`${site}/x.txt`), sha256.toString('hex')]])},
	);
	t.is(textAt(after, `${site}/loser-1.dist-info/RECORD`), `x.txt,sha256=${sha256.toString('base64url')},6\n`);
});
