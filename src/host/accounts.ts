import {readFileSync} from 'node:fs';
import {HostError} from '../model/errors.ts';
import type {Owner} from '../model/owner.ts';

/** The numbers of users and groups of this machine, as its own files tell; a number stands for itself. */
export interface Accounts {
	/** Throws a HostError (OWNER_ABSENT). */
	numbersOf(owner: Owner): {readonly uid: number; readonly gid: number};
}

export function openAccounts(): Accounts {
	const users = numbersIn('/etc/passwd');
	const groups = numbersIn('/etc/group');
	return {
		numbersOf: ({user, group}) => ({
			uid: numberOf(users, user, 'user'),
			gid: numberOf(groups, group, 'group'),
		}),
	};
}

/** passwd(5) and group(5): the name first, its number third. */
function numbersIn(file: string): ReadonlyMap<string, number> {
	const lines = readFileSync(file, 'utf8').split('\n');
	return new Map(
		lines.flatMap(line => {
			const [name = '', , number = ''] = line.split(':');
			return /^\d+$/.test(number) ? [[name, Number(number)] as const] : [];
		}),
	);
}

function numberOf(known: ReadonlyMap<string, number>, name: string, kind: string): number {
	const number = known.get(name) ?? (/^\d{1,9}$/.test(name) ? Number(name) : undefined);
	if (number === undefined) {
		throw new HostError(`there is no ${kind} ${JSON.stringify(name)} on this machine`, {
			code: 'OWNER_ABSENT',
			hint: 'make it first, or leave --owners out',
		});
	}

	return number;
}
