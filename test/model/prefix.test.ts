import test, {type ExecutionContext} from 'ava';
import {installPath} from '../../src/model/paths.ts';
import {likelyPrefix, markedFolder} from '../../src/model/prefix.ts';
import {type Literal, tree} from '../helpers/tree.ts';

const is = test.macro((t: ExecutionContext, files: Readonly<Record<string, Literal>>, expected: string) => {
	t.is(likelyPrefix(tree(files)), installPath(expected));
});

test(
	'the folder of the manifest',
	is,
	{'/opt/app/venvpack.json': '{}', '/opt/app/bin/x': '', '/usr/bin/x': ''},
	'/opt/app',
);
test('the folder of pyvenv.cfg', is, {'/srv/venv/pyvenv.cfg': '', '/etc/x': ''}, '/srv/venv');
test(
	'of several, the nearest to the root',
	is,
	{'/opt/app/lib/data/venvpack.json': '{}', '/opt/app/pyvenv.cfg': '', '/opt/app/lib/venv/pyvenv.cfg': ''},
	'/opt/app',
);
test('else the deepest folder that holds everything', is, {'/opt/app/bin/x': '', '/opt/app/lib/y': ''}, '/opt/app');
test('links count', is, {'/opt/app/bin/x': '', '/usr/bin/x': {link: '/opt/app/bin/x'}}, '/');
test('a file alone lies in its folder', is, {'/opt/app/bin/x': ''}, '/opt/app/bin');
test('nothing lies at the root', is, {}, '/');
test('a link of that name marks nothing', t => {
	t.is(markedFolder(tree({'/a/pyvenv.cfg': {link: 'b'}})), undefined);
});
