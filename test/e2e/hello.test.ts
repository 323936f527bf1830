import {mkdtempSync, rmSync} from 'node:fs';
import {copyFile, mkdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import ava from 'ava';
import {execa} from 'execa';
import {cleanRoot} from '../helpers/clean-root.ts';
import {buildHello, does, serves} from '../helpers/hello-service.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// The promise of the README, kept with the built command line: what `npm run example` makes installs on a Debian that
// knows nothing of this machine, and the service answers.

const folder = mkdtempSync(join(tmpdir(), 'venvpack-hello-'));
ava.after.always(() => rmSync(folder, {recursive: true, force: true}));

const python = pythonOf('3.11');
const root = 'root';
const inDebian = python ? withTools(root, 'debootstrap', 'unshare', 'mount') : withReason('python3.11');

let made: ReturnType<typeof buildHello> | undefined;

/** Builds the example once for all tests, for Debian 12. */
async function artifact(format: string): Promise<string> {
	made ??= buildHello(['--out', folder, '--python', python?.path ?? '3.11', '--target', 'debian-12']);
	return (await made).get(format) ?? '';
}

inDebian.serial('the deb: apt installs it, the service answers, purge leaves nothing', async t => {
	const deb = await artifact('deb');
	const debian = await cleanRoot('bookworm');
	try {
		const name = basename(deb);
		await copyFile(deb, join(debian.path, 'tmp', name));
		await does(t, debian, `apt-get install -y -qq --no-install-recommends /tmp/${name}`, true);
		await serves(t, debian, '3.11');
		t.is(await does(t, debian, 'dpkg -V hello'), '');
		t.is(await does(t, debian, 'debsums -s hello'), '');
		await does(t, debian, 'apt-get purge -y -qq hello');
		await does(t, debian, '! test -e /opt/hello');
	} finally {
		await debian.close();
	}
});

inDebian.serial('the tarball: unpacked where Python is, the service answers', async t => {
	const tarball = await artifact('tar.zst');
	const debian = await cleanRoot('bookworm');
	try {
		await does(t, debian, 'apt-get install -y -qq --no-install-recommends python3.11', true);
		await execa('tar', ['-C', debian.path, '-xpf', tarball]);
		await serves(t, debian, '3.11');
	} finally {
		await debian.close();
	}
});

withTools(root, 'rpm').serial('the rpm: rpm installs it, finds it unchanged, and removes it', async t => {
	const rpm = await artifact('rpm');
	const target = join(folder, 'rpm-root');
	await mkdir(target);
	const call = (...args: string[]) => execa('rpm', ['--root', target, ...args]);
	await call('--nodeps', '-i', rpm);
	t.is((await call('--nodeps', '-V', 'hello')).stdout, '');
	t.true((await call('-ql', 'hello')).stdout.includes('/opt/hello/bin/hello-server'));
	await call('-e', 'hello');
	await t.throwsAsync(() => execa('test', ['-e', join(target, 'opt/hello')]));
});
