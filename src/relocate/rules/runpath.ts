import type {DynamicString, Elf} from '../../codecs/elf.ts';
import {isShared} from '../../codecs/elf-strings.ts';
import {type InstallPath, isWithin, linkDestination, parentOf, relativeTarget} from '../../model/paths.ts';
import type {FileEntry, Patch} from '../../model/tree.ts';
import {elfOf, unlessDamaged} from '../elf-file.ts';
import {movePath} from '../moved.ts';
import {isBinary} from '../place.ts';
import type {Place, Rule} from '../rule.ts';

/** Where every loader looks without being told: a RUNPATH that says so only comes before what the administrator set up. */
const searchedAnyway = /^\/(?:usr\/)?lib(?:64)?(?:\/[a-z0-9_]+-linux-gnu[a-z0-9]*)?\/?$/;

/** There an entry of the dynamic section (DT_MIPS_RLD_MAP_REL) counts from its own place, so none may move. */
const mips = 8;

/**
 * Where a library looks for others: entries below the stage become relative to it, those of the builder's
 * interpreter and build folders go, since the target's loader knows where its own libraries are. All in place: no
 * byte of the file moves.
 */
export const runpath: Rule = {
	name: 'runpath',
	because: 'a library that was linked here looks for others in folders of the builder',
	applies: isBinary,
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const elf = elfOf(place.bytes(entry));
		const found = elf?.runpath ?? elf?.rpath;
		const patches = elf && found ? patchesOf(elf, found, entry, place) : [];
		return patches.length === 0 ? entry : {...entry, content: {kind: 'patched', source: entry.content, patches}};
	},
};

function patchesOf(elf: Elf, found: DynamicString, entry: FileEntry, place: Place): Patch[] {
	const before = found.text.split(':');
	const after = [...new Set(before.flatMap(folder => movedFolder(folder, entry.path, place)))];
	const isNothing = after.length === 0 && elf.machine === mips;
	const text = Buffer.from(isNothing ? '$ORIGIN' : after.join(':'));
	if (after.join(':') === found.text || text.length > found.size || isUsedElsewhere(elf, found)) {
		return [];
	}

	const string = {offset: found.offset, bytes: Buffer.concat([text, Buffer.alloc(found.size - text.length)])};
	return text.length > 0 ? [string] : [string, withoutEntry(elf, found)];
}

function movedFolder(folder: string, path: InstallPath, place: Place): string[] {
	const move = place.moves.find(({from}) => isWithin(folder, from));
	if (!move) {
		return searchedAnyway.test(folder) ? [] : [folder];
	}

	const moved = linkDestination(path, movePath(folder, place.moves));
	if (move.what !== 'stage' || !isWithin(moved, place.prefix)) {
		return [];
	}

	const relative = relativeTarget(parentOf(path), moved);
	return [relative === '.' ? '$ORIGIN' : `$ORIGIN/${relative}`];
}

/** A damaged table cannot be asked: then nothing is touched, and the leak audit tells. */
function isUsedElsewhere(elf: Elf, {entry, size}: DynamicString): boolean {
	return unlessDamaged(() => isShared(elf, entry.value, entry.value + size)) ?? true;
}

/** Closes the gap that the entry leaves, as patchelf --remove-rpath does: an empty RUNPATH would mean the working folder. */
function withoutEntry(elf: Elf, {entry}: DynamicString): Patch {
	const size = elf.bits / 4;
	const last = elf.dynamic.at(-1) ?? entry;
	const following = elf.file.slice(entry.offset + size, last.offset + size);
	return {offset: entry.offset, bytes: Buffer.concat([following, Buffer.alloc(size)])};
}
