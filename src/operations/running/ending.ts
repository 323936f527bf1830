import type {Ended} from '../../host/confined.ts';

/** How a program ended, for a message: its exit code and its last words. */
export function howItEnded({code, tail}: Ended, limit?: number): string {
	const how =
		code === undefined ? `did not end${limit === undefined ? '' : ` within ${limit} s`}` : `exit code ${code}`;
	const words = tail.trim();
	return words === '' ? how : `${how}: ${words.slice(-1500)}`;
}
