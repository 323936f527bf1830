import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import {findInterpreter} from '../../src/stage/interpreters/system.ts';
import {smallElf} from '../helpers/elf.ts';
import {pythons, withReason} from '../helpers/tools.ts';

function folder(t: ExecutionContext): string {
	const path = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-test-')));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return path;
}

function program(path: string, text: string): string {
	mkdirSync(dirname(path), {recursive: true});
	writeFileSync(path, `#!/bin/sh\n${text}\n`);
	chmodSync(path, 0o755);
	return path;
}

/** A program that answers as an interpreter would. */
function fake(path: string, answer: Record<string, unknown>): string {
	const facts = {
		executable: path,
		prefix: dirname(dirname(path)),
		implementation: 'cpython',
		version: '3.11.9',
		minor: '3.11',
		platform: 'linux-x86_64',
		soabi: '',
		multiarch: '',
		cacheTag: 'cpython-311',
		freeThreaded: false,
		...answer,
	};
	return program(path, `echo '${JSON.stringify(facts)}'`);
}

/** Nothing but what the test puts there is found: /usr/bin and /usr/local/bin come last. */
const surroundings = (home: string, path = '') => ({HOME: home, PATH: `${path}:/no/such/folder`});

for (const python of pythons()) {
	test(`${python.version} of ${python.origin} is known by its own path, also through a link and from a venv`, async t => {
		const home = folder(t);
		const link = join(home, 'link/python3');
		mkdirSync(dirname(link));
		symlinkSync(python.path, link);
		execFileSync(python.path, ['-m', 'venv', '--without-pip', '--symlinks', join(home, 'venv')]);
		execFileSync(python.path, ['-m', 'venv', '--without-pip', '--copies', join(home, 'copies')]);
		for (const path of [python.path, link, join(home, 'venv/bin/python'), join(home, 'copies/bin/python')]) {
			const found = await findInterpreter({kind: 'path', path: hostPath(path)}, process.env);
			t.is(String(found.executable), realpathSync(python.path), path);
			t.deepEqual([found.version, found.minor], [python.version, python.minor]);
			t.is(
				String(found.prefix),
				execFileSync(python.path, ['-c', 'import sys; print(sys.base_prefix)'], {encoding: 'utf8'}).trim(),
			);
			t.is(found.cacheTag, `cpython-${python.minor.replace('.', '')}`);
		}
	});
}

const [real] = pythons();
if (real) {
	test('a shim on PATH is seen through', async t => {
		const home = folder(t);
		program(join(home, `shims/python${real.minor}`), `exec '${real.path}' "$@"`);
		const found = await findInterpreter(
			{kind: 'minor', minor: real.minor},
			{...process.env, ...surroundings(home, join(home, 'shims'))},
		);
		t.is(String(found.executable), realpathSync(real.path));
	});

	test('settings for other Pythons do not matter', async t => {
		const environment = {...process.env, PYTHONHOME: '/no/such', PYTHONPATH: '/no/such', PYTHONVERBOSE: '1'};
		const found = await findInterpreter({kind: 'path', path: hostPath(real.path)}, environment);
		t.is(found.version, real.version);
	});
}

test('PATH goes before pyenv, pyenv before uv; of two versions the newer', async t => {
	const home = folder(t);
	const find = async (path = '') =>
		(await findInterpreter({kind: 'minor', minor: '3.11'}, surroundings(home, path))).version;
	fake(join(home, '.local/share/uv/python/cpython-3.11.4-linux-x86_64-gnu/bin/python3.11'), {version: '3.11.4'});
	t.is(await find(), '3.11.4');
	fake(join(home, '.pyenv/versions/3.11.9/bin/python3.11'), {version: '3.11.9'});
	t.is(await find(), '3.11.9');
	fake(join(home, '.pyenv/versions/3.11.10/bin/python3.11'), {version: '3.11.10'});
	t.is(await find(), '3.11.10');
	fake(join(home, 'path/python3.11'), {version: '3.11.1'});
	t.is(await find(join(home, 'path')), '3.11.1');
});

test('without a wish, python3 of PATH; with one that it does not meet, the newest that does', async t => {
	const home = folder(t);
	const bin = join(home, 'bin');
	fake(join(bin, 'python3'), {version: '3.9.1', minor: '3.9'});
	fake(join(bin, 'python3.12'), {version: '3.12.1', minor: '3.12'});
	fake(join(bin, 'python3.13'), {version: '3.13.2', minor: '3.13'});
	const find = async (requiresPython: string) =>
		(await findInterpreter({kind: 'any', requiresPython}, surroundings(home, bin))).version;
	t.is(await find(''), '3.9.1');
	t.is(await find('>=3.8'), '3.9.1');
	t.is(await find('>=3.10,<3.14'), '3.13.2');
	t.is(await find('>=3.10,<3.13'), '3.12.1');
});

