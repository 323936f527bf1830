import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {fixedLayout, type Layout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {layOutVenv, type Venv} from '../../src/stage/venv.ts';
import {type FoundPython, pathOf, pythons, withLuck, withTools} from '../helpers/tools.ts';

function folder(t: ExecutionContext): string {
	const path = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return path;
}

function venvOf(
	t: ExecutionContext,
	python: Pick<FoundPython, 'path' | 'minor' | 'version'>,
	prefix = '/opt/app',
): Venv {
	const {path, minor, version} = python;
	return layOutVenv({
		root: hostPath(folder(t)),
		prefix: installPath(prefix),
		python: {builder: hostPath(path), minor, version},
	});
}

const imaginary = {path: '/builder/bin/python3.11', minor: '3.11', version: '3.11.7'};

test('the layout: one link leaves the venv, to the interpreter', t => {
	const {root, prefix, python, sitePackages} = venvOf(t, imaginary);
	const top = `${root}${prefix}`;
	t.is(String(python), `${top}/bin/python`);
	t.is(String(sitePackages), '/opt/app/lib/python3.11/site-packages');
	t.deepEqual(readdirSync(top).sort(), ['bin', 'lib', 'lib64', 'pyvenv.cfg']);
	const links = ['bin/python', 'bin/python3', 'bin/python3.11', 'lib64'].map(name => readlinkSync(join(top, name)));
	t.deepEqual(links, ['python3.11', 'python3.11', '/builder/bin/python3.11', 'lib']);
	t.is(
		readFileSync(join(top, 'pyvenv.cfg'), 'utf8'),
		'home = /builder/bin\ninclude-system-site-packages = false\nversion = 3.11.7\n',
	);
	t.deepEqual(
		readdirSync(join(top, 'bin')).filter(name => lstatSync(join(top, 'bin', name)).isFile()),
		['Activate.ps1', 'activate', 'activate.csh', 'activate.fish'],
	);
});

const where = 'import json, sys; print(json.dumps([sys.prefix, sys.base_prefix != sys.prefix, sys.path]))';

for (const python of pythons()) {
	for (const [what, prefix] of [
		['a common prefix', '/opt/app'],
		['a space in the prefix', '/opt/my app'],
		['a prefix of 300 bytes', `/opt/${'long/'.repeat(58)}apps-x`],
	] as const) {
		test(`${python.version} of ${python.origin} starts in a venv with ${what}, and sees its packages and its own library`, t => {
			const {root, prefix: installed, python: program, sitePackages} = venvOf(t, python, prefix);
			const [sysPrefix, venv, path] = JSON.parse(execFileSync(program, ['-c', where], {encoding: 'utf8'}));
			t.is(sysPrefix, `${root}${installed}`);
			t.true(venv);
			t.true(path.includes(`${root}${sitePackages}`), JSON.stringify(path));
			t.is(execFileSync(program, ['-c', 'import ssl, json, ctypes; print(1)'], {encoding: 'utf8'}), '1\n');
		});
	}
}

/** A session in a shell: it shows which program is found as python before, within and after, and what is set. */
interface Shell {
	readonly program: string;
	readonly script: string;
	readonly activate: string;
}

const posixSession = `
set -eu
echo "before $(python)"
. "$ACTIVATE"
echo "within $(python) $VIRTUAL_ENV \${PYTHONHOME-none}"
. "$ACTIVATE"
echo "again $(python) $PATH"
deactivate
echo "after $(python) \${VIRTUAL_ENV-none} $PYTHONHOME"
command -v deactivate >/dev/null || echo gone
`;
const cshSession = `
echo "before "\`which python\`
source "$ACTIVATE:q"
echo "within "\`which python\`" $VIRTUAL_ENV:q none"
source "$ACTIVATE:q"
echo "again "\`which python\`" $PATH"
deactivate
set left = none
if ($?VIRTUAL_ENV) set left = set
echo "after "\`which python\`" $left $PYTHONHOME"
alias deactivate
echo gone
`;
const fishSession = `
echo "before "(command -v python)
source "$ACTIVATE"
set -q PYTHONHOME; and set h $PYTHONHOME; or set h none
echo "within "(command -v python)" $VIRTUAL_ENV $h"
source "$ACTIVATE"
echo "again "(command -v python)" "(string join : $PATH)
deactivate
set -q VIRTUAL_ENV; and set h set; or set h none
echo "after "(command -v python)" $h $PYTHONHOME"
functions -q deactivate; or echo gone
`;
const powershellSession = `
$ErrorActionPreference = 'Stop'
function find { (Get-Command python).Source }
"before $(find)"
. $env:ACTIVATE
"within $(find) $env:VIRTUAL_ENV $(if ($env:PYTHONHOME) {$env:PYTHONHOME} else {'none'})"
. $env:ACTIVATE
"again $(find) $env:PATH"
deactivate
"after $(find) $(if ($env:VIRTUAL_ENV) {'set'} else {'none'}) $env:PYTHONHOME"
if (-not (Test-Path Function:deactivate)) { 'gone' }
`;

const shells: readonly Shell[] = [
	...['bash', 'dash', 'zsh', 'busybox', 'ksh'].map(program => ({program, script: posixSession, activate: 'activate'})),
	...['tcsh', 'csh'].map(program => ({program, script: cshSession, activate: 'activate.csh'})),
	{program: 'fish', script: fishSession, activate: 'activate.fish'},
	{program: 'pwsh', script: powershellSession, activate: 'Activate.ps1'},
];

/** Scripts name the installed prefix: what plays the target here is a venv whose prefix is its own place. */
function installed(t: ExecutionContext, name: string, layout: Layout): {top: string; outside: string} {
	const base = realpathSync(folder(t));
	const prefix = installPath(`${base}/${name}`);
	const outside = join(base, 'outside');
	execFileSync('mkdir', [outside]);
	// It says where it was found: ksh quotes what `command -v` finds, other shells do not.
	const python = join(outside, 'python');
	writeFileSync(python, '#!/bin/sh\nprintf "%s\\n" "$0"\n');
	chmodSync(python, 0o755);
	layOutVenv({root: hostPath(''), prefix, python: {...imaginary, builder: hostPath(python)}, layout});
	if (!layout.relocatable) {
		return {top: prefix, outside};
	}

	const top = join(base, 'elsewhere', name);
	mkdirSync(join(base, 'elsewhere'));
	renameSync(prefix, top);
	return {top, outside};
}

const names = ['app', "it's a $5 app", 'so!new'];

for (const {program, script, activate} of shells) {
	const register = program === 'pwsh' ? withLuck(pathOf(program) === undefined ? program : '') : withTools(program);
	const layouts = program.endsWith('csh') ? [fixedLayout] : [fixedLayout, {relocatable: true}];
	for (const [name, layout] of names.flatMap(one => layouts.map(layout => [one, layout] as const))) {
		const what = layout.relocatable ? 'that was moved, named' : 'named';
		register(`${program}: ${activate} of a venv ${what} «${name}», and back`, t => {
			const {top, outside} = installed(t, name, layout);
			const path = `${outside}:/usr/bin:/bin`;
			const file = join(folder(t), 'session');
			writeFileSync(file, script);
			const args = program === 'busybox' ? ['sh', file] : program === 'pwsh' ? ['-NoProfile', '-File', file] : [file];
			const output = execFileSync(whole(program), args, {
				encoding: 'utf8',
				env: {
					PATH: path,
					ACTIVATE: join(top, 'bin', activate),
					PYTHONHOME: '/old home',
					HOME: outside,
					LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
				},
			});
			t.deepEqual(output.trim().split('\n'), [
				`before ${outside}/python`,
				`within ${top}/bin/python ${top} none`,
				`again ${top}/bin/python ${top}/bin:${path}`,
				`after ${outside}/python none /old home`,
				'gone',
			]);
		});
	}
}

function whole(program: string): string {
	return pathOf(program) ?? program;
}

const session: Readonly<Record<string, string>> = {
	fish: 'source activate.fish 2>/dev/null; or echo refused; echo "$PATH"; set -q VIRTUAL_ENV; or echo none',
	posix: `. ./activate 2>/dev/null || echo refused; echo "$PATH"; echo "\${VIRTUAL_ENV-none}"`,
};

for (const program of ['bash', 'dash', 'zsh', 'busybox', 'ksh', 'fish']) {
	const shell = program === 'busybox' ? ['sh'] : [];
	const run = (bin: string, text: string) =>
		execFileSync(whole(program), [...shell, '-c', text], {
			cwd: bin,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {PATH: '/usr/bin:/bin', HOME: bin, LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH},
		});

	withTools(program)(`${program}: a moved venv is found from its own folder and through links`, t => {
		const {top} = installed(t, 'app', {relocatable: true});
		const bin = join(top, 'bin');
		symlinkSync(top, join(top, '../link'));
		const [file, source] = program === 'fish' ? ['activate.fish', 'source'] : ['activate', '.'];
		for (const named of [`./${file}`, `../bin/${file}`, `${top}/../link/bin/${file}`]) {
			t.is(run(bin, `${source} '${named}'; echo "$VIRTUAL_ENV"`), `${top}\n`);
		}
	});

	withTools(program)(`${program}: an activate script that lies in no venv sets nothing`, t => {
		const {top} = installed(t, 'app', {relocatable: true});
		const bin = join(top, 'bin');
		rmSync(join(top, 'pyvenv.cfg'));
		t.is(run(bin, session[program] ?? session.posix ?? ''), 'refused\n/usr/bin:/bin\nnone\n');
	});

	withTools(program)(`${program}: PATH cannot hold a venv with a colon in its place`, t => {
		const {top} = installed(t, 'a:b', {relocatable: true});
		t.is(run(join(top, 'bin'), session[program] ?? session.posix ?? ''), 'refused\n/usr/bin:/bin\nnone\n');
	});
}

test('a shell that does not know which file it reads gets no script where the venv may lie anywhere', t => {
	const {top} = installed(t, 'app', {relocatable: true});
	const scripts = readdirSync(join(top, 'bin')).filter(name => lstatSync(join(top, 'bin', name)).isFile());
	t.deepEqual(scripts, ['Activate.ps1', 'activate', 'activate.fish']);
});
