import {mkdtempSync, rmSync} from 'node:fs';
import {copyFile, mkdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ava, {type ExecutionContext} from 'ava';
import {execa} from 'execa';
import {type CleanRoot, cleanRoot} from '../helpers/clean-root.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// The promise of the README, kept with the built command line: what `npm run example` makes installs on a Debian that
// knows nothing of this machine, and the service answers.

const folder = mkdtempSync(join(tmpdir(), 'venvpack-hello-'));
ava.after.always(() => rmSync(folder, {recursive: true, force: true}));

const python = pythonOf('3.11');
const root = 'root';
const inDebian = python ? withTools(root, 'debootstrap', 'unshare', 'mount') : withReason('python3.11');

interface Made {
	readonly deb: string;
	readonly rpm: string;
	readonly 'tar.zst': string;
}

let made: Promise<Made> | undefined;

/** Builds the example once for all tests, for Debian 12. */
function artifacts(): Promise<Made> {
	made ??= build();
	return made;
}

async function build(): Promise<Made> {
	const script = fileURLToPath(new URL('../../examples/hello/build.js', import.meta.url));
	const flags = ['--out', folder, '--json', '--python', python?.path ?? '3.11', '--target', 'debian-12'];
	const {stdout} = await execa(process.execPath, [script, ...flags]);
	const document = JSON.parse(stdout) as {artifacts: ReadonlyArray<{format: keyof Made; path: string}>};
	const pathOf = (format: keyof Made) => document.artifacts.find(artifact => artifact.format === format)?.path ?? '';
	return {deb: pathOf('deb'), rpm: pathOf('rpm'), 'tar.zst': pathOf('tar.zst')};
}

/** Runs a command inside, which must succeed, and returns what it printed. */
async function does(t: ExecutionContext, debian: CleanRoot, command: string, network = false): Promise<string> {
	const {code, output} = await debian.run(command, {network, timeout: 300});
	t.is(code, 0, `${command}\n${output}`);
	return output;
}

const ask = 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())';

/** The service answers, from the prefix, by the interpreter of the target and with its compiled module. */
async function serves(t: ExecutionContext, debian: CleanRoot): Promise<void> {
	const output = await does(
		t,
		debian,
		`/opt/hello/bin/hello-server --port 8099 >/tmp/log 2>&1 &
		for try in 1 2 3 4 5 6 7 8 9 10; do /opt/hello/bin/hello-client --port 8099 2>/dev/null && break; sleep 0.5; done
		/usr/bin/python3.11 -c '${ask}' 'http://127.0.0.1:8099/?name=%3Cyou%3E' && cat /tmp/log`,
	);
	const [health = '', ...page] = output.split('\n');
	t.like(JSON.parse(health), {status: 'ok', version: '1.0.0', prefix: '/opt/hello', compiled: true});
	t.true(page.includes('<h1>Hello, &lt;you&gt;!</h1>'), output);
	t.is(await does(t, debian, 'PATH=/nowhere /opt/hello/bin/hello-server --version'), 'hello-server 1.0.0');
}

inDebian.serial('the deb: apt installs it, the service answers, purge leaves nothing', async t => {
	const {deb} = await artifacts();
	const debian = await cleanRoot('bookworm');
	try {
		const name = basename(deb);
		await copyFile(deb, join(debian.path, 'tmp', name));
		await does(t, debian, `apt-get install -y -qq --no-install-recommends /tmp/${name}`, true);
		await serves(t, debian);
		t.is(await does(t, debian, 'dpkg -V hello'), '');
		t.is(await does(t, debian, 'debsums -s hello'), '');
		await does(t, debian, 'apt-get purge -y -qq hello');
		await does(t, debian, '! test -e /opt/hello');
	} finally {
		await debian.close();
	}
});

inDebian.serial('the tarball: unpacked where Python is, the service answers', async t => {
	const {'tar.zst': tarball} = await artifacts();
	const debian = await cleanRoot('bookworm');
	try {
		await does(t, debian, 'apt-get install -y -qq --no-install-recommends python3.11', true);
		await execa('tar', ['-C', debian.path, '-xpf', tarball]);
		await serves(t, debian);
	} finally {
		await debian.close();
	}
});

withTools(root, 'rpm').serial('the rpm: rpm installs it, finds it unchanged, and removes it', async t => {
	const {rpm} = await artifacts();
	const target = join(folder, 'rpm-root');
	await mkdir(target);
	const call = (...args: string[]) => execa('rpm', ['--root', target, ...args]);
	await call('--nodeps', '-i', rpm);
	t.is((await call('--nodeps', '-V', 'hello')).stdout, '');
	t.true((await call('-ql', 'hello')).stdout.includes('/opt/hello/bin/hello-server'));
	await call('-e', 'hello');
	await t.throwsAsync(() => execa('test', ['-e', join(target, 'opt/hello')]));
});
