import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {execa} from 'execa';
import fs from 'fs-extra';
import {isRunning} from '../../src/host/owner.ts';

/**
 * A throw-away Debian that knows nothing of this machine: an overlay over a minimal root made once by debootstrap,
 * entered with pids of its own and, unless asked for, no network. Needs root, debootstrap and overlay mounts.
 */
export interface CleanRoot {
	readonly path: string;
	/** Runs a shell command inside; never rejects because of its exit code. Seconds. */
	run(command: string, options?: {network?: boolean; timeout?: number}): Promise<{code: number; output: string}>;
	close(): Promise<void>;
}

/** What a root has beside the minimum, and what it sees of this machine. */
export interface RootOptions {
	/** Packages that are installed when the root is made. Such a root is one by itself, and knows no others. */
	readonly packages?: readonly string[];
	/** Path inside → what is mounted there, to be read only. */
	readonly bound?: Readonly<Record<string, string>>;
}

const cache = process.env.VENVPACK_TEST_CACHE ?? join(homedir(), '.cache', 'venvpack-tests');

export async function cleanRoot(suite: string, {packages = [], bound = {}}: RootOptions = {}): Promise<CleanRoot> {
	const lower = await baseRoot(suite, packages);
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-root-'));
	const [upper, work, root] = ['upper', 'work', 'root'].map(name => join(folder, name)) as [string, string, string];
	for (const part of [upper, work, root]) {
		mkdirSync(part);
	}

	await execa('mount', [
		...['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`],
		root,
	]);
	return {
		path: root,
		run: async (command, options = {}) => enter(root, command, {...options, bound}),
		async close() {
			await execa('umount', ['-l', root], {reject: false});
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

interface Entering {
	readonly network?: boolean;
	readonly timeout?: number;
	readonly bound?: RootOptions['bound'];
}

/** The mounts are those of the command, and go with it. */
const inside = `
set -e
root=$0 command=$1
shift
ip link set lo up 2>/dev/null || true
mount -t proc proc "$root/proc"
while test $# -gt 1; do
	if test -d "$2"; then mkdir -p "$root$1"; else mkdir -p "$(dirname "$root$1")"; touch "$root$1"; fi
	mount --bind "$2" "$root$1"
	mount -o remount,bind,ro "$root$1"
	shift 2
done
exec chroot "$root" /bin/sh -c "$command"
`;

async function enter(root: string, command: string, options: Entering) {
	const binds = Object.entries(options.bound ?? {}).flat();
	const result = await execa(
		'unshare',
		['-mpf', '--kill-child', ...(options.network ? [] : ['-n']), 'sh', '-c', inside, root, command, ...binds],
		{
			reject: false,
			all: true,
			timeout: (options.timeout ?? 120) * 1000,
			extendEnv: false,
			env: {
				PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
				HOME: '/root',
				LANG: 'C.UTF-8',
				DEBIAN_FRONTEND: 'noninteractive',
				...(options.network ? proxies() : {}),
			},
		},
	);
	return {code: result.exitCode ?? 255, output: result.all};
}

function proxies(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(process.env).filter(
			(pair): pair is [string, string] => /_proxy$/i.test(pair[0]) && pair[1] !== undefined,
		),
	);
}

/** The minimal root itself: made once for all test processes, the first that gets the lock makes it. */
async function baseRoot(suite: string, packages: readonly string[]): Promise<string> {
	const base = join(cache, [suite, ...packages].join('+'));
	const lock = `${base}.lock`;
	mkdirSync(cache, {recursive: true});
	while (!existsSync(base)) {
		if (!taken(lock)) {
			await sleep(500);
			continue;
		}

		try {
			await makeBase(base, suite, packages);
		} finally {
			rmSync(lock, {force: true});
		}
	}

	return base;
}

/** A link that names the process which holds the lock; one that is gone holds it no more. */
function taken(lock: string): boolean {
	try {
		symlinkSync(String(process.pid), lock);
		return true;
	} catch {
		const holder = lstatSync(lock, {throwIfNoEntry: false})?.isSymbolicLink() ? readlinkSync(lock) : '';
		if (holder !== '' && !isRunning(Number(holder))) {
			rmSync(lock, {force: true});
		}

		return false;
	}
}

async function makeBase(base: string, suite: string, packages: readonly string[]): Promise<void> {
	const fresh = `${base}.new`;
	const include = packages.length > 0 ? packages : ['debsums', 'ca-certificates', 'iproute2'];
	rmSync(fresh, {recursive: true, force: true});
	await execa(
		'debootstrap',
		['--variant=minbase', `--include=${include.join(',')}`, suite, fresh, ...scriptOf(suite)],
		{
			// Half of the time goes by waiting for the disk, and a root that is cut short is made anew.
			env: {DPKG_FORCE: 'unsafe-io'},
		},
	);
	if (packages.length === 0) {
		await giveApt(fresh);
	}

	renameSync(fresh, base);
}

/** A suite that is newer than debootstrap is made as sid is; the mirror stays the default one. */
function scriptOf(suite: string): readonly string[] {
	const scripts = '/usr/share/debootstrap/scripts';
	return existsSync(join(scripts, suite)) ? [] : ['', join(scripts, 'sid')];
}

/** How this machine reaches its mirrors, and what these have. */
async function giveApt(root: string): Promise<void> {
	await fs.copy('/etc/resolv.conf', join(root, 'etc/resolv.conf'), {dereference: true}).catch(() => undefined);
	for (const name of readdirSync('/etc/apt/apt.conf.d').filter(file => file.includes('proxy'))) {
		await fs.copy(join('/etc/apt/apt.conf.d', name), join(root, 'etc/apt/apt.conf.d', name));
	}

	await enter(root, 'apt-get update -qq', {network: true, timeout: 300});
}
