import test from 'ava';
import {venv} from '../../../src/check/checks/venv.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

const config = '/opt/app/pyvenv.cfg';

const saying = test.macro({
	exec: async (t, text: string, expected: string | undefined) => {
		const findings = await findingsOf(venv, artifact(goodVenv({[config]: text})));
		t.deepEqual(told(findings), expected === undefined ? [] : [`${expected} ${config}`]);
	},
	title: (name = '') => name,
});
const plain = 'include-system-site-packages = false\n';

test('a good venv has nothing to say', async t => {
	t.deepEqual(await findingsOf(venv, artifact(goodVenv())), []);
	t.deepEqual(await findingsOf(venv, artifact(goodVenv(), {manifest: true})), []);
});

test('no home at all is right behind a link', saying, plain, undefined);
test('a relative home', saying, `home = ../python/bin\n${plain}`, 'PYVENV_HOME_RELATIVE error');
test(
	'the home of a builder',
	saying,
	`home = /home/ada/.pyenv/versions/3.11.7/bin\n${plain}`,
	'PYVENV_HOME_WRONG error',
);
test('another home of the system', saying, `home = /usr/local/bin\n${plain}`, 'PYVENV_HOME_WRONG error');
test(
	'a command that tells of the builder',
	saying,
	`home = /usr/bin\n${plain}command = /usr/bin/python3.11 -m venv /tmp/build/venv\n`,
	'PYVENV_FOREIGN warning',
);
test(
	'a command that holds the prefix alone',
	saying,
	`home = /usr/bin\n${plain}command = /usr/bin/python3.11 -m venv --prompt=x /opt/app\n`,
	undefined,
);
test(
	'an executable of the builder',
	saying,
	`${plain}executable = /home/ada/bin/python3.11\n`,
	'PYVENV_FOREIGN warning',
);
test(
	'the packages of the system',
	saying,
	'home = /usr/bin\ninclude-system-site-packages = true\n',
	'PYVENV_SYSTEM_SITE warning',
);
test('silence about them means the same', saying, 'home = /usr/bin\n', 'PYVENV_SYSTEM_SITE warning');
test('another version', saying, `home = /usr/bin\n${plain}version = 3.12.1\n`, 'VENV_VERSION error');

test('no pyvenv.cfg', async t => {
	t.deepEqual(told(await findingsOf(venv, artifact(goodVenv({[config]: undefined})))), [
		`PYVENV_MISSING error ${config}`,
	]);
});

test('an interpreter of another minor', async t => {
	const files = goodVenv({'/opt/app/bin/python3.11': {link: '/usr/bin/python3.12'}});
	t.deepEqual(told(await findingsOf(venv, artifact(files))), ['VENV_VERSION error /opt/app/bin/python']);
});

test('the interpreter of a builder', async t => {
	const home = '/home/ada/.pyenv/versions/3.11.7/bin';
	const files = goodVenv({
		'/opt/app/bin/python3.11': {link: `${home}/python3.11`},
		[config]: `home = ${home}\n${plain}`,
	});
	t.deepEqual(told(await findingsOf(venv, artifact(files))), ['VENV_INTERPRETER error /opt/app/bin/python']);
});

test('an interpreter in a folder of its own is right where the manifest names it', async t => {
	const files = goodVenv({
		'/opt/app/bin/python3.11': {link: '/srv/python/bin/python3.11'},
		[config]: `home = /srv/python/bin\n${plain}`,
	});
	const options = {manifest: true, interpreter: {path: '/srv/python/bin/python3.11' as never}};
	t.deepEqual(await findingsOf(venv, artifact(files, options)), []);
	t.is((await findingsOf(venv, artifact(files))).length, 1);
});

test('a copied interpreter needs a home', async t => {
	const files = goodVenv({'/opt/app/bin/python3.11': '\x7fELF', [config]: plain});
	t.deepEqual(told(await findingsOf(venv, artifact(files))), [`PYVENV_HOME_MISSING error ${config}`]);
});

test('a bundled interpreter is found by its folder', async t => {
	const files = goodVenv({
		'/opt/app/bin/python3.11': {link: '../python/bin/python3.11'},
		'/opt/app/python/bin/python3.11': '\x7fELF',
		[config]: `home = /opt/app/python/bin\n${plain}`,
	});
	t.deepEqual(await findingsOf(venv, artifact(files)), []);
});

const flat = (text: string | undefined) =>
	goodVenv({
		'/opt/app/bin/python3.11': '\x7fELF',
		'/opt/app/lib/python3.11/os.py': '',
		[config]: text,
	});

test('a root that is the home of its own interpreter needs none', async t => {
	t.deepEqual(await findingsOf(venv, artifact(flat(plain))), []);
	t.deepEqual(told(await findingsOf(venv, artifact(flat(`home = /usr/bin\n${plain}`)))), [
		`PYVENV_HOME_WRONG error ${config}`,
	]);
	t.deepEqual(await findingsOf(venv, artifact(flat(`home = /opt/app/bin\n${plain}`))), []);
});

test('without pyvenv.cfg it finds its packages, and those of whoever starts it', async t => {
	t.deepEqual(told(await findingsOf(venv, artifact(flat(undefined)))), [`PYVENV_SYSTEM_SITE warning ${config}`]);
});

test('a tree without a venv is not asked', async t => {
	t.deepEqual(await findingsOf(venv, artifact({'/usr/bin/x': 'x'}, {prefix: '/'})), []);
});

test('a venv that was packed without its place, with the interpreter of its builder', async t => {
	const home = '/home/ada/.pyenv/versions/3.11.7/bin';
	const files = {
		'/pyvenv.cfg': `home = ${home}\n${plain}`,
		'/bin/python': {link: `${home}/python3.11`},
		'/lib/python3.11/site-packages/x.py': '',
	};
	t.deepEqual(told(await findingsOf(venv, artifact(files, {prefix: '/'}))), ['VENV_INTERPRETER error /bin/python']);
});
