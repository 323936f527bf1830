import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {type Ended, runBounded} from './confined.ts';
import {bubblewrapArguments, fstabOf, rootOf, type View} from './mounts.ts';

/** How a private view of the machine can be had: as root, in a user namespace of one's own, or through bubblewrap. */
export type Way = 'root' | 'user-namespace' | 'bubblewrap';

/** The best first: bubblewrap last, because it is one more program to have. */
export const ways: readonly Way[] = ['root', 'user-namespace', 'bubblewrap'];

/** Programs run in it see the view, pids of their own, and no network. */
export interface Sandbox {
	readonly way: Way;
	run(argv: readonly string[], options: InsideOptions): Promise<Ended>;
}

export interface InsideOptions {
	readonly seconds: number;
	/** Put before the standard PATH. */
	readonly path?: string;
	/**
	 * For package managers, never for what is judged: root is root, and the network stays. `outside` starts a program of
	 * this machine, which finds the view where `rootOf` says.
	 */
	readonly trusted?: 'inside' | 'outside';
}

/** A way that this machine does not allow. */
export interface Refusal {
	readonly way: Way;
	readonly why: string;
}

/** Where programs start, and what they may write to beside the tree; gone with each of them. */
export const workFolder = '/tmp/work';
export const homeFolder: string = `${workFolder}/home`;

/** As a service manager would start a program: nothing of the caller's. */
const environment: Readonly<Record<string, string>> = {
	HOME: homeFolder,
	TMPDIR: `${workFolder}/tmp`,
	LANG: 'C.UTF-8',
	TERM: 'dumb',
};

const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Mounts the view, brings up the loopback device, makes the view the root of everything and starts the program. The shell
 * stays as process 1: it takes the orphans, and with it all of them end. Without the capability to mount, nobody gets out.
 * An exit code of 125 and its first word say that it was not the program that failed.
 */
const enter = `
root=$1 table=$2 keep=$3
shift 3
refuse() { echo "sandbox: $1" >&2; exit 125; }
mount --no-mtab --make-rprivate / || refuse 'mounts cannot be made private'
mount --no-mtab --all --fstab "$table" || refuse 'mounting is not allowed'
ip link set lo up 2>/dev/null
if [ "$keep" = outside ]; then
	"$@"
	exit "$?"
fi
cd "$root" && mount --no-mtab --move . / || refuse 'the root cannot be changed'
if [ "$keep" = all ]; then
	chroot . "$@"
else
	setpriv --bounding-set="$keep" --inh-caps=-all chroot . "$@"
fi
exit "$?"
`;

/** Inside: a fresh place to work, then the program. */
const begin = 'mkdir -p "$HOME" "$TMPDIR" && cd "$1" && shift && exec "$@"';

/** What a container's root may do, and sys_chroot for the last step itself; nothing about mounts, devices or the kernel. */
const keptCapabilities = [
	...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'net_bind_service', 'sys_chroot'],
];

/**
 * Makes a sandbox of the view, in the first of the ways that this machine allows; it is tried before it is given.
 * `folder` takes a file or two.
 * @returns the sandbox, or why each way was refused
 */
export async function openSandbox(
	view: View,
	{folder, tried = ways, trial = ['/bin/sh', '-c', ':']}: Trial,
): Promise<Sandbox | readonly Refusal[]> {
	const table = join(folder, 'fstab') as HostPath;
	mkdirSync(folder, {recursive: true});
	writeFileSync(table, fstabOf(view));
	const refusals: Refusal[] = [];
	for (const way of tried) {
		const run: Sandbox['run'] = (argv, options) => runInside(argv, {way, view, table, options});
		const sandbox: Sandbox = {way, run: typeof view.root === 'string' ? run : oneAtATime(run)};
		const why = await refusalOf(sandbox, trial);
		if (why === undefined) {
			return sandbox;
		}

		refusals.push({way, why});
	}

	return refusals;
}

/**
 * overlayfs(5) leaves undefined what two mounts over one upper folder do at a time; under load the second is refused. Each
 * program here has a mount of its own.
 */
