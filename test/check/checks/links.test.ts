import test from 'ava';
import {links} from '../../../src/check/checks/links.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

const pointing = test.macro({
	exec: async (t, target: string, expected: string | undefined) => {
		const findings = await findingsOf(links, artifact(goodVenv({'/opt/app/share/x': {link: target}})));
		t.deepEqual(told(findings), expected === undefined ? [] : [`${expected} /opt/app/share/x`]);
	},
	title: (name = '') => name,
});

test('to a file beside it', pointing, '../pyvenv.cfg', undefined);
test('to a folder', pointing, '../lib', undefined);
test('to the prefix itself', pointing, '..', undefined);
test('to nothing', pointing, '../lib/gone.so', 'LINK_DANGLING error');
test('to nothing, named from the root', pointing, '/opt/app/gone', 'LINK_DANGLING error');
test('to itself', pointing, 'x', 'LINK_CYCLE error');
test('out of the application', pointing, '/etc/app.conf', 'LINK_OUTSIDE warning');
test('out of it by climbing', pointing, '../../../etc/app.conf', 'LINK_OUTSIDE warning');
test('to a file inside, named from the root', pointing, '/opt/app/pyvenv.cfg', 'LINK_ABSOLUTE note');

test('the links of a venv to its interpreter are right', async t => {
	t.deepEqual(await findingsOf(links, artifact(goodVenv())), []);
});

test('a chain that ends in nothing is told at each of its links', async t => {
	const files = goodVenv({'/opt/app/a': {link: 'b'}, '/opt/app/b': {link: 'gone'}});
	t.deepEqual(told(await findingsOf(links, artifact(files))), [
		'LINK_DANGLING error /opt/app/a',
		'LINK_DANGLING error /opt/app/b',
	]);
});

test('a link of /usr/bin to a program of the application is right', async t => {
	t.deepEqual(await findingsOf(links, artifact(goodVenv({'/usr/bin/demo': {link: '/opt/app/bin/demo'}}))), []);
});

test('of a venv that was packed without its place, only what lies in its folders is missed', async t => {
	const files = {
		'/pyvenv.cfg': 'home = /usr/bin\n',
		'/bin/python': {link: '/usr/bin/python3.11'},
		'/lib/a': {link: 'gone'},
		'/lib/b': {link: '/srv/data/b'},
		'/lib/python3.11/site-packages/x.py': '',
	};
	t.deepEqual(told(await findingsOf(links, artifact(files, {prefix: '/'}))), [
		'LINK_DANGLING error /lib/a',
		'LINK_OUTSIDE warning /lib/b',
	]);
});

test('what a package of the system lacks, another may bring', async t => {
	const files = {'/usr/lib/libx.so': {link: 'libx.so.1'}, '/usr/lib/x/y': 'y'};
	t.deepEqual(told(await findingsOf(links, artifact(files, {prefix: '/'}))), ['LINK_OUTSIDE warning /usr/lib/libx.so']);
});
