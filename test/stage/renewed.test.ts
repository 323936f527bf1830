import test from 'ava';
import {fixedLayout, type Layout} from '../../src/model/layout.ts';
import {installPath} from '../../src/model/paths.ts';
import {renew} from '../../src/stage/existing/renewed.ts';
import {builder, type Literal, linkAt, textAt, tree} from '../helpers/tree.ts';

// What creators write each in their own way, made the same for all: from trees that are literals.

const renewed = (literals: Readonly<Record<string, Literal>>, layout: Layout = fixedLayout) => {
	const {
		entries,
		renewed: words,
		dropped,
	} = renew(tree(literals).entries, {
		layout,
		prefix: installPath('/opt/app'),
		python: builder.python,
	});
	return {tree: {entries}, words: Object.fromEntries(words), dropped: dropped.map(String)};
};

test('three links lead to the interpreter, whatever was there', t => {
	const made = renewed({'/opt/app/bin/python': '\x7fELF', '/opt/app/bin/python3': {link: 'python'}});
	t.is(linkAt(made.tree, '/opt/app/bin/python3.11'), builder.python.builder);
	t.is(linkAt(made.tree, '/opt/app/bin/python3'), 'python3.11');
	t.is(linkAt(made.tree, '/opt/app/bin/python'), 'python3.11');
});

test('those that lead to the target already stay', t => {
	const made = renewed({
		'/opt/app/bin/python3.11': {link: '/usr/bin/python3.11'},
		'/opt/app/bin/python3': {link: 'python3.11'},
		'/opt/app/bin/python': {link: 'python3.11'},
	});
	t.is(linkAt(made.tree, '/opt/app/bin/python3.11'), '/usr/bin/python3.11');
	t.deepEqual(made.words, {});
});

test('the fourth name that CPython 3.14 gives, a link or a copy', t => {
	const name = '/opt/app/bin/\u{1d70b}thon';
	t.is(linkAt(renewed({[name]: '\x7fELF'}).tree, name), 'python3.11');
	t.is(linkAt(renewed({[name]: {link: 'python3'}}).tree, name), 'python3.11');
});

for (const [line, becomes] of [
	["    let virtual_env = '/home/ada/v'", "    let virtual_env = '/opt/app'"],
	["    const virtual_env = '/home/ada/v'", "    const virtual_env = '/opt/app'"],
	["    const virtual_env = r#'/home/it's/v'#", "    const virtual_env = '/opt/app'"],
	['    let virtual_env = (path self | path dirname | path dirname)', "    let virtual_env = '/opt/app'"],
	['    let other = 1', '    let other = 1'],
] as const) {
	test(`nushell: ${line.trim()}`, t => {
		const {tree: made} = renewed({'/opt/app/bin/activate.nu': `export-env {\n${line}\n}\n`});
		t.is(textAt(made, '/opt/app/bin/activate.nu'), `export-env {\n${becomes}\n}\n`);
	});
}

test('PowerShell’s script keeps the name that its creator gave it', t => {
	const {tree: made} = renewed({'/opt/app/bin/activate.ps1': '$x = "/home/ada/v"'});
	t.regex(textAt(made, '/opt/app/bin/activate.ps1') ?? '', /\$env:VIRTUAL_ENV = '\/opt\/app'/);
});

test('bytecode stays behind, and the folders that held nothing else; what is imported without a source comes along', t => {
	const made = renewed({
		'/opt/app/lib/a/__pycache__/a.cpython-311.pyc': 'x',
		'/opt/app/lib/b/__pycache__/b.cpython-311.pyc': 'x',
		'/opt/app/lib/b/__pycache__/data.txt': 'x',
		'/opt/app/lib/c/alone.pyc': 'x',
	});
	const paths = made.tree.entries.map(({path}) => String(path));
	t.false(paths.includes('/opt/app/lib/a/__pycache__'));
	t.true(paths.includes('/opt/app/lib/b/__pycache__/data.txt'));
	t.true(paths.includes('/opt/app/lib/c/alone.pyc'));
	t.is(made.dropped.length, 2);
});

test('scripts for Windows stay behind; a file that only has the name of our manifest does not', t => {
	const made = renewed({
		...Object.fromEntries(
			['activate.bat', 'deactivate.bat', 'pydoc.bat'].map(name => [`/opt/app/bin/${name}`, '@echo']),
		),
		'/opt/app/venvpack.json': '{"mine": true}',
	});
	t.is(made.dropped.length, 3);
	t.is(textAt(made.tree, '/opt/app/venvpack.json'), '{"mine": true}');
});

const pathFile = '/opt/app/lib/python3.11/site-packages/_venvpack.pth';

test('where the venv may lie anywhere, what cannot tell its place stays behind, and the rest finds it', t => {
	const {tree: made, dropped} = renewed(
		{'/opt/app/bin/activate': 'x', '/opt/app/bin/activate.csh': 'x', '/opt/app/bin/activate.nu': 'x'},
		{relocatable: true},
	);
	t.deepEqual(dropped, ['/opt/app/bin/activate.csh', '/opt/app/bin/activate.nu']);
	t.false((textAt(made, '/opt/app/bin/activate') ?? '').includes('/opt/app'));
	t.regex(textAt(made, pathFile) ?? '', /_base_executable/);
});

test('a tree that was made to lie anywhere loses the path file at a fixed prefix', t => {
	const {tree: made, dropped} = renewed({[pathFile]: 'x'});
	t.is(textAt(made, pathFile), undefined);
	t.deepEqual(dropped, [pathFile]);
});
