import test from 'ava';
import {installPath} from '../../../src/model/paths.ts';
import {withInterpreter} from '../../../src/stage/bundle/merge.ts';
import {type Literal, linkAt, textAt, tree} from '../../helpers/tree.ts';

const prefix = installPath('/opt/app');
const home = {prefix, python: {minor: '3.11'}, libraryName: 'lib'};
const interpreter = tree({
	'/opt/app/bin/python3.11': '\x7fELF',
	'/opt/app/lib/python3.11/os.py': 'import sys\n',
}).entries;
const venv: Readonly<Record<string, Literal>> = {
	'/opt/app/bin/python': {link: 'python3.11'},
	'/opt/app/bin/python3.11': {link: '/home/ada/.pyenv/versions/3.11.7/bin/python3.11'},
	'/opt/app/lib/python3.11/site-packages/app.py': 'import os\n',
	'/opt/app/lib64': {link: 'lib'},
	'/opt/app/pyvenv.cfg': '',
};

test('the link to the builder’s interpreter gives way to the interpreter, and the others lead to it', t => {
	const joined = withInterpreter(tree(venv), interpreter, home);
	t.is(textAt(joined, '/opt/app/bin/python3.11'), '\x7fELF');
	t.is(linkAt(joined, '/opt/app/bin/python'), 'python3.11');
	t.is(textAt(joined, '/opt/app/lib/python3.11/os.py'), 'import sys\n');
	t.is(textAt(joined, '/opt/app/lib/python3.11/site-packages/app.py'), 'import os\n');
});

test('lib64 is there only for an interpreter that looks into it', t => {
	const has64 = (libraryName: string) =>
		withInterpreter(tree(venv), interpreter, {...home, libraryName}).entries.some(
			({path}) => path === '/opt/app/lib64',
		);
	t.false(has64('lib'));
	t.true(has64('lib64'));
});

test('what was installed in a place of the interpreter is refused, and so is a file where it has a folder', t => {
	const occupied: ReadonlyArray<Readonly<Record<string, Literal>>> = [
		{'/opt/app/lib/python3.11/os.py': 'import sys\n'},
		{'/opt/app/lib/python3.11/os.py/x': ''},
		{'/opt/app/lib': ''},
		{'/opt/app/lib/python3.11': {link: '../other'}},
		{'/opt/app/bin/python3.11': 'a wrapper'},
	];
	for (const literals of occupied) {
		const error = t.throws(() => withInterpreter(tree(literals), interpreter, home), {code: 'BUNDLE_OCCUPIED'});
		t.true(error?.message.includes('/opt/app/'), error?.message);
	}
});
