import {spawnSync} from 'node:child_process';
import {chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {decodeLauncher, encodeLauncher} from '../../src/codecs/launcher.ts';
import {installPath} from '../../src/model/paths.ts';
import {pathFileOf} from '../../src/stage/venv.ts';
import {cleanRoot} from '../helpers/clean-root.ts';
import {type FoundPython, pathOf, pythons, withReason, withTools} from '../helpers/tools.ts';

ava('what was encoded is decoded again, and other programs are none', t => {
	for (const launcher of [
		{minor: '3.8', searches: true},
		{minor: '3.14', searches: false},
	]) {
		t.deepEqual(decodeLauncher(encodeLauncher(launcher)), launcher);
	}

	t.is(decodeLauncher('#!/bin/sh\nexec "$_d/python3.11" "$@"\n'), undefined);
	t.is(decodeLauncher(''), undefined);
});

/** A tree of the machine's interpreter that was moved to `name`; `link` is what its python3.X leads to. */
function tree(t: ExecutionContext, minor: string, {link = '/nowhere/python', name = 'é ü/app-1'} = {}): string {
	const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-launcher-')));
	t.teardown(() => rmSync(root, {recursive: true, force: true}));
	const top = join(root, name);
	const site = join(top, `lib/python${minor}/site-packages`);
	mkdirSync(site, {recursive: true});
	mkdirSync(join(top, 'bin'));
	symlinkSync(link, join(top, `bin/python${minor}`));
	writeFileSync(join(top, 'bin/python'), encodeLauncher({minor, searches: true}), {mode: 0o755});
	writeFileSync(join(top, 'pyvenv.cfg'), 'include-system-site-packages = false\n');
	writeFileSync(
		join(site, '_venvpack.pth'),
		pathFileOf({relocatable: true}, installPath('/opt/app/lib/python3.11/site-packages'))?.text ?? '',
	);
	writeFileSync(join(site, 'module.py'), 'import sys\nprint(sys.prefix, sys.argv[1:])\n');
	return top;
}

interface Told {
	readonly prefix: string;
	readonly base: string;
	readonly executable: string;
	readonly child: string;
}

const asks = `import json, subprocess, sys
child = subprocess.run([sys.executable, '-c', 'import sys; print(sys.prefix)'], stdout=subprocess.PIPE, check=True)
print(json.dumps(dict(prefix=sys.prefix, base=sys.base_prefix, executable=sys.executable, child=child.stdout.decode().strip())))`;

function run(program: string, args: readonly string[], {path = '/usr/bin:/bin', input = ''} = {}) {
	const shell = program.includes('/') ? [] : ['sh'];
	const found = program.includes('/') ? program : (pathOf(program) ?? program);
	const given = program === 'busybox' ? [...shell, ...args] : args;
	const env = {PATH: path, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1'};
	return spawnSync(found, given, {cwd: '/', env, input, encoding: 'utf8'});
}

function told(t: ExecutionContext, done: ReturnType<typeof run>): Told {
	t.is(done.stderr, '');
	t.is(done.status, 0);
	return JSON.parse(done.stdout);
}

const shells = ['dash', 'bash', 'busybox'];

for (const python of pythons()) {
	const {minor, version, origin, path} = python;
	const what = `${version} of ${origin}`;
	const test = withReason('');

	test(`${what}: the link beside the launcher leads to it`, t => {
		const top = tree(t, minor, {link: path});
		const {prefix, base, executable, child} = told(t, run(join(top, 'bin/python'), ['-c', asks]));
		t.deepEqual([prefix, executable, child], [top, join(top, `bin/python${minor}`), top]);
		t.not(base, top);
	});

	test(`${what}: without the link it is found on PATH, and children come back to the tree`, t => {
		const top = tree(t, minor);
		const options = {path: `${dirname(path)}:/usr/bin:/bin`};
		const {prefix, base, executable, child} = told(t, run(join(top, 'bin/python'), ['-c', asks], options));
		t.deepEqual([prefix, executable, child], [top, join(top, 'bin/python'), top]);
		t.true(realpathSync(path).startsWith(base));
	});

	test(`${what}: every way to say what is to be run works with one that was found`, t => {
		const top = tree(t, minor);
		const options = {path: `${dirname(path)}:/usr/bin:/bin`};
		const start = (args: readonly string[], input = '') => {
			const {stdout, stderr, status} = run(join(top, 'bin/python'), args, {...options, input});
			return [stdout.trim(), stderr, status];
		};
		const script = join(top, 'script.py');
		writeFileSync(script, 'import module\n');
		t.deepEqual(start(['-m', 'module', 'a b', "c'"]), [`${top} ['a b', "c'"]`, '', 0]);
		t.deepEqual(start([script, '-c']), [`${top} ['-c']`, '', 0]);
		t.deepEqual(start(['-', 'x'], 'import module\n'), [`${top} ['x']`, '', 0]);
		t.deepEqual(start(['-I', '-c', 'import module, sys; print(sys.flags.isolated)']), [`${top} []\n1`, '', 0]);
		t.deepEqual(
			start([
				'-X',
				'utf8',
				'-W',
				'error',
				'-Oc',
				'import sys; print(sys.flags.utf8_mode, sys.warnoptions, sys.flags.optimize)',
			]),
			["1 ['error'] 1", '', 0],
		);
		t.deepEqual(start(['-c', 'import sys; sys.exit(3)']), ['', '', 3]);
		t.deepEqual(start(['-S', '-c', 'import os; print(bool(os.environ.get("PYTHONHOME")))']), ['False', '', 0]);
	});

	test(`${what}: a venv made from the tree belongs to the interpreter itself`, t => {
		for (const [name, link, folder] of [
			['direct', path, '/usr/bin'],
			['found', '/nowhere', dirname(path)],
		] as const) {
			const top = tree(t, minor, {link, name});
			const nested = join(top, '../nested');
			const made = run(join(top, 'bin/python'), ['-m', 'venv', '--without-pip', nested], {
				path: `${folder}:/usr/bin:/bin`,
			});
			t.deepEqual([made.stderr, made.status], ['', 0]);
			const {prefix, child} = told(t, run(join(nested, 'bin/python'), ['-c', asks]));
			t.deepEqual([prefix, child], [nested, nested]);
		}
	});
}

const some: FoundPython | undefined = pythons().find(({origin}) => origin === 'pyenv');

for (const shell of shells) {
	const test = some ? withTools(shell) : withReason('a Python of pyenv');
	const {minor, path} = some ?? {minor: '3.11', path: '/'};

	test(`${shell} runs the launcher: the link, the search, through links to it`, t => {
		const options = {path: `${dirname(path)}:/usr/bin:/bin`};
		for (const link of [path, '/nowhere']) {
			const top = tree(t, minor, {link});
			symlinkSync(top, join(top, '../app'));
			symlinkSync(join(top, '../app/bin/python'), join(top, '../mine'));
			for (const way of ['bin/python', '../app/bin/python', '../mine']) {
				const {prefix, child} = told(t, run(shell, [join(top, '..', 'app-1', way), '-c', asks], options));
				t.deepEqual([prefix, child], [top, top], way);
			}
		}
	});

	test(`${shell} says what was looked for and where, and ends with 127`, t => {
		const top = tree(t, '3.99');
		const other = join(top, '../other');
		mkdirSync(other);
		writeFileSync(join(other, 'python3.99'), '#!/bin/sh\nexit 1\n', {mode: 0o755});
		const done = run(shell, [join(top, 'bin/python'), '-V'], {path: `${other}:relative:${other}:/usr/bin`});
		t.is(done.stdout, '');
		t.is(
			done.stderr,
			`${top}/bin/python: no CPython 3.99 was found that fits. Looked for:
  ${top}/bin/python3.99
  ${other}/python3.99
  /usr/bin/python3.99
  /usr/local/bin/python3.99
${done.stderr
	.split('\n')
	.filter(line => line.startsWith('  /opt/'))
	.join('\n')}
Install one, or let the first of them be a link to yours.
`,
		);
		t.is(done.status, 127);
	});
}

withReason(some ? '' : 'a Python of pyenv')('another minor, another Python and a home that is lost do not fit', t => {
	const {minor, path} = some ?? {minor: '', path: ''};
	const top = tree(t, minor);
	const folders = ['minor', 'implementation', 'home', 'broken'].map(name => join(top, '..', name));
	for (const folder of folders) {
		mkdirSync(folder);
	}

	const [otherMinor = '', implementation = '', home = '', broken = ''] = folders.map(folder =>
		join(folder, `python${minor}`),
	);
	symlinkSync(pythons().find(one => one.minor !== minor)?.path ?? '', otherMinor);
	// What says that it is PyPy, and what was made to be called by one name alone.
	const claims = 'import sys; sys.implementation.name = "pypy"; exec(sys.argv.pop(1))';
	writeFileSync(implementation, `#!/bin/sh\nshift\nexec ${path} -ISc '${claims}' "$@"\n`, {mode: 0o755});
	writeFileSync(
		home,
		`#!/bin/sh\nshift\nexec ${path} -ISc 'import os; os.__file__ = "/x"; import sys; exec(sys.argv.pop(1))' "$@"\n`,
		{mode: 0o755},
	);
	writeFileSync(broken, 'not a program');
	chmodSync(broken, 0o755);
	const options = {path: [...folders, '/usr/bin', '/bin'].join(':')};
	const done = run(join(top, 'bin/python'), ['-V'], options);
	t.is(done.status, 127, done.stderr);
	for (const candidate of [otherMinor, implementation, home, broken]) {
		t.true(done.stderr.includes(candidate));
	}

	const found = run(join(top, 'bin/python'), ['-V'], {path: `${options.path}:${dirname(path)}`});
	t.is(found.status, 0, found.stderr);
});

ava('an interpreter that comes along is not looked for', t => {
	const text = encodeLauncher({minor: '3.11', searches: false});
	t.false(text.includes('/usr'));
	t.true(text.endsWith('exec "$_d/python3.11" "$@"\n'));
});

const suite = 'forky';
const packages = ['python3.14', 'python3.14-venv', 'python3-virtualenv', 'libstdc++6'];

withTools(
	'root',
	'debootstrap',
	'unshare',
	'mount',
)('3.14 of Debian: by the link, by the search, and venvs of the tree', async t => {
	const root = await cleanRoot(suite, {packages});
	t.teardown(root.close);
	const top = tree(t, '3.14', {link: '/usr/bin/python3.14', name: 'linked'});
	cpSync(top, join(root.path, 'srv/linked'), {recursive: true, verbatimSymlinks: true});
	const searching = tree(t, '3.14', {name: 'searching'});
	cpSync(searching, join(root.path, 'srv/searching'), {recursive: true, verbatimSymlinks: true});
	writeFileSync(join(root.path, 'tmp/asks.py'), asks);
	for (const [name, executable] of [
		['linked', 'python3.14'],
		['searching', 'python'],
	]) {
		const {code, output} = await root.run(`/srv/${name}/bin/python -I /tmp/asks.py`, {timeout: 60});
		t.is(code, 0, output);
		t.deepEqual(JSON.parse(output), {
			prefix: `/srv/${name}`,
			base: '/usr',
			executable: `/srv/${name}/bin/${executable}`,
			child: `/srv/${name}`,
		});
		const made = `/srv/${name}/bin/python -m venv --without-pip /tmp/${name} && /tmp/${name}/bin/python /tmp/asks.py`;
		const nested = await root.run(made, {timeout: 60});
		t.like(JSON.parse(nested.output), {prefix: `/tmp/${name}`, child: `/tmp/${name}`});
	}
});
