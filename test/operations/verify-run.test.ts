import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {installPath} from '../../src/model/paths.ts';
import type {Verification} from '../../src/model/verification.ts';
import {verify} from '../../src/operations/verify.ts';
import type {VerifyRequest} from '../../src/operations/verify-request.ts';
import {builderPython, bundle, type RunningVenv, runningVenv, systemPython} from '../helpers/running-venv.ts';
import {withReason, withTools} from '../helpers/tools.ts';

const test = systemPython === undefined ? withReason('a python3 in /usr/bin') : withTools('unshare', 'setpriv', 'root');
const testBundled = builderPython === undefined ? withReason('a pyenv with a shared libpython') : test;

/** Verifies by running, and only so. */
async function ran({folder, prefix}: RunningVenv, request: Partial<VerifyRequest> = {}): Promise<Verification> {
	return verify(
		{artifact: folder, prefix: installPath(prefix), run: true, seconds: 300, only: runCodes, ...request},
		{listener: () => undefined, environment: {}, version: '0.0.0'},
	);
}

const runCodes = ['run-interpreter', 'run-imports', 'run-scripts', 'run-commands', 'run-writes'];

/** `severity CODE path`, the prefix left out. */
function told({findings}: Verification): readonly string[] {
	return findings.map(({severity, code, path}) => `${severity} ${code} ${path.replace('/opt/app/', '')}`);
}

test('a good venv has nothing to say', async t => {
	const verification = await ran(runningVenv(t), {commands: ['app --selftest', 'bin/app "two words"']});
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
});

for (const prefix of ['/usr/lib/app', '/home/ada/my app', '/tmp/app']) {
	test(`a good venv at ${prefix} has nothing to say`, async t => {
		const venv = runningVenv(t, {prefix});
		if (prefix.includes(' ')) {
			// The kernel cuts a shebang at white space: packagers write a trampoline.
			venv.put('bin/app', `#!/bin/sh\n'''exec' "${prefix}/bin/python" "$0" "$@"\n' '''\nimport app\napp.main()\n`);
		}

		t.deepEqual(told(await ran(venv)), []);
	});
}

testBundled('a good venv with its interpreter inside has nothing to say, and needs none of this machine’s', async t => {
	const python = builderPython ?? t.fail();
	if (typeof python === 'boolean') {
		return;
	}

	const venv = runningVenv(t, {python});
	bundle(venv, python, {library: true, runpath: 'own', standardLibrary: true});
	// Its standard library has no bytecode, and its sysconfig is the builder's.
	const see = `sh -c '! ${systemPython?.path} -c pass'`;
	const ignore = ['RUN_WROTE_INTO_TREE', 'RUN_SYSCONFIG_FOREIGN'];
	const verification = await ran(venv, {ignore, commands: ['app', see]});
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
});

testBundled('the builder’s standard library, found through a fallback', async t => {
	const python = builderPython ?? t.fail();
	if (typeof python === 'boolean') {
		return;
	}

	const venv = runningVenv(t, {python});
	bundle(venv, python, {library: true, runpath: 'own'});
	t.notThrows(() => execFileSync(join(venv.folder, 'bin/python'), ['-c', 'import json'], {stdio: 'ignore'}));
	const verification = await ran(venv);
	t.deepEqual(told(verification), ['error RUN_INTERPRETER_FAILED bin/python']);
	t.regex(verification.findings[0]?.message ?? '', /encodings/);
});

testBundled('a libpython that is found only by an absolute RUNPATH', async t => {
	const python = builderPython ?? t.fail();
	if (typeof python === 'boolean') {
		return;
	}

	const venv = runningVenv(t, {python});
	bundle(venv, python, {library: true, runpath: 'builder'});
	t.notThrows(() => execFileSync(join(venv.folder, 'bin/python'), ['-c', 'import json'], {stdio: 'ignore'}));
	const verification = await ran(venv);
	t.deepEqual(told(verification), ['error RUN_INTERPRETER_FAILED bin/python']);
	t.regex(verification.findings[0]?.message ?? '', /libpython[\d.]+so\.1\.0: cannot open shared object file/);
});

testBundled('a program of bin that needs the builder’s libpython', async t => {
	const python = builderPython ?? t.fail();
	if (typeof python === 'boolean') {
		return;
	}

	const other = runningVenv(t, {python});
	bundle(other, python, {library: false, runpath: 'builder'});
	const venv = runningVenv(t);
	execFileSync('cp', [join(other.folder, `python/bin/python${python.minor}`), join(venv.folder, 'bin/server')]);
	const verification = await ran(venv);
	t.deepEqual(told(verification), ['error RUN_SCRIPT_FAILED bin/server']);
	t.regex(verification.findings[0]?.message ?? '', /libpython/);
});