test('a shim that finds no interpreter, another implementation, a pre-release and a free-threaded build are passed over', async t => {
	const home = folder(t);
	const at = (number: number) => join(home, `${number}/python3.7`);
	program(at(1), 'echo "no such version" >&2; exit 127');
	fake(at(2), {version: '3.7.5', minor: '3.7'});
	const error = await t.throwsAsync(
		findInterpreter(
			{kind: 'minor', minor: '3.7'},
			surroundings(home, [1, 2].map(number => dirname(at(number))).join(':')),
		),
		{code: 'INTERPRETER_MISSING'},
	);
	t.true(error.message.includes(`looked in ${home}/1, ${home}/2, `), error.message);
	t.true(error.message.includes(`${at(2)}: it is Python 3.7.5, older than 3.8`), error.message);

	const folders = ['pypy', 'pre', 'free', 'good'].map(name => join(home, name));
	const [pypy = '', pre = '', free = '', good = ''] = folders;
	fake(join(pypy, 'python3.11'), {implementation: 'pypy'});
	fake(join(pre, 'python3.11'), {version: '3.11.0rc1'});
	fake(join(free, 'python3.11'), {freeThreaded: true});
	fake(join(good, 'python3.11'), {version: '3.11.3'});
	const found = await findInterpreter({kind: 'minor', minor: '3.11'}, surroundings(home, folders.join(':')));
	t.is(found.version, '3.11.3');
});

test('one asked for by its path is refused with the reason', async t => {
	const home = folder(t);
	const refused = async (path: string, code: string, message: RegExp) =>
		t.throwsAsync(findInterpreter({kind: 'path', path: hostPath(path)}, process.env), {code, message});
	await refused('/no/such/python', 'INTERPRETER_MISSING', /\/no\/such\/python is no Python interpreter/);
	await refused('/bin/true', 'INTERPRETER_MISSING', /\/bin\/true is no Python interpreter/);
	await refused(fake(join(home, 'pypy'), {implementation: 'pypy'}), 'INTERPRETER_UNFIT', /it is pypy/);
	await refused(fake(join(home, 'old'), {version: '3.7.1', minor: '3.7'}), 'INTERPRETER_UNFIT', /older than 3\.8/);
	await refused(fake(join(home, 'free'), {freeThreaded: true}), 'INTERPRETER_UNFIT', /free-threaded/);
});

test('one that breaks as it starts is told from what is no Python, with what it said', async t => {
	const home = folder(t);
	const broken = program(join(home, 'bin/python3.11'), 'echo "Fatal Python error: no encodings" >&2; exit 1');
	const error = await t.throwsAsync(findInterpreter({kind: 'path', path: hostPath(broken)}, process.env), {
		code: 'INTERPRETER_BROKEN',
	});
	t.is(error?.message, `${broken} breaks when it starts: Fatal Python error: no encodings`);
});

const withIntel = withReason(process.arch === 'x64' && real ? '' : 'a Python for x86-64');

withIntel('a program for another machine is refused by its header, and not started', async t => {
	const home = folder(t);
	const bytes = readFileSync(realpathSync(real?.path ?? ''));
	// The e_machine of AArch64.
	bytes.writeUInt16LE(183, 18);
	const path = join(home, 'python3.11');
	writeFileSync(path, bytes, {mode: 0o755});
	const error = await t.throwsAsync(findInterpreter({kind: 'path', path: hostPath(path)}, process.env), {
		code: 'INTERPRETER_UNFIT',
	});
	t.is(error?.message, `${path} cannot build: it is a program for aarch64, and this machine is x86_64`);
});

withIntel('a program for musl is refused on a machine of glibc', async t => {
	const path = join(folder(t), 'python3.11');
	writeFileSync(path, smallElf({interpreter: '/lib/ld-musl-x86_64.so.1'}), {mode: 0o755});
	const error = await t.throwsAsync(findInterpreter({kind: 'path', path: hostPath(path)}, process.env), {
		code: 'INTERPRETER_UNFIT',
	});
	t.is(error?.message, `${path} cannot build: it is built for musl, and this machine has glibc`);
});