function oneAtATime(run: Sandbox['run']): Sandbox['run'] {
	let last: Promise<unknown> = Promise.resolve();
	return (argv, options) => {
		const next = last.then(() => run(argv, options));
		last = next.catch(() => undefined);
		return next;
	};
}

/** What hangs is refused; a machine that is busy takes its time. */
const trialSeconds = 120;

interface Trial {
	readonly folder: HostPath;
	readonly tried?: readonly Way[];
	/** What is started to see whether anything can be. */
	readonly trial?: readonly string[];
}

/** Why a way cannot be gone; undefined where a program ran in it. */
async function refusalOf(sandbox: Sandbox, trial: readonly string[]): Promise<string | undefined> {
	if (sandbox.way === 'root' && process.geteuid?.() !== 0) {
		return 'venvpack does not run as root';
	}

	try {
		const {code, tail} = await sandbox.run(trial, {seconds: trialSeconds});
		const how = code === undefined ? `it did not end within ${trialSeconds} s` : `exit code ${code}`;
		return code === 0 ? undefined : firstWords(tail) || how;
	} catch (error) {
		if (error instanceof HostError && error.code !== 'INTERRUPTED') {
			return firstWords(error.output ?? error.message);
		}

		throw error;
	}
}

/** One mount that is refused makes all after it fail. */
function firstWords(text: string): string {
	return text.split('\n')[0]?.trim() ?? '';
}

interface Entry {
	readonly way: Way;
	readonly view: View;
	readonly table: HostPath;
	readonly options: InsideOptions;
}

async function runInside(argv: readonly string[], entry: Entry): Promise<Ended> {
	const {seconds, path, trusted} = entry.options;
	const variables = {
		...environment,
		...(trusted === undefined ? {} : {...proxies(), DEBIAN_FRONTEND: 'noninteractive'}),
		PATH: `${path === undefined ? '' : `${path}:`}${standardPath}`,
	};
	const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
	const started = ['/bin/sh', '-c', begin, 'sh', workFolder, ...argv];
	const inside = trusted === 'outside' ? argv : ['/usr/bin/env', '-i', ...given, ...started];
	const env = {PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LANG: 'C'};
	const ended = await runBounded([...entranceOf(entry), ...inside], {seconds, env});
	if (ended.code === 125 && /^sandbox: /m.test(ended.tail)) {
		throw new HostError(`the sandbox broke: ${ended.tail}`, {code: 'SANDBOX_FAILED', output: ended.tail});
	}

	return ended;
}

function proxies(): Readonly<Record<string, string>> {
	const all = Object.entries(process.env).filter(([name]) => /^(?:https?|ftp|no)_proxy$/i.test(name));
	return Object.fromEntries(all.map(([name, value]) => [name, value ?? '']));
}

function entranceOf({way, view, table, options}: Entry): readonly string[] {
	if (way === 'bubblewrap') {
		return bubblewrap(view);
	}

	const {trusted} = options;
	const kept = ['-all', ...keptCapabilities.map(name => `+${name}`)].join(',');
	const keep = trusted === undefined ? kept : trusted === 'inside' ? 'all' : 'outside';
	return [
		// Whoever kills venvpack ends what it runs.
		...['setpriv', '--pdeathsig', 'KILL'],
		...['unshare', '--mount', '--pid', '--ipc', '--fork', '--kill-child'],
		...(trusted === undefined ? ['--net'] : []),
		...(way === 'user-namespace' ? ['--user', '--map-root-user'] : []),
		...['sh', '-c', enter, 'enter', rootOf(view), table, keep],
	];
}

function bubblewrap({root, mounts}: View): readonly string[] {
	if (typeof root !== 'string') {
		throw new RangeError('bubblewrap is not asked for overlays');
	}

	const isRoot = process.geteuid?.() === 0;
	return [
		...['bwrap', '--unshare-pid', '--unshare-ipc', '--unshare-net', '--die-with-parent', '--new-session'],
		...(isRoot ? ['--cap-drop', 'ALL', ...keptCapabilities.flatMap(name => ['--cap-add', `CAP_${name}`])] : []),
		...bubblewrapArguments({root, mounts}),
		'--',
	];
}
