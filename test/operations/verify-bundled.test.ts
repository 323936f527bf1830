import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Listener} from '../../src/model/events.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Verification} from '../../src/model/verification.ts';
import {verify} from '../../src/operations/verify.ts';
import type {VerifyRequest} from '../../src/operations/verify-request.ts';
import {flatTree, originalSysconfig, sysconfigOf, writeManifest} from '../helpers/flat-tree.ts';
import {builderPython, type RunningVenv} from '../helpers/running-venv.ts';
import {type FoundPython, withReason, withTools} from '../helpers/tools.ts';

const test =
	builderPython === undefined ? withReason('a pyenv with a shared libpython') : withTools('unshare', 'setpriv', 'root');
const python = builderPython as FoundPython;

const asked = ['run-interpreter', 'run-imports', 'run-scripts', 'run-commands', 'run-writes'];

async function ran(
	{folder, prefix}: RunningVenv,
	request: Partial<VerifyRequest> = {},
	notes: string[] = [],
): Promise<Verification> {
	const listener: Listener = event => void (event.kind === 'note' && notes.push(event.message));
	return verify(
		{artifact: folder, prefix: installPath(prefix), run: true, seconds: 300, only: asked, ...request},
		{listener, environment: {}, version: '0.0.0'},
	);
}

/** `severity CODE path: message`, the prefix left out. */
function told({findings}: Verification): readonly string[] {
	return findings.map(
		({severity, code, path, message}) => `${severity} ${code} ${path.replace('/opt/app/', '')}: ${message}`,
	);
}

const codes = ({findings}: Verification) => [...new Set(findings.map(({code}) => code))];
const own = ['run-interpreter'];

test('a good tree with its interpreter has nothing to say', async t => {
	const verification = await ran(flatTree(t, python));
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
});

test('a good tree that may lie anywhere has nothing to say at either place', async t => {
	const notes: string[] = [];
	const verification = await ran(
		flatTree(t, python, {relocatable: true}),
		{commands: ['app', 'python3 -c "import app; app.main()"']},
		notes,
	);
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
	t.regex(notes.join('\n'), /scripts at \/opt\/app with.* scripts at \/srv\/some where\/é with/s);
});

test('what names its place works there, and fails after a move', async t => {
	const venv = flatTree(t, python, {relocatable: true});
	venv.put('bin/app', `#!${venv.prefix}/bin/python${python.minor}\nimport app\napp.main()\n`);
	venv.put(`${venv.site}/more.pth`, `${venv.prefix}/share\n`);
	venv.put('share/more.py', '');
	const verification = await ran(venv);
	const lines = told(verification).map(line => line.replace(/: exit code.*/s, ''));
	t.deepEqual(lines, [
		`error RUN_OUTSIDE_FILE ${venv.site}/more.pth: moved to /srv/some where/é: a line of it adds /opt/app/share to sys.path`,
		'error RUN_SCRIPT_FAILED bin/app: moved to /srv/some where/é: --help',
	]);
});

test('a bin/python that starts what lies at the prefix', async t => {
	const venv = flatTree(t, python, {relocatable: true});
	venv.put('bin/python', `#!/bin/sh\nexec ${venv.prefix}/bin/python${python.minor} "$@"\n`);
	const verification = await ran(venv, {only: own});
	t.deepEqual(codes(verification), ['RUN_INTERPRETER_FAILED']);
	t.regex(
		told(verification).join('\n'),
		/^error RUN_INTERPRETER_FAILED bin\/python: moved to \/srv\/some where\/é: exit code 127/,
	);
});

test('sysconfig of the builder, libraries of the machine where they are said to be inside, a python3 that is not there', async t => {
	const venv = flatTree(t, python);
	writeFileSync(sysconfigOf(venv, python), readFileSync(originalSysconfig(python)));
	const [name = ''] = /[^/]*(?=\.py$)/.exec(sysconfigOf(venv, python)) ?? [];
	venv.put(`lib/python${python.minor}/__pycache__/${name}.cpython-${python.minor.replace('.', '')}.pyc`, undefined);
	writeManifest(venv, python, {relocatable: false, bundle: {libraries: true, keep: []}});
	venv.put('bin/python3', undefined);
	const verification = await ran(venv, {only: own});
	const lines = told(verification).join('\n');
	t.deepEqual(codes(verification).toSorted(), ['RUN_CHILD_OUTSIDE', 'RUN_OUTSIDE_FILE', 'RUN_SYSCONFIG_FOREIGN']);
	t.regex(lines, /started as bin\/python3: FileNotFoundError/);
	t.regex(lines, /a module of its own maps \/\S+\/libz\.so/);
	t.regex(lines, new RegExp(`its INCLUDEPY names ${dirname(dirname(python.path))}/include`));
});

test('without a module that the interpreter begins with, and with the library of another folder', async t => {
	const broken = flatTree(t, python);
	broken.put(`lib/python${python.minor}/encodings`, undefined);
	t.deepEqual(codes(await ran(broken, {only: own})), ['RUN_INTERPRETER_FAILED']);
	const elsewhere = flatTree(t, python);
	const program = join(elsewhere.folder, 'bin', `python${python.minor}`);
	writeFileSync(
		program,
		readFileSync(program).toString('latin1').replace('$ORIGIN/../lib\0', '/srv/build/lib\0'),
		'latin1',
	);
	const verification = await ran(elsewhere, {only: own});
	t.deepEqual(codes(verification), ['RUN_INTERPRETER_FAILED']);
	t.regex(told(verification).join(), /libpython[\d.]+so\.1\.0: cannot open shared object file/);
});
