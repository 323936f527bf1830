import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import {build} from '../../src/operations/build.ts';
import {pythonOf, pythons, withReason, withTools} from '../helpers/tools.ts';
import {uvOfTests} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// One tree with an interpreter inside, as an archive and as packages, laid down wherever its unpacker or its administrator
// wants it: it runs there, where the interpreter that built it cannot be seen.

const python = pythonOf('3.11', 'pyenv') ?? pythons().find(({origin}) => origin === 'pyenv') ?? pythons().at(-1);
const uv = await uvOfTests();
const lacking = [...(python ? [] : ['python3']), ...(uv === undefined ? ['uv'] : [])].join(', ');
const withAll = (...tools: string[]) => (lacking === '' ? withTools('root', 'unshare', ...tools) : withReason(lacking));
const room = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-unpackers-')));
ava.after.always(() => rmSync(room, {recursive: true, force: true}));

const program = `
import json, subprocess, sys
def main():
    child = subprocess.run([sys.executable, '-c', 'import ssl, sys; print(sys.prefix)'], capture_output=True, text=True)
    print(json.dumps([sys.prefix, sys.base_prefix, child.stdout.strip(), child.stderr]))
`;

type Artifacts = Readonly<Record<string, HostPath>>;
let building: Promise<Artifacts> | undefined;

async function built(): Promise<Artifacts> {
	const file = join(room, wheelName({name: 'asks'}));
	const points = '[console_scripts]\nasks = asks:main\n';
	writeFileSync(
		file,
		wheelBytes({name: 'asks', files: {'asks.py': program, 'asks-1.0.dist-info/entry_points.txt': points}}),
	);
	const {artifacts} = await build(
		{
			...{project: hostPath(file), prefix: '/opt/asks', python: python?.path ?? '', out: hostPath(join(room, 'dist'))},
			...{bundlePython: true, relocatable: true, offline: true, formats: ['zip', 'rpm', 'deb'], compressionLevel: 1},
		},
		{
			listener: () => undefined,
			environment: {
				...{PATH: `${dirname(uv ?? '')}:${process.env.PATH}`, HOME: room, VENVPACK_CACHE_DIR: join(room, 'cache')},
				SOURCE_DATE_EPOCH: '1700000000',
			},
			version: '1.2.3',
		},
	);
	return Object.fromEntries(artifacts.map(({format, path}) => [format, path]));
}

async function artifact(format: string): Promise<HostPath> {
	building ??= built();
	return (await building)[format] ?? hostPath('/absent');
}

/** The builder's interpreter lies under an empty folder, and nothing is in the environment. */
const hidden = 'mount -t tmpfs none "$0" && cd / && exec env -i "$@"';

function runs(t: ExecutionContext, folder: string): void {
	const origin = dirname(dirname(realpathSync(python?.path ?? '/')));
	// What lies in /usr cannot be hidden whole: the shell is there.
	const home = origin === '/usr' ? '/mnt' : origin;
	const args = ['-m', 'sh', '-c', hidden, home, join(folder, 'bin/asks')];
	const {stdout, stderr} = spawnSync('unshare', args, {encoding: 'utf8'});
	t.is(stderr, '');
	t.deepEqual(JSON.parse(stdout || 'null'), [folder, folder, folder, '']);
}

interface Unpacker {
	readonly command: readonly string[];
	/** What makes it run where the unpacker gives no modes. */
	readonly afterwards?: string;
}

const python3 = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall()';
const unpacks = async (t: ExecutionContext, {command: [name = '', ...args], afterwards}: Unpacker) => {
	const archive = await artifact('zip');
	const into = join(room, `by ${name} é`);
	mkdirSync(into);
	execFileSync(name, [...args, archive], {cwd: into, stdio: 'pipe'});
	t.deepEqual(readdirSync(into), ['asks-1.0']);
	if (afterwards !== undefined) {
		t.is(lstatSync(join(into, 'asks-1.0/bin/asks')).mode & 0o111, 0);
		execFileSync('sh', ['-c', afterwards], {cwd: into});
	}

	runs(t, join(into, 'asks-1.0'));
};
withAll('unzip')('Info-ZIP', unpacks, {command: ['unzip', '-q']});
withAll('bsdtar')('bsdtar', unpacks, {command: ['bsdtar', '-xf']});
withAll('busybox')('busybox', unpacks, {command: ['busybox', 'unzip', '-q']});
withAll('python3')('zipfile of Python, which gives neither modes nor links', unpacks, {
	command: ['python3', '-c', python3],
	afterwards: 'chmod +x asks-1.0/bin/*',
});

withAll('rpm')('rpm --prefix', async t => {
	const file = await artifact('rpm');
	const root = join(room, 'rpm');
	const rpm = (...args: string[]) =>
		execFileSync('rpm', ['--root', root, '--nodeps', ...args], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
	mkdirSync(root);
	rpm('--prefix', '/srv/some where/é', '-i', file);
	runs(t, join(root, 'srv/some where/é'));
	t.is(rpm('-V', 'asks'), '');
	rpm('-e', 'asks');
	t.false(existsSync(join(root, 'srv/some where/é')));
	t.false(existsSync(join(root, 'opt/asks')));
});

withAll('dpkg')('dpkg --instdir', async t => {
	const file = await artifact('deb');
	const [admin, at] = [join(room, 'admin'), join(room, 'some where/é')];
	for (const folder of [join(admin, 'updates'), join(admin, 'info'), join(admin, 'triggers'), at]) {
		mkdirSync(folder, {recursive: true});
	}

	for (const name of ['status', 'available']) {
		writeFileSync(join(admin, name), '');
	}

	const dpkg = (...args: string[]) =>
		execFileSync('dpkg', [`--admindir=${admin}`, `--instdir=${at}`, '--force-depends', ...args], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	dpkg('-i', file);
	runs(t, join(at, 'opt/asks'));
	t.is(dpkg('-V', 'asks'), '');
	dpkg('-P', 'asks');
	t.false(existsSync(join(at, 'opt/asks')));
});
