import type {Patch} from '../model/tree.ts';
import {type DynamicString, dynamicTags, type Elf, segmentTypes} from './elf.ts';
import {type RoomForString, roomForString} from './elf-string-room.ts';
import {isShared} from './elf-strings.ts';

/** What would make a file look for its libraries elsewhere; else what it has no room for, and how many bytes lack. */
export type RunpathChange =
	| {readonly fits: true; readonly patches: readonly Patch[]}
	| {readonly fits: false; readonly lacks: 'entry' | 'string'; readonly bytes: number};

/**
 * Gives an ELF file a RUNPATH without moving a byte of it: in the place of the one that it has; else in one of the entries
 * that linkers leave spare at the end of the dynamic section (`-z spare-dynamic-tags` of ld(1), 5 by default), with the
 * string where `roomForString` finds room. An RPATH stays one.
 * `text` is not empty. Throws an ArtifactError (ELF_DAMAGED) for tables that lead out of the file.
 */
export function placeRunpath(elf: Elf, text: string): RunpathChange {
	const found = elf.runpath ?? elf.rpath;
	if (found && Buffer.byteLength(text) <= found.size && !isSharedString(elf, found)) {
		return {fits: true, patches: [overwritten(found, text)]};
	}

	const entry = found?.entry.offset ?? spareEntry(elf);
	if (entry === undefined) {
		return {fits: false, lacks: 'entry', bytes: elf.bits / 4};
	}

	const room = roomForString(elf, text);
	if ('lacking' in room) {
		return {fits: false, lacks: 'string', bytes: room.lacking};
	}

	return {fits: true, patches: [...room.patches, ...entryPatches(elf, {entry, room, found})]};
}

/**
 * Takes the RUNPATH, or RPATH, of a file away, as `patchelf --remove-rpath` does: an empty one would mean the working
 * folder. Later entries close the gap.
 */
export function removeRunpath(elf: Elf, found: DynamicString): readonly Patch[] {
	const size = elf.bits / 4;
	const last = elf.dynamic.at(-1) ?? found.entry;
	const following = elf.file.slice(found.entry.offset + size, last.offset + size);
	return [overwritten(found, ''), {offset: found.entry.offset, bytes: Buffer.concat([following, Buffer.alloc(size)])}];
}

/** Whether something else is read from inside a string of the dynamic section. */
export function isSharedString(elf: Elf, {entry, size}: DynamicString): boolean {
	return isShared(elf, entry.value, entry.value + size);
}

/** The same string with another text, NULs behind it. */
function overwritten({offset, size}: DynamicString, text: string): Patch {
	const bytes = Buffer.alloc(size);
	bytes.write(text);
	return {offset, bytes};
}

/** The first DT_NULL, where another one follows to end the section. What stands in them beside the tag has no meaning. */
function spareEntry({segments, dynamic, file, bits}: Elf): number | undefined {
	const segment = segments.find(({type}) => type === segmentTypes.dynamic);
	const size = bits / 4;
	const at = (segment?.offset ?? 0) + dynamic.length * size;
	const last = segment ? segment.offset + segment.size - size : 0;
	const isFree = at + size <= last && [at, at + size].every(place => file.word(place) === dynamicTags.null);
	return isFree ? at : undefined;
}

interface NewEntry {
	readonly entry: number;
	readonly room: RoomForString;
	readonly found: DynamicString | undefined;
}

/** Tag and value of a new entry; of one that is there the value, and its old string goes unless others read it. */
function entryPatches(elf: Elf, {entry, room, found}: NewEntry): Patch[] {
	const value = numberOf(elf, room.value);
	if (!found) {
		return [{offset: entry, bytes: Buffer.concat([numberOf(elf, dynamicTags.runpath), value])}];
	}

	const old = isSharedString(elf, found) ? [] : [overwritten(found, '')];
	return [{offset: entry + elf.bits / 8, bytes: value}, ...old];
}

/** A number as wide as an address. */
function numberOf({bits, byteOrder}: Elf, value: number): Buffer {
	const bytes = Buffer.alloc(8);
	if (byteOrder === 'little') {
		bytes.writeBigUInt64LE(BigInt(value));
		return bytes.subarray(0, bits / 8);
	}

	bytes.writeBigUInt64BE(BigInt(value));
	return bytes.subarray(8 - bits / 8);
}
