import {execFileSync, spawn} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {hiddenView} from '../../src/host/hidden-view.ts';
import {openSandbox, type Sandbox, type Way, ways} from '../../src/host/sandbox.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {pythons, withTools} from '../helpers/tools.ts';

const tools: Readonly<Record<Way, readonly string[]>> = {
	root: ['root', 'unshare', 'setpriv'],
	'user-namespace': ['unshare', 'setpriv'],
	bubblewrap: ['bwrap'],
};

interface Opened {
	readonly sandbox: Sandbox;
	/** Where the tree lies on this machine. */
	readonly tree: string;
}

async function opened(t: ExecutionContext, way: Way, prefix = '/opt/app'): Promise<Opened | undefined> {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	const tree = join(folder, 'tree');
	mkdirSync(tree);
	writeFileSync(join(tree, 'there'), '');
	const interpreter = pythons().find(({path}) => path.startsWith('/usr/bin/'))?.path;
	const view = hiddenView({
		folder: hostPath(folder),
		prefix: installPath(prefix),
		tree: hostPath(tree),
		interpreter: interpreter === undefined ? undefined : installPath(interpreter),
	});
	const sandbox = await openSandbox(view, {folder: hostPath(folder), tried: [way]});
	if ('run' in sandbox) {
		return {sandbox, tree};
	}

	t.log(`${way} is not allowed here: ${sandbox.map(({why}) => why).join()}`);
	t.not(process.env.VENVPACK_TOOLS, 'required');
	return undefined;
}

/** Seconds that a program may take which takes none: this machine may have a lot else to do. */
const patience = 300;

const shell = (script: string) => ['/bin/sh', '-c', script];

/** Waits for a file that a program inside makes. */
async function appears(file: string): Promise<void> {
	const end = performance.now() + patience * 1000;
	while (!existsSync(file) && performance.now() < end) {
		await new Promise(resolve => setTimeout(resolve, 50));
	}
}

for (const way of ways) {
	const test = withTools(...tools[way]);

	test(`${way}: the tree lies at its prefix and may be written to; the system may not`, async t => {
		for (const prefix of ['/opt/app', '/usr/lib/app', '/tmp/app', '/srv/a b#c']) {
			const {sandbox, tree} = (await opened(t, way, prefix)) ?? {};
			const ended = await sandbox?.run(shell(`cd '${prefix}' && touch here; ls; touch /usr/x /etc/x /x`), {
				seconds: patience,
			});
			t.is(ended?.stdout ?? 'here\nthere\n', 'here\nthere\n');
			t.is(ended?.tail.match(/Read-only file system/g)?.length ?? 3, 3);
			t.true(tree === undefined || existsSync(join(tree, 'here')));
		}
	});

	test(`${way}: nothing of the builder is there`, async t => {
		const {sandbox} = (await opened(t, way)) ?? {};
		const hidden = [process.cwd(), process.env.HOME, process.execPath, '/sys', '/usr/local/bin'];
		const others = pythons()
			.map(({path}) => path)
			.filter(path => !path.startsWith('/usr/bin/'));
		const list = [...hidden, ...others].map(path => `'${path}'`).join(' ');
		const look = `for path in ${list}; do test -n "$(ls -A "$path" 2>/dev/null)" && echo "$path"; done; ls -A /home /root 2>/dev/null | grep -v :`;
		const ended = await sandbox?.run(shell(look), {seconds: patience});
		t.is(ended?.stdout.trim() ?? '', '');
	});

	test(`${way}: no network but its own, and no processes but its own`, async t => {
		const {sandbox} = (await opened(t, way)) ?? {};
		const ended = await sandbox?.run(shell('cat /proc/net/dev; echo; ls /proc'), {seconds: patience});
		const [devices = '', processes = ''] = ended?.stdout.split('\n\n') ?? ['lo:', ''];
		t.deepEqual(devices.match(/\w+(?=:)/g), ['lo']);
		t.true((processes.match(/^\d+$/gm) ?? []).length <= 5);
	});

	test(`${way}: nobody gets out: no capability to mount, to trace, to make devices`, async t => {
		const {sandbox} = (await opened(t, way)) ?? {};
		const script =
			'mount -t tmpfs none /opt/app 2>&1; mknod /opt/app/disk b 254 0 2>&1; unshare -m true 2>&1; echo end';
		const ended = await sandbox?.run(shell(script), {seconds: patience});
		t.is(ended?.stdout.match(/permission denied|not permitted|must be superuser/gi)?.length ?? 3, 3, ended?.stdout);
	});

	test(`${way}: a program that takes too long is ended with all that it started`, async t => {
		const {sandbox, tree} = (await opened(t, way)) ?? {};
		const ended = await sandbox?.run(shell('(sleep 5; touch /opt/app/late) & sleep 100'), {seconds: 1});
		t.is(ended?.code, undefined);
		await new Promise(resolve => setTimeout(resolve, 6000));
		t.false(existsSync(join(tree ?? '/nonexistent', 'late')));
	});

	test(`${way}: output has an end, exit codes come through`, async t => {
		const {sandbox} = (await opened(t, way)) ?? {};
		const much = await sandbox?.run(shell('yes | head -c 50000000; echo last >&2; exit 7'), {seconds: 100});
		t.is(much?.code ?? 7, 7);
		t.true((much?.stdout.length ?? 0) <= 32 * 1024 * 1024);
		t.true((much?.tail.length ?? 0) <= 4000);
		const killed = await sandbox?.run(shell('kill -SEGV $$; sleep 1'), {seconds: patience});
		t.not(killed?.code ?? 139, 0);
	});
}

