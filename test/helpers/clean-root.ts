import {existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {execa} from 'execa';
import fs from 'fs-extra';

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

const cache = process.env.VENVPACK_TEST_CACHE ?? join(homedir(), '.cache', 'venvpack-tests');

export async function cleanRoot(suite: string): Promise<CleanRoot> {
	const lower = await baseRoot(suite);
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
		run: async (command, options = {}) => enter(root, command, options),
		async close() {
			await execa('umount', ['-l', root], {reject: false});
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

async function enter(root: string, command: string, options: {network?: boolean; timeout?: number}) {
	const inside = 'ip link set lo up 2>/dev/null; mount -t proc proc "$0/proc"; exec chroot "$0" /bin/sh -c "$1"';
	const result = await execa(
		'unshare',
		['-mpf', '--kill-child', ...(options.network ? [] : ['-n']), 'sh', '-c', inside, root, command],
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
async function baseRoot(suite: string): Promise<string> {
	const base = join(cache, suite);
	const lock = `${base}.lock`;
	mkdirSync(cache, {recursive: true});
	while (!existsSync(base)) {
		try {
			mkdirSync(lock);
		} catch {
			await sleep(500);
			continue;
		}

		try {
			await makeBase(suite, base);
		} finally {
			rmSync(lock, {recursive: true, force: true});
		}
	}

	return base;
}

async function makeBase(suite: string, base: string): Promise<void> {
	const fresh = `${base}.new`;
	rmSync(fresh, {recursive: true, force: true});
	await execa('debootstrap', ['--variant=minbase', '--include=debsums,ca-certificates,iproute2', suite, fresh]);
	await fs.copy('/etc/resolv.conf', join(fresh, 'etc/resolv.conf'), {dereference: true}).catch(() => undefined);
	for (const name of readdirSync('/etc/apt/apt.conf.d').filter(file => file.includes('proxy'))) {
		await fs.copy(join('/etc/apt/apt.conf.d', name), join(fresh, 'etc/apt/apt.conf.d', name));
	}

	await enter(fresh, 'apt-get update -qq', {network: true, timeout: 300});
	renameSync(fresh, base);
}
