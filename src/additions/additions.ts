import {type Additions, type Mark, noAdditions} from '../model/additions.ts';
import {InputError} from '../model/errors.ts';
import {compareBytes, type InstallPath} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {Entry} from '../model/tree.ts';
import type {Addition, Ground} from './addition.ts';
import {billOfMaterials} from './bill-of-materials.ts';
import {carriedLicences} from './carried.ts';
import {exposed} from './exposed.ts';
import {files} from './files.ts';
import {checkOwners} from './owners.ts';
import {units} from './units.ts';

/** Every kind of thing that a package may hold beside its venv. */
const additions: readonly Addition[] = [exposed, units, files, carriedLicences, billOfMaterials];

/**
 * All that a package holds beside its venv.
 * Throws an InputError (PLACE_OCCUPIED) where two things want one place, and what the kinds throw.
 */
export function additionsOf(ground: Ground): Additions {
	const parts = additions.map(addition => ({name: addition.name, added: {...noAdditions, ...addition.of(ground)}}));
	const places = new Places(ground.tree);
	const taken = new Map<InstallPath, {readonly entry: Entry; readonly by: string}>();
	for (const {name, added} of parts) {
		for (const entry of added.entries) {
			const other = taken.get(entry.path);
			const inVenv = places.at(entry.path);
			const isShared = entry.kind === 'directory' && (inVenv ?? other?.entry)?.kind !== 'file';
			if ((other !== undefined || inVenv !== undefined) && !isShared) {
				throw occupied(entry.path, name, other?.by ?? 'a file of the environment');
			}

			taken.set(entry.path, {entry, by: name});
		}
	}

	const all: Additions = {
		entries: [...taken.values()].map(({entry}) => entry),
		marks: new Map(parts.flatMap(({added}): Array<readonly [InstallPath, Mark]> => [...added.marks])),
		ghosts: parts.flatMap(({added}) => added.ghosts).sort((one, other) => compareBytes(one.path, other.path)),
		only: parts.flatMap(({added}) => added.only),
		units: parts.flatMap(({added}) => added.units),
		accounts: parts.flatMap(({added}) => added.accounts),
		purged: parts.flatMap(({added}) => added.purged),
	};
	checkOwners(all, ground.plan);
	return all;
}

function occupied(path: InstallPath, one: string, other: string): InputError {
	return new InputError(`${path} is wanted by ${one} and by ${other}`, {
		code: 'PLACE_OCCUPIED',
		hint: 'give one of them another place',
		input: path,
	});
}