testBundled('an interpreter of the builder is none of the target’s', async t => {
	const python = builderPython ?? t.fail();
	if (typeof python === 'boolean') {
		return;
	}

	const verification = await ran(runningVenv(t, {python}));
	t.deepEqual(told(verification), ['error RUN_INTERPRETER_FAILED bin/python']);
	t.regex(verification.findings[0]?.message ?? '', /an interpreter of the machine that built it/);
});

test('a console script whose interpreter is gone', async t => {
	const venv = runningVenv(t);
	venv.put('bin/app', '#!/opt/older/bin/python\nimport app\napp.main()\n');
	const verification = await ran(venv);
	t.deepEqual(told(verification), ['error RUN_SCRIPT_FAILED bin/app']);
	t.regex(
		verification.findings[0]?.message ?? '',
		/its first line names \/opt\/older\/bin\/python; in a plain venv .* it works$/,
	);
});

test('a module that is importable from the stage alone', async t => {
	const stage = runningVenv(t);
	const venv = runningVenv(t);
	venv.put(`${venv.site}/app`, undefined);
	venv.put(`${venv.site}/stage.pth`, `${join(stage.folder, stage.site)}\n`);
	t.deepEqual(told(await ran(venv)), [
		`error RUN_OUTSIDE_FILE ${venv.site}/stage.pth`,
		'error RUN_SCRIPT_FAILED bin/app',
	]);
});

test('a folder of this machine on sys.path', async t => {
	const venv = runningVenv(t);
	venv.put(`${venv.site}/more.pth`, '/usr/share\n');
	t.deepEqual(told(await ran(venv)), [
		'error RUN_OUTSIDE_FILE bin/python',
		`error RUN_OUTSIDE_FILE ${venv.site}/more.pth`,
	]);
});

test('without pyvenv.cfg the interpreter takes its own folder for the environment', async t => {
	const venv = runningVenv(t);
	venv.put('pyvenv.cfg', undefined);
	const verification = await ran(venv);
	t.deepEqual(told(verification), ['error RUN_PREFIX_WRONG bin/python']);
	t.regex(verification.findings[0]?.message ?? '', /^sys\.prefix is \/usr, not \/opt\/app/);
});

test('another minor version than the modules were installed for', async t => {
	const venv = runningVenv(t);
	rmSync(join(venv.folder, 'lib'), {recursive: true});
	venv.put('lib/python3.6/site-packages/old.py', '');
	t.deepEqual(told(await ran(venv)), ['error RUN_PREFIX_WRONG bin/python']);
});

test('a module that RECORD lists and the tree lacks', async t => {
	const venv = runningVenv(t);
	venv.put(`${venv.site}/app/__init__.py`, 'import app.inner\ndef main(): pass\n');
	venv.distribution('more', {modules: {'app/inner.py': ''}});
	venv.put(`${venv.site}/app/inner.py`, undefined);
	rmSync(join(venv.folder, venv.site, 'app/__pycache__'), {recursive: true});
	const verification = await ran(venv, {ignore: ['RUN_WROTE_INTO_TREE']});
	t.deepEqual(told(verification), [
		`error RUN_IMPORT_FAILED ${venv.site}/app-1.0.dist-info`,
		'error RUN_SCRIPT_FAILED bin/app',
	]);
	t.regex(verification.findings[0]?.message ?? '', /app\.inner belongs to more, whose RECORD lists it/);
});

test('what fails in a plain venv too is a note: a missing extra, a --help that is refused', async t => {
	const venv = runningVenv(t);
	venv.distribution('tool', {
		modules: {
			'tool.py': 'def main():\n    import rich\ndef refuse(): return 3\n',
			'extra.py': 'import rich\n',
		},
		scripts: {tool: 'tool:main', refuse: 'tool:refuse'},
		requires: ["rich ; extra == 'colours'"],
	});
	venv.compile();
	const verification = await ran(venv);
	t.deepEqual(told(verification), [
		`note RUN_IMPORT_FAILED ${venv.site}/tool-1.0.dist-info`,
		'note RUN_SCRIPT_FAILED bin/refuse',
		'note RUN_SCRIPT_FAILED bin/tool',
	]);
});

test('what never ends in a plain venv either is a note', async t => {
	const venv = runningVenv(t);
	const wait = 'def main():\n    import time; time.sleep(1000)\n';
	venv.distribution('waiting', {modules: {'waiting.py': wait}, scripts: {wait: 'waiting:main'}});
	venv.compile();
	// Others may take longer than that, too, on a busy machine.
	const {findings} = await ran(venv, {seconds: 5});
	const [waiting] = findings.filter(({path}) => path === '/opt/app/bin/wait');
	t.like(waiting, {severity: 'note', code: 'RUN_SCRIPT_FAILED'});
	t.is(waiting?.message, '--help: did not end within 5 s; so it does in a plain venv');
});

