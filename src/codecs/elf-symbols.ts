import {dynamicTags, type Elf} from './elf.ts';
import {versionNumbers} from './elf-versions.ts';

/** A symbol that a file does not define itself. */
export interface AskedSymbol {
	/** Such as `fopen`. */
	readonly symbol: string;
	/** As in DT_NEEDED; empty where the symbol has no version: any of the libraries may have it. */
	readonly library: string;
	/** Such as `GLIBC_2.34`; `Base` where it has none. */
	readonly version: string;
}

/** More than any library has, and more text than they have in their names; a damaged count must not keep us busy. */
const mostSymbols = 1_000_000;
const mostStrings = 16 * 1024 * 1024;

/** DT_VERSYM of elf(5). */
const versym = 0x6f_ff_ff_f0;
/** SHT_DYNSYM. */
const symbolSection = 11;
/** A version index without the bit that hides it: VERSYM_VERSION. */
const versionMask = 0x7f_ff;

/**
 * The undefined symbols of a file's dynamic table with the version that each has to have, in their order: what
 * dpkg-shlibdeps(1) asks the `symbols` files of packages for, weak ones too. Empty where there is no such table, or one that is too large.
 * Throws an ArtifactError (ELF_DAMAGED) for what does not make sense, and ElfUnread as `decodeElf` does.
 */
export function askedSymbols(elf: Elf): readonly AskedSymbol[] {
	const {file, strings, bits} = elf;
	const start = offsetAt(elf, dynamicTags.symtab);
	const size = bits === 64 ? 24 : 16;
	const count = Math.min(symbolCount(elf), mostSymbols);
	if (start === undefined || strings === undefined || strings.size > mostStrings || count < 2) {
		return [];
	}

	const versionsAt = offsetAt(elf, versym);
	file.want([
		{start, length: count * size},
		{start: strings.offset, length: strings.size},
		...(versionsAt === undefined ? [] : [{start: versionsAt, length: count * 2}]),
	]);
	const text = stringsAt(elf, strings);
	const versions = versionNumbers(elf);
	const asked: AskedSymbol[] = [];
	for (let index = 1; index < count; index++) {
		const at = start + index * size;
		if (file.half(at + (bits === 64 ? 6 : 14)) === 0) {
			const number = versionsAt === undefined ? 0 : file.half(versionsAt + index * 2) & versionMask;
			const {library, version} = versions.get(number) ?? {library: '', version: 'Base'};
			asked.push({symbol: text(file.int(at)), library, version});
		}
	}

	return asked.filter(({symbol}) => symbol !== '');
}

/** The strings of the table, by their offset in it. */
function stringsAt({file}: Elf, {offset, size}: {offset: number; size: number}): (at: number) => string {
	const bytes = Buffer.from(file.slice(offset, offset + size));
	return at => {
		const end = bytes.indexOf(0, at);
		if (at >= size || end < 0) {
			throw file.damaged('the name of a symbol, outside the strings', offset + at);
		}

		return bytes.toString('utf8', at, end);
	};
}

/**
 * The dynamic section does not say. The old hash table does; else the section of the symbols, where sections were not
 * stripped; else the new hash table, which begins after the symbols that a file does not define.
 */
function symbolCount(elf: Elf): number {
	const hash = offsetAt(elf, dynamicTags.hash);
	// Its second number, nchain, is that of the symbols; s390x and alpha have wider ones.
	if (hash !== undefined && elf.machine !== 22 && elf.machine !== 0x90_26) {
		elf.file.want([{start: hash, length: 8}]);
		return elf.file.int(hash + 4);
	}

	return countBySection(elf) ?? countByGnuHash(elf);
}

/** By the section of the symbols; undefined where the sections were stripped. */
export function countBySection({file, bits}: Elf): number | undefined {
	const is64 = bits === 64;
	const [start, width, count] = [file.word(is64 ? 40 : 32), file.half(is64 ? 58 : 46), file.half(is64 ? 60 : 48)];
	if (start === 0 || width < (is64 ? 64 : 40) || start + width * count > file.length) {
		return undefined;
	}

	file.want([{start, length: width * count}]);
	for (let at = start; at < start + width * count; at += width) {
		if (file.int(at + 4) === symbolSection) {
			return Math.floor(file.word(at + (is64 ? 32 : 20)) / (is64 ? 24 : 16));
		}
	}

	return undefined;
}

function countByGnuHash(elf: Elf): number {
	const at = offsetAt(elf, dynamicTags.gnuHash);
	if (at === undefined) {
		return 0;
	}

	elf.file.want([{start: at, length: 8}]);
	return elf.file.int(at + 4);
}

function offsetAt(elf: Elf, tag: number): number | undefined {
	const entry = elf.dynamic.find(one => one.tag === tag);
	return entry && elf.offsetOf(entry.value);
}
