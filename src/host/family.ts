import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {HostPath} from '../model/paths.ts';

/** Milliseconds that a process has to put its own things away. */
const grace = 3000;

/**
 * Ends every process that descends from this one: pip's backends and their compilers outlive pip itself, and would write
 * into folders that are being removed. One whose parents ended already descends from nobody: it is known by an environment
 * that names one of `folders`, which are this process's own. Asks first, kills after three seconds. Does nothing where
 * there is no /proc; there only the children that `stopChildren` knows end.
 */
export async function endFamily(folders: readonly HostPath[]): Promise<void> {
	// A process that was born while its parent was asked to end shows up in the next look.
	const family = new Set<string>();
	const until = Date.now() + grace;
	for (let round = 0; ; round++) {
		const running = processes();
		addKin(family, running, folders);
		const left = running.filter(({key}) => family.has(key));
		if (left.length === 0) {
			return;
		}

		for (const {pid} of left) {
			signal(pid, Date.now() < until ? 'SIGTERM' : 'SIGKILL');
		}

		if (Date.now() > until + grace) {
			return;
		}

		await sleep(round < 10 ? 20 : 100);
	}
}

/** Kills what still works in folders whose own process is gone: nobody else will end it. */
export function killWorkersIn(folders: readonly HostPath[]): void {
	for (const {pid} of folders.length === 0 ? [] : processes()) {
		if (pid !== process.pid && worksIn(pid, folders)) {
			signal(pid, 'SIGKILL');
		}
	}
}

function addKin(family: Set<string>, running: readonly Process[], folders: readonly HostPath[]): void {
	for (const {pid, key, parent} of running) {
		const isChild = parent === process.pid || running.some(other => other.pid === parent && family.has(other.key));
		if (isChild || (pid !== process.pid && worksIn(pid, folders))) {
			family.add(key);
		}
	}
}

/** By its environment, which it got when it began: proc_pid_environ(5). That of another user's cannot be read. */
function worksIn(pid: number, folders: readonly HostPath[]): boolean {
	try {
		const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
		return folders.some(folder => environment.includes(folder));
	} catch {
		return false;
	}
}

interface Process {
	readonly pid: number;
	readonly parent: number;
	/** Pid and start time: a pid alone may be someone else's by now. */
	readonly key: string;
}

/** proc_pid_stat(5), zombies left out; parents stand before their children, as far as pids grow. */
function processes(): readonly Process[] {
	let names: readonly string[];
	try {
		names = readdirSync('/proc');
	} catch {
		return [];
	}

	return names
		.filter(name => /^\d+$/.test(name))
		.sort((one, other) => Number(one) - Number(other))
		.flatMap(name => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
				// The second field is the program's name in parentheses, which may hold anything.
				const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
				return fields[0] === 'Z' ? [] : [{pid: Number(name), parent: Number(fields[1]), key: `${name} ${fields[19]}`}];
			} catch {
				return [];
			}
		});
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
	try {
		process.kill(pid, name);
	} catch {
		// Gone in the meantime.
	}
}
