import type {Patch} from '../model/tree.ts';
import {dynamicTags, type Elf} from './elf.ts';
import {isShared, symbolPlaces} from './elf-strings.ts';

/** A place in the dynamic strings for one more. */
export interface RoomForString {
	/** As entries of the dynamic section name it: in bytes from the start of the strings. */
	readonly value: number;
	readonly patches: readonly Patch[];
}

/**
 * Symbols that gcc's start files ask for weakly in nearly every program and library, and that nobody has but a library for
 * transactional memory (libitm), a program made for gprof, and the Java of gcc 6: what asks for them does without. So the
 * bytes of such a name can hold another string. The longest first.
 */
const forgone = ['_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '_Jv_RegisterClasses', '__gmon_start__'];

/**
 * Finds room for a string in the dynamic strings of a file, whose size and place stay: in the name of a symbol that it
 * can do without, which then shares the name of another such. Tools that read by sections (objdump, strip, ld) and those
 * that read by segments (ld.so, eu-elflint) see the same.
 * Throws an ArtifactError (ELF_DAMAGED) for tables that lead out of the file.
 */
export function roomForString(elf: Elf, text: string): RoomForString | {readonly lacking: number} {
	const {strings} = elf;
	const symbols = forgoneSymbols(elf);
	const [symbol, other] = symbols;
	const lacking = Buffer.byteLength(text) - (symbol?.name.length ?? -1);
	if (!strings || !symbol || lacking > 0) {
		return {lacking};
	}

	const bytes = Buffer.alloc(symbol.name.length);
	bytes.write(text);
	return {
		value: symbol.value,
		patches: [
			{offset: strings.offset + symbol.value, bytes},
			{offset: symbol.at, bytes: intOf(elf, other?.value ?? unusedName(elf))},
		],
	};
}

interface ForgoneSymbol {
	readonly name: string;
	/** Of its record, in bytes from the start of the file. */
	readonly at: number;
	/** Of its name, in bytes from the start of the strings. */
	readonly value: number;
}

/** In the order of `forgone`: weak, without a definition and a version, and with a name that nobody else reads. */
function forgoneSymbols(elf: Elf): ForgoneSymbol[] {
	const {file, strings} = elf;
	if (!strings) {
		return [];
	}

	const end = strings.offset + strings.size;
	return (symbolPlaces(elf) ?? [])
		.flatMap((at, index) => {
			const value = file.int(at);
			const isAsked = value > 0 && value < strings.size && isWeakAndUndefined(elf, at) && !hasVersion(elf, index);
			const name = isAsked ? file.text(strings.offset + value, end).text : '';
			return forgone.includes(name) ? [{name, at, value}] : [];
		})
		.filter(({name, value}) => !isShared(elf, value, value + name.length))
		.sort((one, other) => forgone.indexOf(one.name) - forgone.indexOf(other.name));
}

/** st_info and st_shndx of elf(5). */
function isWeakAndUndefined({file, bits}: Elf, at: number): boolean {
	const [info, section] = bits === 64 ? [at + 4, at + 6] : [at + 12, at + 14];
	const [binding = 0] = file.slice(info, info + 1);
	return binding >> 4 === 2 && file.half(section) === 0;
}

/** Numbers 0 and 1 of DT_VERSYM mean none; the highest bit hides. */
function hasVersion(elf: Elf, index: number): boolean {
	const address = elf.dynamic.find(({tag}) => tag === dynamicTags.versym)?.value;
	const start = address === undefined ? undefined : elf.offsetOf(address);
	return start !== undefined && (elf.file.half(start + index * 2) & 0x7f_ff) > 1;
}

/** A name that no library gives to a symbol: that of a library. An empty one puzzles tools. */
function unusedName({dynamic}: Elf): number {
	return dynamic.find(({tag}) => tag === dynamicTags.needed)?.value ?? 0;
}

function intOf({byteOrder}: Elf, value: number): Buffer {
	const bytes = Buffer.alloc(4);
	if (byteOrder === 'little') {
		bytes.writeUInt32LE(value);
	} else {
		bytes.writeUInt32BE(value);
	}

	return bytes;
}
