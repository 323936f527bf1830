import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {
	cpSync,
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {builder, place, withBuilder} from '../helpers/built.ts';
import {type FoundPython, pathOf, withReason} from '../helpers/tools.ts';
import {digestOf, falseRows, holding, ownPython} from '../helpers/venv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// One folder, anywhere: built with the built command line, unpacked, called in every way, moved, switched under a running
// program, read-only, by another user.

const program = `'''Tells where it lives.'''
from __future__ import annotations
import json, multiprocessing, subprocess, sys

def where(*_):
    return sys.prefix

def main():
    asked = [sys.executable, '-c', 'import sys; print(sys.prefix)']
    children = {'subprocess': subprocess.run(asked, stdout=subprocess.PIPE, check=True).stdout.decode().strip()}
    for method in 'fork', 'spawn', 'forkserver':
        with multiprocessing.get_context(method).Pool(1) as pool:
            children[method] = pool.map(where, [0])[0]
    print(json.dumps({'prefix': sys.prefix, 'file': __file__, 'args': sys.argv[1:], 'children': children}))

def wait():
    print('ready', flush=True)
    sys.stdin.readline()
    import mover_late
    asked = [sys.executable, '-c', 'import mover_late; print(mover_late.__file__)']
    child = subprocess.run(asked, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    print(json.dumps([mover_late.__file__, child, sys.argv[0]]))

if __name__ == '__main__':
    main()
`;

const wheel = {
	name: 'mover',
	metadata: ['Requires-Python: >=3.8', 'License: MIT', 'Summary: Tells where it lives'],
	files: {
		'mover.py': program,
		'mover_late.py': 'x = 1\n',
		'mover-1.0.dist-info/entry_points.txt': '[console_scripts]\nmover = mover:main\nmover-wait = mover:wait\n',
		// As wheels bring scripts of their own.
		'mover-1.0.data/scripts/mover-script': '#!python\n"""Doc."""\nfrom __future__ import annotations\nprint(__doc__)\n',
	},
};

interface Case {
	readonly name: string;
	readonly python: FoundPython | undefined;
	readonly args: readonly string[];
}

const cases: readonly Case[] = [
	{name: 'its own interpreter', python: ownPython, args: ['--bundle-python']},
	{name: 'the machine’s interpreter', python: builder?.origin === 'system' ? builder : undefined, args: []},
];

const shelf = mkdtempSync(join(tmpdir(), 'venvpack-mover-'));
ava.after.always(() => rmSync(shelf, {recursive: true, force: true}));
writeFileSync(join(shelf, wheelName(wheel)), wheelBytes(wheel));

const built = new Map<string, Promise<string>>();

/** A folder as `--format dir` makes it; once for all tests. */
function folderOf(t: ExecutionContext, {name, python, args}: Case): Promise<string> {
	const made = built.get(name) ?? make(t, python, args);
	built.set(name, made);
	return made;
}

async function make(t: ExecutionContext, python: FoundPython | undefined, args: readonly string[]): Promise<string> {
	const {run} = await place(t);
	const out = mkdtempSync(join(shelf, 'out-'));
	const {code, stderr} = await run([
		...['build', '--from', 'mover==1.0', '--name', 'mover', '--offline', '--find-links', shelf, '--out', out],
		...['--prefix', '/opt/mover', '--relocatable', '--format', 'dir', '--python', python?.path ?? '', ...args],
	]);
	t.is(code, 0, stderr);
	return join(out, 'mover-1.0');
}

/** The tree, unpacked at a place of its own. */
async function unpacked(t: ExecutionContext, one: Case, name = 'some where/é/mover'): Promise<string> {
	const from = await folderOf(t, one);
	const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-moved-')));
	t.teardown(() => rmSync(root, {recursive: true, force: true}));
	const top = join(root, name);
	mkdirSync(join(top, '..'), {recursive: true});
	cpSync(from, top, {recursive: true, verbatimSymlinks: true, preserveTimestamps: true});
	return top;
}

interface Call {
	readonly command: readonly [string, ...string[]];
	readonly cwd?: string;
	readonly path?: string;
}

function call({command: [file, ...args], cwd = '/', path}: Call) {
	return spawnSync(file, args, {cwd, env: path === undefined ? {} : {PATH: path}, encoding: 'utf8'});
}

/** That a call of `mover` finds everything below `top`, children too. */
function tellsOf(t: ExecutionContext, top: string, one: Call): void {
	const {stdout, stderr, status} = call(one);
	const shown = one.command.join(' ');
	t.deepEqual([stderr, status], ['', 0], shown);
	const said = JSON.parse(stdout);
	const children = {subprocess: top, fork: top, spawn: top, forkserver: top};
	t.deepEqual({prefix: said.prefix, children: said.children}, {prefix: top, children}, shown);
	t.true(said.file.startsWith(`${top}/lib/`), shown);
}

/** Every path with what would tell that it was written. */
function stamps(top: string): Record<string, string> {
	const names = readdirSync(top, {recursive: true, encoding: 'utf8'}).sort();
	return Object.fromEntries(
		names.map(name => {
			const {ino, mtimeMs, size, mode} = lstatSync(join(top, name));
			return [name, [ino, mtimeMs, size, mode].join(' ')];
		}),
	);
}

function waysTo(top: string): Call[] {
	const links = join(top, '../links');
	mkdirSync(links, {recursive: true});
	symlinkSync(top, join(links, 'folder'));
	symlinkSync(join(links, 'folder/bin/mover'), join(links, 'mover'));
	symlinkSync(join(top, 'bin/python'), join(links, 'own-python'));
	const path = '/usr/bin:/bin';
	return [
		{command: [join(top, 'bin/mover')]},
		{command: [join(top, 'bin/mover')], path: '/nowhere'},
		{command: ['./bin/mover', 'a b'], cwd: top, path},
		{command: ['../bin/mover'], cwd: join(top, 'lib'), path},
		{command: [join(links, 'folder/bin/mover')]},
		{command: [join(links, 'mover')]},
		{command: ['/bin/sh', '-c', 'mover'], path: `${links}:${path}`},
		{command: ['/bin/sh', '-c', 'mover'], path: `${join(links, 'folder/bin')}:${path}`},
		{command: ['/bin/sh', join(top, 'bin/mover')], path},
		{command: [join(top, 'bin/python'), '-m', 'mover']},
		{command: [join(top, 'bin/python3'), join(top, 'bin/mover')]},
		{command: [join(links, 'own-python'), '-Im', 'mover']},
		{command: [join(links, 'folder/bin/python'), '-c', 'if __name__ == "__main__": import mover; mover.main()']},
	];
}

for (const one of cases) {
	const test = one.python ? await withBuilder() : withReason(`a Python for ${one.name}`);
	const asRoot = one.python ? await withBuilder('root', 'unshare', 'mount', 'setpriv') : test;

	test(`with ${one.name}: it runs however it is called, before and after a move, and writes nothing`, async t => {
		const first = await unpacked(t, one);
		const second = join(first, '../../-x/mover 2');
		mkdirSync(join(second, '..'));
		for (const top of [first, second]) {
			if (top === second) {
				renameSync(first, second);
				rmSync(join(first, '../links'), {recursive: true});
			}

			const before = stamps(top);
			for (const way of waysTo(top)) {
				tellsOf(t, top, way);
			}

			t.is(call({command: [join(top, 'bin/mover-script')]}).stdout, 'Doc.\n');
			t.deepEqual(stamps(top), before);
			t.deepEqual(falseRows(top), []);
		}
	});

	test(`with ${one.name}: bytecode is taken as it is, wherever the tree lies`, async t => {
		const top = await unpacked(t, one);
		const {stderr} = call({command: [join(top, 'bin/python'), '-v', '-c', 'import mover_late']});
		t.regex(stderr, /code object from '[^']*mover_late\.cpython-311\.pyc'/);
		const named = 'import mover; print(mover.main.__code__.co_filename)';
		t.is(
			call({command: [join(top, 'bin/python'), '-c', named]}).stdout,
			`${realpathSync(top)}/lib/python3.11/site-packages/mover.py\n`,
		);
	});

	test(`with ${one.name}: nothing that runs names the place that it was built for`, async t => {
		const top = await unpacked(t, one);
		const held = holding(top, '/opt/mover').filter(name => !name.endsWith('.pyc'));
		const ofInterpreter = held.filter(name => /\/libpython[^/]*\.so[^/]*$|^bin\/python3\.11$/.test(name));
		t.deepEqual(
			held.filter(name => !ofInterpreter.includes(name)),
			['venvpack.json'],
		);
		t.deepEqual(holding(top, shelf), []);
	});

	test(`with ${one.name}: a running program keeps its release when a link is turned to the next`, async t => {
		const old = await unpacked(t, one, 'app-1');
		const next = join(old, '../app-2');
		const link = join(old, '../app');
		cpSync(old, next, {recursive: true, verbatimSymlinks: true});
		symlinkSync('app-1', link);
		const site = 'lib/python3.11/site-packages/mover_late.py';
		for (const command of [
			[join(link, 'bin/mover-wait')],
			[join(link, 'bin/python'), '-c', 'import mover; mover.wait()'],
			...['dash', 'bash'].map(shell => [pathOf(shell) ?? '', join(link, 'bin/mover-wait')]),
			[pathOf('busybox') ?? '', 'sh', join(link, 'bin/mover-wait')],
		]) {
			const [file = '', ...args] = command;
			if (file === '') {
				continue;
			}

			const running = spawn(file, args, {env: {}, stdio: ['pipe', 'pipe', 'inherit']});
			const said: string[] = [];
			running.stdout.setEncoding('utf8').on('data', (text: string) => {
				said.push(text);
				if (said.join('') === 'ready\n') {
					symlinkSync('app-2', `${link}.new`);
					renameSync(`${link}.new`, link);
					running.stdin.end('\n');
				}
			});
			await new Promise(resolve => running.once('close', resolve));
			const [late, child, self] = JSON.parse(said.join('').split('\n')[1] ?? '[]');
			t.deepEqual([late, child], [join(old, site), join(old, site)], command.join(' '));
			t.is(self, command.includes('-c') ? '-c' : join(old, 'bin/mover-wait'));
			const after = call({command: [join(link, 'bin/python'), '-c', 'import mover_late; print(mover_late.__file__)']});
			t.is(after.stdout, `${join(next, site)}\n`);
			symlinkSync('app-1', `${link}.old`);
			renameSync(`${link}.old`, link);
		}
	});

	for (const shell of ['bash', 'dash', 'zsh', 'ksh', 'busybox']) {
		const inShell = one.python ? await withBuilder(shell) : test;
		inShell(`with ${one.name}: ${shell} activates it where it lies`, async t => {
			const program = pathOf(shell) ?? shell;
			const top = await unpacked(t, one);
			const session = `. '${top}/bin/activate' && mover && python -m mover && echo "$VIRTUAL_ENV"`;
			const args = shell === 'busybox' ? ['sh', '-c', session] : ['-c', session];
			const output = execFileSync(program, args, {
				env: {PATH: '/usr/bin:/bin'},
				cwd: '/',
				encoding: 'utf8',
				// With a socket for its input, bash takes itself for a remote shell, and reads its startup file.
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			const [first = '', second = '', place] = output.split('\n');
			t.deepEqual([JSON.parse(first).prefix, JSON.parse(second).prefix, place], [top, top, top]);
		});
	}

	test(`with ${one.name}: python -m venv makes venvs that work`, async t => {
		const top = await unpacked(t, one);
		const nested = join(top, '../nested');
		const made = call({command: [join(top, 'bin/python'), '-m', 'venv', '--without-pip', nested]});
		t.deepEqual([made.stderr, made.status], ['', 0]);
		const ask = 'import sys; print(sys.prefix); import json, mover';
		const {stdout, stderr} = call({command: [join(nested, 'bin/python'), '-c', ask]});
		t.is(stdout, `${nested}\n`);
		t.true(stderr.endsWith("ModuleNotFoundError: No module named 'mover'\n"));
	});

	asRoot(
		`with ${one.name}: another user runs it, from a read-only mount too, and without permission to execute the kernel says so`,
		async t => {
			const top = await unpacked(t, one, 'mover');
			const root = join(top, '..');
			execFileSync('chmod', ['755', root]);
			const within = (script: string, ...args: string[]) => {
				const user = 'exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"';
				return spawnSync('unshare', ['-m', 'sh', '-c', `${script}\n${user}`, 'sh', ...args], {
					cwd: '/',
					env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin'},
					encoding: 'utf8',
				});
			};
			const before = digestOf(top);
			for (const mount of ['', `mount --bind '${top}' '${top}' && mount -o remount,bind,ro '${top}'`]) {
				const {stdout, stderr, status} = within(mount, join(top, 'bin/mover'));
				t.deepEqual([stderr, status], ['', 0]);
				t.is(JSON.parse(stdout).children.forkserver, top);
			}

			t.deepEqual(digestOf(top), before);
			const noexec = `mount --bind '${top}' '${top}' && mount -o remount,bind,noexec '${top}'`;
			const direct = within(noexec, join(top, 'bin/mover'));
			t.regex(direct.stderr, /bin\/mover: Permission denied/);
			if (one.args.includes('--bundle-python')) {
				const through = within(noexec, '/bin/sh', join(top, 'bin/mover'));
				t.regex(through.stderr, /python3\.11: Permission denied/);
				t.is(through.status, 126);
			}
		},
	);
}

(await withBuilder())(
	'what was built here and insists on its place is refused, with file and offset; or allowed',
	async t => {
		const at = await place(t);
		const module = "HOME = '/opt/insists/share'\n";
		const insisting = {name: 'insists', metadata: [], files: {'insists.py': 'x = 1\n'}};
		at.write(`shelf/${wheelName(insisting)}`, wheelBytes(insisting));
		const hook = String.raw`import sys; open(sys.prefix + '/home.py', 'w').write('HOME = %r\n' % (sys.prefix + '/share'))`;
		at.write(
			'venvpack.toml',
			`prefix = "/opt/insists"
name = "insists"
from = ["insists==1.0"]
relocatable = true
formats = ["dir"]
[[hooks]]
command = ["python", "-c", ${JSON.stringify(hook)}]
`,
		);
		const args = ['build', '--offline', '--find-links', 'shelf', '--python', builder?.path ?? ''];
		const refused = await at.run(args);
		t.is(refused.code, 1, refused.stderr);
		t.regex(refused.stderr, /RELOCATABLE_PATH/);
		t.regex(refused.stderr, /\/opt\/insists\/home\.py/);
		t.regex(refused.stderr, new RegExp(String(module.indexOf('/opt'))));
		t.false(existsSync(join(at.here, 'dist/insists-1.0')));
		const allowed = await at.run([...args, '--allow-leak', 'home.py']);
		t.is(allowed.code, 0, allowed.stderr);
	},
);
