import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import ava from 'ava';
import {execa} from 'execa';
import {cleanRoot} from '../helpers/clean-root.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// What `venvpack verify --run` and `--rootfs` say of the example, through the command line.

const folder = mkdtempSync(join(tmpdir(), 'venvpack-verify-run-'));
ava.after.always(() => rmSync(folder, {recursive: true, force: true}));

const python = pythonOf('3.11', 'system');
const needs = (...tools: string[]) => (python ? withTools('unshare', 'setpriv', ...tools) : withReason('python3.11'));
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

type Format = 'deb' | 'rpm' | 'tar.zst';
const formats: readonly Format[] = ['deb', 'rpm', 'tar.zst'];

let made: Promise<Readonly<Record<Format, string>>> | undefined;

function artifacts(): Promise<Readonly<Record<Format, string>>> {
	made ??= build();
	return made;
}

async function build(): Promise<Record<Format, string>> {
	const script = fileURLToPath(new URL('../../examples/hello/build.js', import.meta.url));
	const flags = ['--out', folder, '--json', '--python', python?.path ?? '3.11', '--target', 'debian-12'];
	const {stdout} = await execa(process.execPath, [script, ...flags]);
	const document = JSON.parse(stdout) as {artifacts: ReadonlyArray<{format: Format; path: string}>};
	const pathOf = (format: Format) => document.artifacts.find(artifact => artifact.format === format)?.path ?? '';
	return {deb: pathOf('deb'), rpm: pathOf('rpm'), 'tar.zst': pathOf('tar.zst')};
}

interface Said {
	readonly code: number | undefined;
	readonly output: string;
}

async function says(args: readonly string[], environment: Record<string, string> = {}): Promise<Said> {
	const options = {reject: false, all: true, env: environment} as const;
	const {exitCode, all} = await execa(process.execPath, [main, 'verify', ...args], options);
	return {code: exitCode, output: all};
}

for (const format of formats) {
	needs().serial(`${format}: the example runs with the builder hidden`, async t => {
		const file = (await artifacts())[format];
		const {code, output} = await says([file, '--run', '--command', 'hello-client --version', '--only', runs]);
		t.is(code, 0, output);
		t.regex(output, /imported \d modules and started \d scripts with \/usr\/bin\/python3\.11/);
		const failing = await says([file, '--command', 'hello-client --port many', '--only', runs]);
		t.is(failing.code, 1, failing.output);
		t.regex(failing.output, /RUN_COMMAND_FAILED[\s\S]*invalid int value: 'many'/);
	});

	needs('root', 'debootstrap', 'mount').serial(
		`${format}: the example installs, runs and goes away in a clean Debian`,
		async t => {
			const file = (await artifacts())[format];
			const debian = await cleanRoot('bookworm');
			t.teardown(debian.close);
			const {code, output} = await says([
				file,
				'--rootfs',
				debian.path,
				'--command',
				'hello-client --version',
				'--only',
				all,
			]);
			t.is(code, 0, output);
			t.regex(output, /imported \d modules and started \d scripts/);
			const {output: left} = await debian.run('ls -d /opt/hello /usr/bin/python3.11');
			t.is(left.match(/cannot access/g)?.length, 2, 'the root stays clean');
		},
	);
}

const runs = 'run-interpreter,run-imports,run-scripts,run-commands,run-writes';
const all = `${runs},rootfs-install,rootfs-verify,rootfs-removal`;

needs('root').serial('a user who is not root gets the same answer, in a user namespace', async t => {
	const {deb} = await artifacts();
	const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
	await execa('chmod', ['755', folder]);
	const args = [...user, process.execPath, main, 'verify', deb, '--run', '--only', runs];
	const {exitCode, all: output} = await execa('setpriv', args, {reject: false, all: true, env: {HOME: '/nonexistent'}});
	t.true(exitCode === 0 || exitCode === 3, output);
	t.regex(output, exitCode === 0 ? /in a user namespace|through bubblewrap/ : /not proven: run-interpreter/);
	t.true(exitCode === 0 || process.env.VENVPACK_TOOLS !== 'required', output);
	const rootless = [...user, process.execPath, main, 'verify', deb, '--rootfs', 'bookworm', '--only', all];
	const refused = await execa('setpriv', rootless, {reject: false, all: true, env: {HOME: '/nonexistent'}});
	t.is(refused.exitCode, 3);
	t.regex(refused.all, /not proven: rootfs-install, .*: only root can install into a root/);
});

needs().serial('where nothing is allowed it says what it could not prove, and exits 3', async t => {
	const {deb} = await artifacts();
	const {code, output} = await says([deb, '--run', '--only', runs], {PATH: dirname(process.execPath)});
	t.is(code, 3);
	t.regex(
		output,
		/not proven: run-interpreter, run-imports, run-scripts, run-writes: this machine allows no private mounts/,
	);
	t.regex(output, /nothing wrong found, not all proven/);
});

needs('root', 'debootstrap', 'mount').serial(
	'a package that its root cannot install says what the package manager said',
	async t => {
		const debian = await cleanRoot('bookworm');
		t.teardown(debian.close);
		const {deb} = await artifacts();
		const broken = join(folder, 'broken.deb');
		const stage = join(folder, 'broken');
		await execa('dpkg-deb', ['-R', deb, stage]);
		await execa('sed', ['-i', 's/^Depends: .*/Depends: no-such-package/', join(stage, 'DEBIAN/control')]);
		await execa('dpkg-deb', ['-b', '-Znone', stage, broken]);
		const {code, output} = await says([broken, '--rootfs', debian.path, '--only', all]);
		t.is(code, 1, output);
		t.regex(output, /ROOTFS_INSTALL_FAILED[\s\S]*no-such-package/);
	},
);

needs('root', 'debootstrap', 'mount').serial('what maintainer scripts change and leave is told', async t => {
	const debian = await cleanRoot('bookworm');
	t.teardown(debian.close);
	const {deb} = await artifacts();
	const messy = join(folder, 'messy.deb');
	const stage = join(folder, 'messy');
	await execa('dpkg-deb', ['-R', deb, stage]);
	const script =
		'#!/bin/sh\necho "# local" >> /opt/hello/pyvenv.cfg\nmkdir /opt/hello/cache\ntouch /opt/hello/cache/x\n';
	await execa('sh', ['-c', 'printf %s "$1" > "$2" && chmod 755 "$2"', 'sh', script, join(stage, 'DEBIAN/postinst')]);
	await execa('dpkg-deb', ['-b', '-Znone', stage, messy]);
	const {code, output} = await says([messy, '--rootfs', debian.path, '--only', all]);
	t.is(code, 1, output);
	t.regex(output, /ROOTFS_VERIFY_FAILED[\s\S]*pyvenv\.cfg/);
	t.regex(output, /ROOTFS_LEFTOVERS[\s\S]*\/opt\/hello: the folder is still there/);
});

for (const [wanted, why] of [
	['./nothing', /no root of a distribution lies there/],
	['Book_worm', /no name of a suite/],
] as const) {
	ava(`--rootfs ${wanted} is refused`, async t => {
		const {code, output} = await says(['nothing.deb', '--rootfs', wanted]);
		t.is(code, 2);
		t.regex(output, why);
		t.regex(output, /ROOTFS_INVALID/);
	});
}
