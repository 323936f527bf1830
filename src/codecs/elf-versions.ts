import {dynamicTags, type Elf} from './elf.ts';

/** A version of a library that a file asks for. */
export interface NeededVersion {
	/** As in DT_NEEDED, such as `libc.so.6`. */
	readonly library: string;
	/** Such as `GLIBC_2.34`. */
	readonly version: string;
	/** Whether the loader only warns where it is missing. */
	readonly weak: boolean;
}

/** More than any library asks for; a damaged list must not keep us busy. */
const most = 10_000;
/** VER_FLG_WEAK of elf.h. */
const weakFlag = 2;

/**
 * The versions of its libraries that a file asks for, in their order: the records of DT_VERNEED (Verneed and Vernaux of
 * elf(5)). Empty where it asks for none.
 * Throws an ArtifactError (ELF_DAMAGED) for what does not make sense, and ElfUnread as `decodeElf` does.
 */
export function neededVersions(elf: Elf): readonly NeededVersion[] {
	return numbered(elf).map(({library, version, weak}) => ({library, version, weak}));
}

/** The same by the numbers that DT_VERSYM gives to symbols. Throws what `neededVersions` throws. */
export function versionNumbers(elf: Elf): ReadonlyMap<number, NeededVersion> {
	return new Map(numbered(elf).map(({number, ...version}) => [number, version]));
}

function numbered(elf: Elf): Array<NeededVersion & {readonly number: number}> {
	const {file, strings} = elf;
	const start = offsetAt(elf, dynamicTags.verneed);
	if (start === undefined || strings === undefined) {
		return [];
	}

	const records = recordsFrom(elf, start);
	const end = strings.offset + strings.size;
	const named = records.flatMap(({library, version}) => [strings.offset + library, strings.offset + version]);
	if (named.some(at => at >= end)) {
		throw file.damaged('the name of a version, outside the strings', start);
	}

	file.want(file.textsAt(named));
	return records.map(({library, version, weak, number}) => ({
		number,
		library: file.text(strings.offset + library, end).text,
		version: file.text(strings.offset + version, end).text,
		weak,
	}));
}

interface VersionRecord {
	/** Both in bytes from the start of the strings. */
	readonly library: number;
	readonly version: number;
	readonly weak: boolean;
	readonly number: number;
}

/** Verneed: vn_cnt at 2, vn_file at 4, vn_aux at 8, vn_next at 12; Vernaux: vna_flags at 4, vna_other at 6, vna_name at 8, vna_next at 12. */
function recordsFrom({file}: Elf, start: number): VersionRecord[] {
	const records: VersionRecord[] = [];
	for (const at of chain(file, start, most)) {
		for (const aux of chain(file, at + file.int(at + 8), file.half(at + 2))) {
			records.push({
				library: file.int(at + 4),
				version: file.int(aux + 8),
				weak: (file.half(aux + 4) & weakFlag) !== 0,
				number: file.half(aux + 6),
			});
			if (records.length > most) {
				throw file.damaged('versions without an end', aux);
			}
		}
	}

	return records;
}

/** A list whose records tell at 12 the distance to the next one, 0 at the end. */
function* chain(file: Elf['file'], start: number, count: number): Generator<number> {
	let at = start;
	for (let index = 0; index < count; index++) {
		yield at;
		const distance = file.int(at + 12);
		if (distance === 0) {
			return;
		}

		at += distance;
	}
}

function offsetAt(elf: Elf, tag: number): number | undefined {
	const entry = elf.dynamic.find(one => one.tag === tag);
	return entry && elf.offsetOf(entry.value);
}
