import {createHash} from 'node:crypto';
import test from 'ava';
import {decodeLauncher} from '../../src/codecs/launcher.ts';
import {decodeScript} from '../../src/codecs/shebang.ts';
import type {Bundle, Layout} from '../../src/model/layout.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {type Literal, linkAt, readLiteral, staged, textAt} from '../helpers/tree.ts';

// Trees that may lie anywhere: nothing that runs names a place.

const bundle: Bundle = {libraries: true, keep: []};
const layouts: Readonly<Record<string, Layout>> = {
	'the machine’s interpreter': {relocatable: true},
	'its own interpreter': {relocatable: true, bundle},
};
const moved = (literals: Readonly<Record<string, Literal>>, layout: Layout) =>
	relocate(staged(literals, {layout}), readLiteral).tree;
const shebang = (text: string | undefined) => decodeScript(Buffer.from(text ?? ''))?.shebang;

for (const [what, layout] of Object.entries(layouts)) {
	test(`with ${what}: a script finds it by its own folder, whatever started it before`, t => {
		for (const before of [
			'#!/stage/opt/app/bin/python\n',
			'#!/stage/opt/app/bin/python3.11\n',
			'#!/usr/bin/env python3\n',
			'#!python\n',
			`#!/bin/sh\n'''exec' "/stage/opt/a p p/bin/python" "$0" "$@"\n' '''\n`,
			`#!/bin/sh\n'''exec' "$(dirname -- "$(realpath -- "$0")")"/'python' "$0" "$@"\n' '''\n`,
		]) {
			const text = textAt(moved({'/opt/app/bin/x': `${before}import x\n`}, layout), '/opt/app/bin/x');
			t.deepEqual(shebang(text), {kind: 'trampoline', interpreter: 'python3.11', args: []});
			t.true(text?.endsWith('import x\n'));
			t.is(text?.includes('"$_d/python" "$_s"'), layout.bundle === undefined);
		}
	});

	test(`with ${what}: arguments of the interpreter stay, and so do scripts of others`, t => {
		const scripts = {
			'/opt/app/bin/args': '#!/stage/opt/app/bin/python -sP\n',
			'/opt/app/bin/sh': '#!/bin/sh\nexit\n',
			'/opt/app/bin/node': '#!/usr/bin/env node\n',
			'/opt/app/bin/old': '#!/usr/bin/python2\n',
		};
		const tree = moved(scripts, layout);
		t.deepEqual(shebang(textAt(tree, '/opt/app/bin/args'))?.args, ['-sP']);
		for (const [path, text] of Object.entries(scripts).slice(1)) {
			t.is(textAt(tree, path), text);
		}
	});

	test(`with ${what}: scripts of ours elsewhere find it in bin`, t => {
		const tree = moved(
			{
				'/opt/app/libexec/a/helper': '#!/stage/opt/app/bin/python\n',
				'/opt/app/share/tool': '#!/home/ada/.pyenv/versions/3.11.7/bin/python3.11\n',
				'/opt/app/share/example': '#!/usr/bin/env python3\n',
			},
			layout,
		);
		t.is(shebang(textAt(tree, '/opt/app/libexec/a/helper'))?.interpreter, '../../bin/python3.11');
		t.is(shebang(textAt(tree, '/opt/app/share/tool'))?.interpreter, '../bin/python3.11');
		t.is(textAt(tree, '/opt/app/share/example'), '#!/usr/bin/env python3\n');
	});

	test(`with ${what}: bin/python and bin/python3 are launchers`, t => {
		const tree = moved(
			{'/opt/app/bin/python': {link: 'python3.11'}, '/opt/app/bin/python3': {link: 'python3.11'}},
			layout,
		);
		for (const name of ['python', 'python3']) {
			const entry = tree.entries.find(({path}) => path === `/opt/app/bin/${name}`);
			t.like(entry, {kind: 'file', mode: 0o755});
			const launcher = decodeLauncher(textAt(tree, `/opt/app/bin/${name}`) ?? '');
			t.deepEqual(launcher, {minor: '3.11', searches: layout.bundle === undefined});
		}
	});

	test(`with ${what}: pyvenv.cfg says one thing alone`, t => {
		const config = 'home = /home/ada/.pyenv/versions/3.11.7/bin\ncommand = x\ninclude-system-site-packages = false\n';
		const tree = moved({'/opt/app/pyvenv.cfg': config}, layout);
		t.is(textAt(tree, '/opt/app/pyvenv.cfg'), 'include-system-site-packages = false\n');
	});

	test(`with ${what}: a kernel is started by a bare python, a .pth names its folder from where it lies`, t => {
		const kernel = '/opt/app/share/jupyter/kernels/python3/kernel.json';
		const site = '/opt/app/lib/python3.11/site-packages';
		const tree = moved(
			{
				[kernel]: '{"argv": ["/stage/opt/app/bin/python", "-m", "ipykernel"]}',
				[`${site}/own.pth`]: '/stage/opt/app/share/modules\nimport x\nrelative\n',
			},
			layout,
		);
		t.is(textAt(tree, kernel), '{"argv": ["python", "-m", "ipykernel"]}');
		t.is(textAt(tree, `${site}/own.pth`), '../../../share/modules\nimport x\nrelative\n');
	});

	test(`with ${what}: pkg-config counts from the file`, t => {
		const path = '/opt/app/lib/pkgconfig/own.pc';
		const tree = moved(
			{[path]: 'prefix=/stage/opt/app\nlibdir=/stage/opt/app/lib\nCflags: -I/stage/opt/app/include\nother=/opt/app2\n'},
			layout,
		);
		const prefix = '$' + '{prefix}';
		t.is(
			textAt(tree, path),
			`prefix=$\{pcfiledir}/../..\nlibdir=${prefix}/lib\nCflags: -I${prefix}/include\nother=/opt/app2\n`,
		);
	});

	test(`with ${what}: RECORD is true of the scripts`, t => {
		const record = '/opt/app/lib/python3.11/site-packages/x-1.dist-info/RECORD';
		const tree = moved(
			{'/opt/app/bin/x': '#!/stage/opt/app/bin/python\n', [record]: '../../../bin/x,sha256=old,1\n'},
			layout,
		);
		const text = textAt(tree, '/opt/app/bin/x') ?? '';
		const digest = createHash('sha256').update(text).digest('base64url');
		t.is(textAt(tree, record), `../../../bin/x,sha256=${digest},${text.length}\n`);
	});
}

test('with the machine’s interpreter, one link leads to it, and what the venv saw of its packages it sees', t => {
	const tree = moved(
		{
			'/opt/app/bin/python3.11': {link: '/home/ada/.pyenv/versions/3.11.7/bin/python3.11'},
			'/opt/app/pyvenv.cfg': 'include-system-site-packages = true\n',
		},
		{relocatable: true},
	);
	t.is(linkAt(tree, '/opt/app/bin/python3.11'), '/usr/bin/python3.11');
	t.is(textAt(tree, '/opt/app/pyvenv.cfg'), 'include-system-site-packages = true\n');
});
