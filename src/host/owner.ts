import {createHash} from 'node:crypto';
import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';

/**
 * Where process ids mean what they mean here: this boot of this machine, and this container; eight hexadecimal digits.
 * Two containers that write into one folder often have the very same process id.
 */
export function here(): string {
	const hash = createHash('sha256');
	for (const read of [
		() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
		() => readlinkSync('/proc/self/ns/pid'),
	]) {
		try {
			hash.update(read());
		} catch {
			hash.update(hostname());
		}
	}

	return hash.digest('hex').slice(0, 8);
}

/** Whether a process of this machine and container runs; one of another user counts. */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
