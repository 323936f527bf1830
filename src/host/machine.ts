import {readFileSync} from 'node:fs';
import {machine} from 'node:os';

/** The text of /etc/os-release, empty where there is none, and the machine as uname(1) says. */
export function describeMachine(): {osRelease: string; machine: string} {
	return {osRelease: osRelease(), machine: machine()};
}

/** Source: os-release(5), which names both places. */
function osRelease(): string {
	for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
		try {
			return readFileSync(file, 'utf8');
		} catch {
			// The next place.
		}
	}

	return '';
}
