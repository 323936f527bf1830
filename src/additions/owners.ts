import type {Additions, Mark} from '../model/additions.ts';
import {InputError} from '../model/errors.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Plan} from '../model/plan.ts';
import type {Target} from '../model/target.ts';
import {baseNames} from './base-accounts.ts';

/**
 * Refuses owners that nobody makes: dpkg and rpm would hand their files to root without a word that anybody reads.
 * Throws an InputError (OWNER_UNKNOWN).
 */
export function checkOwners(additions: Additions, {formats}: Pick<Plan, 'formats'>): void {
	const made = additions.accounts.map(({name}) => name);
	for (const {name, target} of formats) {
		const {users, groups} = baseNames[target.packager];
		const only = additions.only.filter(part => part.formats.includes(name));
		for (const [path, {owner}] of [additions, ...only].flatMap(({marks}) => [...marks])) {
			refuse(owner.user, [...made, ...users], {path, what: 'user', target});
			refuse(owner.group, [...made, ...groups], {path, what: 'group', target});
		}
	}
}

interface Owned {
	readonly path: InstallPath;
	readonly what: 'user' | 'group';
	readonly target: Target;
}

function refuse(name: Mark['owner']['user'], known: readonly string[], {path, what, target}: Owned): void {
	if (!known.includes(name)) {
		throw new InputError(`${path} is to belong to the ${what} ${name}, which a new ${target.id} does not have`, {
			code: 'OWNER_UNKNOWN',
			hint: `let the package make it, as the user of a [[service]], or choose one that is always there, such as ${what === 'user' ? 'daemon' : 'adm'}`,
			input: path,
		});
	}
}
