import {execFileSync} from 'node:child_process';
import {mkdirSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import {verify} from '../../src/operations/verify.ts';
import {withReason, withTools} from '../helpers/tools.ts';
import {creators, demoVenv, lacksVenv, ownPython, room, wheelShelf} from '../helpers/venv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';
import {peerTools} from './peer-tools.ts';

// Artifacts of other tools: what is really wrong with each is said, and where.

const tools = lacksVenv === '' ? await peerTools('venv-pack==0.2.0', 'shiv==1.0.8', 'pip', 'setuptools') : undefined;
const test = withReason(lacksVenv);
const testWithPeers = withReason(tools === undefined ? 'venv-pack and shiv from PyPI' : '');
const testWithDpkg = lacksVenv === '' ? withTools('dpkg-deb') : test;

/** Errors and warnings, each with the place below the prefix. */
async function wrong(artifact: string, prefix?: string): Promise<string[]> {
	const asked = prefix === undefined ? undefined : installPath(prefix);
	const {findings, artifact: facts} = await verify(
		{artifact, prefix: asked},
		{listener: () => undefined, environment: process.env, version: '0.0.0'},
	);
	const said = findings.filter(({severity}) => severity !== 'note');
	return [...new Set(said.map(({code, path}) => `${code} ${place(path, facts.prefix)}`))].sort();
}

function place(path: InstallPath, prefix: InstallPath): string {
	const short = path === prefix ? '.' : path.slice(prefix === '/' ? 1 : prefix.length + 1);
	return short.replaceAll(/python3\.\d+/g, 'python3.X').replaceAll(/cpython-3\d+/g, 'cpython-3X');
}

/** Where pyenv has them, no package brings an interpreter. */
const interpreter = ['LEAK_INTERPRETER bin/python3.X', 'LEAK_INTERPRETER pyvenv.cfg', 'VENV_INTERPRETER bin/python'];

testWithDpkg('a venv made in the folder that dpkg-deb is given', async t => {
	const folder = room(t);
	const root = join(folder, 'root');
	const venv = demoVenv(join(root, 'opt/demo'));
	execFileSync(join(venv, 'bin/python'), ['-m', 'compileall', '-q', join(venv, 'lib')]);
	mkdirSync(join(root, 'DEBIAN'));
	const control =
		'Package: demo\nVersion: 1.0\nSection: misc\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n';
	writeFileSync(join(root, 'DEBIAN/control'), control);
	execFileSync('dpkg-deb', ['--root-owner-group', '-b', root, join(folder, 'demo.deb')], {stdio: 'ignore'});
	const pyc = 'lib/python3.X/site-packages/__pycache__/demo.cpython-3X.pyc';
	t.deepEqual(await wrong(join(folder, 'demo.deb')), [
		`BYTECODE_FOREIGN_PATH ${pyc}`,
		`BYTECODE_TIMESTAMP ${pyc}`,
		...interpreter.slice(0, 2),
		'LEAK_STAGE bin/activate',
		'LEAK_STAGE bin/activate.csh',
		'LEAK_STAGE bin/activate.fish',
		'LEAK_STAGE bin/demo',
		`LEAK_STAGE ${pyc}`,
		'LEAK_STAGE pyvenv.cfg',
		// uv's lock, which everybody may write.
		'MODE_WRITABLE .lock',
		'PYVENV_FOREIGN pyvenv.cfg',
		'SHEBANG_FOREIGN bin/demo',
		...interpreter.slice(2),
	]);
});

test('a venv that was moved', async t => {
	const folder = room(t);
	renameSync(demoVenv(join(folder, 'old')), join(folder, 'new'));
	t.deepEqual(await wrong(join(folder, 'new'), '/opt/app'), [
		...interpreter.slice(0, 2),
		'LEAK_STAGE bin/activate',
		'LEAK_STAGE bin/activate.csh',
		'LEAK_STAGE bin/activate.fish',
		'LEAK_STAGE bin/demo',
		'LEAK_STAGE pyvenv.cfg',
		'MODE_WRITABLE .lock',
		'PYVENV_FOREIGN pyvenv.cfg',
		'SHEBANG_FOREIGN bin/demo',
		...interpreter.slice(2),
	]);
});

test('a moved `uv venv --relocatable`: only its interpreter is elsewhere', async t => {
	const folder = room(t);
	const creator = creators.find(({name}) => name === 'uv venv --relocatable');
	const venv = demoVenv(join(folder, 'venv'), {creator});
	mkdirSync(join(folder, 'tree/opt'), {recursive: true});
	renameSync(venv, join(folder, 'tree/opt/rel'));
	execFileSync('tar', ['-czf', join(folder, 'rel.tar.gz'), '-C', join(folder, 'tree'), 'opt']);
	t.deepEqual(
		(await wrong(join(folder, 'rel.tar.gz'))).filter(line => !line.includes('bin/activate')),
		[
			'LEAK_INTERPRETER bin/python',
			'LEAK_INTERPRETER pyvenv.cfg',
			'MODE_WRITABLE .lock',
			'VENV_INTERPRETER bin/python',
		],
	);
});

testWithPeers('a tarball of venv-pack', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'venv'));
	const file = join(folder, 'packed.tar.gz');
	execFileSync(join(tools ?? '', 'venv-pack'), ['-q', '-p', venv, '-o', file], {stdio: 'ignore'});
	t.deepEqual(await wrong(file, '/opt/packed'), [
		...interpreter.slice(0, 2),
		'LEAK_STAGE pyvenv.cfg',
		'MODE_WRITABLE .lock',
		'PYVENV_FOREIGN pyvenv.cfg',
		// It rewrites the script and leaves its RECORD as it was.
		'RECORD_DIFFERS bin/demo',
		'SHEBANG_ENV bin/demo',
		...interpreter.slice(2),
	]);
});

testWithPeers('a zipapp of shiv', async t => {
	const file = join(room(t), 'demo.pyz');
	const args = ['-c', 'demo', '-o', file, '--no-index', '--find-links', wheelShelf(), 'demo'];
	execFileSync(join(tools ?? '', 'shiv'), args, {stdio: 'ignore'});
	const said = await wrong(file);
	t.true(said.includes('SHEBANG_FOREIGN site-packages/bin/demo'), said.join('\n'));
	t.true(
		said.every(line => /^(?:MODE_CLOSED|RECORD_ESCAPES|SHEBANG_FOREIGN) /.test(line)),
		said.join('\n'),
	);
});

test('a wheel as an index has it', async t => {
	t.deepEqual(await wrong(join(wheelShelf(), 'demo-1.0-py3-none-any.whl')), []);
});

test('a wheel whose RECORD is not true', async t => {
	const file = join(room(t), wheelName());
	writeFileSync(file, wheelBytes({record: rows => rows.map(row => row.replace(/sha256=...../, 'sha256=AAAAA'))}));
	t.true((await wrong(file)).includes('RECORD_DIFFERS sample.py'));
	t.truthy(ownPython);
});