test('a requirement that is no extra must be in the tree', async t => {
	const venv = runningVenv(t);
	venv.distribution('tool', {modules: {'tool.py': 'import rich\n'}, requires: ['rich>=1; python_version > "3"']});
	venv.compile();
	const verification = await ran(venv);
	t.deepEqual(told(verification), [`error RUN_IMPORT_FAILED ${venv.site}/tool-1.0.dist-info`]);
	t.regex(verification.findings[0]?.message ?? '', /tool requires rich, which is not in the package/);
});

test('a compiled module whose library is found nowhere, though the package imports without it', async t => {
	const venv = runningVenv(t);
	const folder = `/usr/lib/python${systemPython?.minor}/lib-dynload`;
	const [name = ''] = readdirSync(folder).filter(file => file.startsWith('_asyncio.'));
	const module = readFileSync(join(folder, name)).toString('latin1');
	t.true(module.includes('libc.so.6\0'));
	const path = `${venv.site}/app/${name}`;
	writeFileSync(join(venv.folder, path), module.replace('libc.so.6\0', 'libq.so.6\0'), 'latin1');
	const verification = await ran(venv);
	t.deepEqual(told(verification), [`warning RUN_IMPORT_FAILED ${path}`]);
	t.is(verification.findings[0]?.message, 'its library libq.so.6 is found nowhere');
});

test('an entry point without a script', async t => {
	const venv = runningVenv(t);
	venv.put('bin/app', undefined);
	t.deepEqual(told(await ran(venv)), ['error RUN_SCRIPT_MISSING bin/app']);
});

test('a program that writes to its own tree', async t => {
	const venv = runningVenv(t);
	venv.distribution('writer', {
		modules: {
			'writer.py':
				'import os\ndef main():\n    here = os.path.dirname(__file__)\n    open(here + "/cache", "w").close()\n    os.remove(here + "/app-1.0.dist-info/METADATA")\n    open(here + "/app/__init__.py", "a").close()\n    os.utime(here + "/app/__init__.py", (0, 0))\n',
		},
		scripts: {writer: 'writer:main'},
	});
	venv.compile();
	t.deepEqual(told(await ran(venv)), [
		`error RUN_WROTE_INTO_TREE ${venv.site}/app-1.0.dist-info/METADATA`,
		`error RUN_WROTE_INTO_TREE ${venv.site}/app/__init__.py`,
		`warning RUN_WROTE_INTO_TREE ${venv.site}/cache`,
	]);
});

test('commands: their exit code counts, the builder is hidden from them, and no network answers', async t => {
	const venv = runningVenv(t);
	const see = (code: string) => `python -c '${code}'`;
	const commands = [
		'app fine',
		see('import sys; sys.exit(5)'),
		see(`import os, sys; sys.exit(os.path.exists("${process.cwd()}") or os.path.exists("${process.execPath}"))`),
		see('import socket; socket.create_connection(("192.0.2.1", 80), 5)'),
		see(
			'import os, sys; sys.exit(bool(set(os.environ) - set("HOME LANG LC_CTYPE PATH PWD OLDPWD TERM TMPDIR".split())))',
		),
		'nonexistent',
	];
	const {findings} = await ran(venv, {commands});
	t.deepEqual(
		findings.map(({path, message}) => `${path} ${message.split('\n')[0]}`),
		[
			'/opt/app/bin/nonexistent nonexistent: exit code 127: sh: 1: exec: nonexistent: not found',
			`/opt/app/bin/python ${commands[1]}: exit code 5`,
			`/opt/app/bin/python ${commands[3]}: exit code 1: Traceback (most recent call last):`,
		],
	);
	t.regex(findings[2]?.message ?? '', /Network is unreachable/);
});

test('a command that does not end is ended, and all that it started', async t => {
	const begin = performance.now();
	const {findings} = await ran(runningVenv(t), {
		commands: [`sh -c 'sleep 1000 & sleep 1000'`],
		seconds: 6,
		only: ['RUN_COMMAND_FAILED'],
	});
	t.deepEqual(
		findings.map(({message}) => message),
		["sh -c 'sleep 1000 & sleep 1000': did not end within 6 s"],
	);
	t.true(performance.now() - begin < 900_000);
});

for (const command of ['app | tee', 'app; rm x', '"open', '$HOME/x', '']) {
	test(`a command that only a shell understands: ${command}`, async t => {
		await t.throwsAsync(ran(runningVenv(t), {commands: [command]}), {code: 'COMMAND_INVALID'});
	});
}

test('an interpreter that this machine lacks leaves everything unproven', async t => {
	const venv = runningVenv(t);
	rmSync(join(venv.folder, 'bin/python'));
	symlinkSync('/usr/bin/python3.99', join(venv.folder, 'bin/python'));
	const {findings, unproven} = await ran(venv);
	t.deepEqual(findings, []);
	t.deepEqual(
		unproven.map(({check}) => check),
		runCodes.filter(name => name !== 'run-commands'),
	);
	t.regex(unproven[0]?.why ?? '', /this machine has no \/usr\/bin\/python3\.99: install python3\.99, or give --rootfs/);
});