withTools(
	'root',
	'unshare',
	'setpriv',
)('whoever kills venvpack ends what it runs', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'sandbox-killed-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	mkdirSync(join(folder, 'tree'));
	const program = `
		import {hiddenView} from '${new URL('../../src/host/hidden-view.ts', import.meta.url)}';
		import {openSandbox} from '${new URL('../../src/host/sandbox.ts', import.meta.url)}';
		const view = hiddenView({folder: '${folder}', prefix: '/opt/app', tree: '${folder}/tree', interpreter: undefined});
		const sandbox = await openSandbox(view, {folder: '${folder}', tried: ['root']});
		await sandbox.run(['/bin/sh', '-c', 'touch /opt/app/begun; sleep 4; touch /opt/app/late'], {seconds: 600});
	`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', program], {stdio: 'ignore'});
	await appears(join(folder, 'tree/begun'));
	child.kill('SIGKILL');
	await new Promise(resolve => setTimeout(resolve, 6000));
	t.true(existsSync(join(folder, 'tree/begun')));
	t.false(existsSync(join(folder, 'tree/late')));
});

withTools(
	'root',
	'unshare',
	'setpriv',
)('mounts stay private: this machine sees none of them', async t => {
	const {sandbox, tree} = (await opened(t, 'root')) ?? {};
	if (sandbox === undefined || tree === undefined) {
		return;
	}

	// Those of this sandbox alone: other tests mount and unmount beside this one.
	const ours = () =>
		readFileSync('/proc/self/mountinfo', 'utf8')
			.split('\n')
			.filter(line => line.includes(dirname(tree)));
	const running = sandbox.run(shell('cd /opt/app && touch begun; while test ! -e go; do sleep 0.1; done'), {
		seconds: patience,
	});
	await appears(join(tree, 'begun'));
	t.true(existsSync(join(tree, 'begun')));
	t.deepEqual(ours(), []);
	writeFileSync(join(tree, 'go'), '');
	await running;
	t.deepEqual(ours(), []);
	const table = existsSync('/run/mount/utab') ? readFileSync('/run/mount/utab', 'utf8') : '';
	t.false(table.includes(dirname(tree)));
});

withTools('unshare', 'setpriv')('a way that is not allowed says why', async t => {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-refused-')));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	mkdirSync(join(folder, 'tree'));
	chmodSync(folder, 0o755);
	const tree = hostPath(join(folder, 'tree'));
	const view = hiddenView({folder: hostPath(folder), prefix: installPath('/opt/app'), tree, interpreter: undefined});
	const path = process.env.PATH;
	// A machine without any of the tools.
	process.env.PATH = '/nonexistent';
	const refused = await openSandbox(view, {folder: hostPath(folder)});
	process.env.PATH = path;
	t.false('run' in refused);
	t.deepEqual('run' in refused ? [] : refused.map(({way}) => way), [...ways]);
	t.true('run' in refused || refused.every(({why}) => /cannot be started|not run as root|refused|denied/i.test(why)));
	t.notThrows(() => execFileSync('true'));
});
