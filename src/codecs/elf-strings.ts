import {dynamicTags, type Elf} from './elf.ts';
import {countBySection} from './elf-symbols.ts';

/** More symbols than any library has; a damaged count must not keep us busy. */
const most = 4_000_000;
/** Records of versions, all together: the C library has some 100. */
const mostRecords = 100_000;

/**
 * Whether anything in the dynamic string table begins inside `start`–`end` (offsets into the table, both excluded from
 * being the string's own beginning): linkers let a string be the tail of a longer one. Names of symbols, of versions
 * and of libraries are asked; true as well where their number cannot be known.
 * Throws an ArtifactError (ELF_DAMAGED) for what does not make sense, such as lists without an end.
 */
export function isShared(elf: Elf, start: number, end: number): boolean {
	const inside = (at: number) => at > start && at <= end;
	const others = elf.dynamic.filter(({tag}) => namesByString.has(tag)).map(({value}) => value);
	const all = [...others, ...(symbolNames(elf) ?? [start + 1]), ...versionNames(elf)];
	// The beginning itself may be used once, by the entry that is asked for.
	return all.some(inside) || all.filter(at => at === start).length > 1;
}

/** DT_NEEDED, SONAME, RPATH, RUNPATH, and DT_AUXILIARY, FILTER, CONFIG, DEPAUDIT, AUDIT. */
const namesByString: ReadonlySet<number> = new Set([
	dynamicTags.needed,
	dynamicTags.soname,
	dynamicTags.rpath,
	dynamicTags.runpath,
	0x7f_ff_ff_fd,
	0x7f_ff_ff_ff,
	0x6f_ff_fe_fa,
	0x6f_ff_fe_fb,
	0x6f_ff_fe_fc,
]);

function symbolNames(elf: Elf): number[] | undefined {
	return symbolPlaces(elf)?.map(at => elf.file.int(at));
}

/**
 * Where the records of the dynamic symbols begin in the file, in their order; undefined where their number cannot be known.
 * Throws an ArtifactError (ELF_DAMAGED) for hash tables that lead out of the file.
 */
export function symbolPlaces(elf: Elf): number[] | undefined {
	const start = offsetAt(elf, dynamicTags.symtab);
	const count = symbolCount(elf);
	const size = elf.bits === 64 ? 24 : 16;
	if (start === undefined || count === undefined || count > most || start + count * size > elf.file.length) {
		return undefined;
	}

	return Array.from({length: count}, (_, index) => start + index * size);
}

/**
 * By the hash tables: the dynamic section does not say. The new one lists what a file defines: that of a program mostly
 * is empty, and then only the sections tell.
 */
function symbolCount(elf: Elf): number | undefined {
	const hash = offsetAt(elf, dynamicTags.hash);
	// Its second number, nchain, is that of the symbols; s390x and alpha have wider ones, and so do not get here.
	if (hash !== undefined && elf.machine !== 22 && elf.machine !== 0x90_26) {
		return elf.file.int(hash + 4);
	}

	const gnu = offsetAt(elf, dynamicTags.gnuHash);
	return (gnu === undefined ? undefined : gnuCount(elf, gnu)) ?? countBySection(elf);
}

/** The last symbol of the last chain: https://flapenguin.me/elf-dt-gnu-hash, glibc elf/dl-lookup.c. */
function gnuCount(elf: Elf, at: number): number | undefined {
	const {file} = elf;
	const [buckets, first, bloom] = [file.int(at), file.int(at + 4), file.int(at + 8)];
	const bucketsAt = at + 16 + bloom * (elf.bits / 8);
	const chains = bucketsAt + buckets * 4;
	let last = 0;
	for (let bucket = 0; bucket < Math.min(buckets, most); bucket++) {
		last = Math.max(last, file.int(bucketsAt + bucket * 4));
	}

	if (last < first) {
		return undefined;
	}

	while (last <= most && (file.int(chains + (last - first) * 4) & 1) === 0) {
		last++;
	}

	return last + 1;
}

function versionNames(elf: Elf): number[] {
	const chain = chains(elf);
	return [...neededVersions(elf, chain), ...definedVersions(elf, chain)];
}

/** Verneed: vn_file at 4, vn_aux at 8, vn_next at 12; Vernaux: vna_name at 8, vna_next at 12. */
function neededVersions(elf: Elf, chain: Chain): number[] {
	return chain(offsetAt(elf, dynamicTags.verneed), 12).flatMap(at => [
		elf.file.int(at + 4),
		...chain(at + elf.file.int(at + 8), 12).map(aux => elf.file.int(aux + 8)),
	]);
}

/** Verdef: vd_aux at 12, vd_next at 16; Verdaux: vda_name at 0, vda_next at 4. */
function definedVersions(elf: Elf, chain: Chain): number[] {
	return chain(offsetAt(elf, dynamicTags.verdef), 16).flatMap(at =>
		chain(at + elf.file.int(at + 12), 4).map(aux => elf.file.int(aux)),
	);
}

/** The places of a list that begins at `start` and whose records have the distance to the next one at `nextAt`, 0 at the end. */
type Chain = (start: number | undefined, nextAt: number) => number[];

/**
 * Walks lists of one file. Distances are positive, so each list ends; but each record of one may begin another, and a
 * distance of 1 makes as many of them as there are bytes. So what they have together is bounded.
 */
function chains({file}: Elf): Chain {
	let left = mostRecords;
	return (start, nextAt) => {
		const places: number[] = [];
		for (let at = start; at !== undefined; ) {
			if (left-- === 0) {
				throw file.damaged('lists of versions without an end', at);
			}

			places.push(at);
			const distance = file.int(at + nextAt);
			at = distance === 0 ? undefined : at + distance;
		}

		return places;
	};
}

function offsetAt(elf: Elf, tag: number): number | undefined {
	const entry = elf.dynamic.find(one => one.tag === tag);
	return entry && elf.offsetOf(entry.value);
}
