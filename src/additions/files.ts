import type {FormatAdditions, Mark} from '../model/additions.ts';
import {InputError} from '../model/errors.ts';
import {root} from '../model/owner.ts';
import {compareBytes, type InstallPath, parentOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {PlannedFile} from '../model/planned-file.ts';
import type {Entry} from '../model/tree.ts';
import type {Addition, Ground} from './addition.ts';

interface Taken {
	readonly file: PlannedFile;
	readonly entry: Entry;
}

/**
 * The files and folders of the configuration. Throws an InputError (PLACE_OCCUPIED) where the environment has something
 * in their place, or in that of a folder above them.
 */
export const files: Addition = {
	name: 'a file of the configuration',
	of: ({plan, tree, taken}: Ground) => {
		const all = plan.files.flatMap((file, at) => taken.slice(at, at + 1).map(entry => ({file, entry})));
		const places = new Places(tree);
		for (const {entry} of all) {
			refuseOccupied(entry, places);
		}

		const some = all.flatMap(one => (one.file.formats === undefined ? [] : [partOf([one], one.file.formats)]));
		return {...partOf(all.filter(({file}) => file.formats === undefined)), only: some};
	},
};

function partOf(all: readonly Taken[], formats: readonly string[] = []): FormatAdditions {
	const isGhost = ({file}: Taken) => file.role === 'ghost';
	return {
		formats,
		entries: all.filter(one => !isGhost(one)).map(({entry}) => entry),
		ghosts: all
			.filter(isGhost)
			.map(({entry}) => entry)
			.sort((one, other) => compareBytes(one.path, other.path)),
		marks: new Map(all.flatMap(({file}) => markOf(file))),
	};
}

/** A folder has a mark in any case: without one a package does not own it. */
function markOf({kind, path, role, user, group}: PlannedFile): Array<readonly [InstallPath, Mark]> {
	const isPlain = role === 'plain' && user === 'root' && group === 'root' && kind !== 'directory';
	return isPlain ? [] : [[path, {role, owner: user === 'root' && group === 'root' ? root : {user, group}}]];
}

function refuseOccupied({path}: Entry, places: Places): void {
	if (places.at(path) !== undefined) {
		throw occupied(path, path, 'the environment has something there');
	}

	for (let parent = parentOf(path); parent !== '/'; parent = parentOf(parent)) {
		const {kind} = places.at(parent) ?? {};
		if (kind !== undefined && kind !== 'directory') {
			throw occupied(path, parent, `${parent} is a ${kind} of the environment`);
		}
	}
}

function occupied(path: InstallPath, at: InstallPath, why: string): InputError {
	return new InputError(`${path} is wanted by the configuration, and ${why}`, {
		code: 'PLACE_OCCUPIED',
		hint: 'choose another place in [[files]] or [[folders]]',
		input: at,
	});
}
