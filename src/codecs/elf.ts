import {ElfBytes, type ElfParts} from './elf-bytes.ts';

export {isElf} from './elf-bytes.ts';

/** One entry of the dynamic section. */
interface DynamicEntry {
	readonly tag: number;
	/** An address, an offset into the strings, or a number: the tag says which. */
	readonly value: number;
	/** Of the entry, in bytes from the start of the file. */
	readonly offset: number;
}

/** A string of the dynamic section, and where its bytes are. */
export interface DynamicString {
	readonly text: string;
	/** Of its first byte, from the start of the file. */
	readonly offset: number;
	/** Without the NUL. */
	readonly size: number;
	readonly entry: DynamicEntry;
}

/** What the loader would want to know of a program or library. System V ABI, chapters 4 and 5; elf(5). */
export interface Elf {
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
	/** Such as `elfTypes.shared`. */
	readonly type: number;
	/** Such as 62 for x86-64: e_machine. */
	readonly machine: number;
	/** Of a program: its loader, such as /lib64/ld-linux-x86-64.so.2. */
	readonly interpreter: string | undefined;
	readonly segments: readonly Segment[];
	/** Up to and without DT_NULL; empty for what is static, an object file or a core. */
	readonly dynamic: readonly DynamicEntry[];
	/** The dynamic string table, in bytes of the file; undefined where there is none. */
	readonly strings: {readonly offset: number; readonly size: number} | undefined;
	readonly needed: readonly string[];
	readonly soname: string | undefined;
	readonly rpath: DynamicString | undefined;
	readonly runpath: DynamicString | undefined;
	/** Where the file holds what the program sees at an address; undefined where it holds nothing there. */
	offsetOf(address: number): number | undefined;
	/** Bytes and numbers, by offsets into the file. */
	readonly file: ElfBytes;
}

/** The tags that are looked at here: elf(5). */
export const dynamicTags = {
	null: 0,
	needed: 1,
	hash: 4,
	strtab: 5,
	symtab: 6,
	strsz: 10,
	soname: 14,
	rpath: 15,
	runpath: 29,
	gnuHash: 0x6f_ff_fe_f5,
	versym: 0x6f_ff_ff_f0,
	verdef: 0x6f_ff_ff_fc,
	verdefnum: 0x6f_ff_ff_fd,
	verneed: 0x6f_ff_ff_fe,
	verneednum: 0x6f_ff_ff_ff,
} as const;

/** Of e_type. */
export const elfTypes = {object: 1, program: 2, shared: 3, core: 4} as const;

/** Of which decoding reads the string. */
const stringTags: ReadonlySet<number> = new Set([
	dynamicTags.needed,
	dynamicTags.soname,
	dynamicTags.rpath,
	dynamicTags.runpath,
]);

/** Of p_type. */
export const segmentTypes = {load: 1, dynamic: 2, interpreter: 3} as const;

/**
 * Reads an ELF file of either size and byte order: headers, segments, the dynamic section. By segments alone, as the
 * loader does: sections may be stripped. Of a large file some parts are enough.
 * Throws an ArtifactError (ELF_DAMAGED) for anything that points outside the file or does not make sense, and ElfUnread
 * where a part is missing, which cannot be when the whole file is given.
 */
export function decodeElf(source: Uint8Array | ElfParts): Elf {
	const file = new ElfBytes(source);
	const segments = segmentsOf(file);
	const offsetOf = (address: number) => {
		const segment = segments.find(
			({type, virtual, size}) => type === segmentTypes.load && address >= virtual && address < virtual + size,
		);
		return segment && segment.offset + (address - segment.virtual);
	};
	const dynamic = dynamicOf(file, segments);
	const strings = stringsOf(dynamic, offsetOf);
	wantTables(file, {dynamic, strings, offsetOf});

	const all = (tag: number): DynamicString[] =>
		dynamic.filter(entry => entry.tag === tag).map(entry => stringOf(file, strings, entry));
	const interpreter = segments.find(({type}) => type === segmentTypes.interpreter);
	return {
		bits: file.bits,
		byteOrder: file.byteOrder,
		type: file.half(16),
		machine: file.half(18),
		interpreter: interpreter && file.text(interpreter.offset, interpreter.offset + interpreter.size).text,
		segments,
		dynamic,
		strings,
		needed: all(dynamicTags.needed).map(({text}) => text),
		soname: all(dynamicTags.soname)[0]?.text,
		rpath: all(dynamicTags.rpath)[0],
		runpath: all(dynamicTags.runpath)[0],
		offsetOf,
		file,
	};
}

/** A table of strings up to this many bytes is asked for whole: names of versions are in it as well. */
const wholeStrings = 512 * 1024;
/** Where a list of unknown length begins; most are shorter. */
const listWindow = 16 * 1024;

/** Asks in one go for all that will be looked at: a large file may have to be read again for each asking. */
function wantTables(file: ElfBytes, {dynamic, strings, offsetOf}: Pick<Elf, 'dynamic' | 'strings' | 'offsetOf'>): void {
	if (strings) {
		const named = dynamic.filter(({tag}) => stringTags.has(tag)).map(({value}) => strings.offset + value);
		const versions = dynamic.find(({tag}) => tag === dynamicTags.verneed);
		const start = versions && offsetOf(versions.value);
		const isSmall = strings.size <= wholeStrings;
		file.want([
			...(isSmall ? [{start: strings.offset, length: strings.size}] : file.textsAt(named)),
			...(start === undefined ? [] : [{start, length: listWindow}]),
		]);
	}
}

/** A program header. */
interface Segment {
	/** Such as `segmentTypes.load`. */
	readonly type: number;
	/** Of its bytes, from the start of the file. */
	readonly offset: number;
	/** Where the program sees them. */
	readonly virtual: number;
	/** In the file. */
	readonly size: number;
	/** In memory; what the file does not have of it is zero. */
	readonly memory: number;
	/** Of the header itself, in bytes from the start of the file. */
	readonly header: number;
}

/** A file may have no more: PN_XNUM is for cores, which nobody loads. */
const mostSegments = 0xff_ff;

/** In bytes; real ones have some hundred. */
const mostDynamic = 1024 * 1024;

function segmentsOf(file: ElfBytes): Segment[] {
	const is64 = file.bits === 64;
	const start = file.word(is64 ? 32 : 28);
	const size = file.half(is64 ? 54 : 42);
	const count = file.half(is64 ? 56 : 44);
	if (start === 0 || count === 0 || count === mostSegments) {
		return [];
	}

	if (size < (is64 ? 56 : 32)) {
		throw file.damaged(`program headers of ${size} bytes`, is64 ? 54 : 42);
	}

	file.want([{start, length: size * count}]);
	return Array.from({length: count}, (_, index) => {
		const at = start + index * size;
		return is64
			? {...places(file, at, 8), virtual: file.word(at + 16), size: file.word(at + 32), memory: file.word(at + 40)}
			: {...places(file, at, 4), virtual: file.word(at + 8), size: file.word(at + 16), memory: file.word(at + 20)};
	});
}

function places(file: ElfBytes, header: number, offsetAt: number): Pick<Segment, 'type' | 'offset' | 'header'> {
	return {type: file.int(header), offset: file.word(header + offsetAt), header};
}

function dynamicOf(file: ElfBytes, segments: readonly Segment[]): DynamicEntry[] {
	const segment = segments.find(({type}) => type === segmentTypes.dynamic);
	// A separate file of debugging information keeps the header of a segment whose bytes it does not have.
	if (!segment || segment.offset + segment.size > file.length) {
		return [];
	}

	if (segment.size > mostDynamic) {
		throw file.damaged(`a dynamic section of ${segment.size} bytes`, segment.offset);
	}

	file.want([{start: segment.offset, length: segment.size}]);
	const width = file.bits / 8;
	const entries: DynamicEntry[] = [];
	for (let at = segment.offset; at + 2 * width <= segment.offset + segment.size; at += 2 * width) {
		const tag = file.word(at);
		if (tag === dynamicTags.null) {
			break;
		}

		entries.push({tag, value: file.word(at + width), offset: at});
	}

	return entries;
}

function stringsOf(
	dynamic: readonly DynamicEntry[],
	offsetOf: Elf['offsetOf'],
): {offset: number; size: number} | undefined {
	const numberOf = (tag: number) => dynamic.find(entry => entry.tag === tag)?.value;
	const address = numberOf(dynamicTags.strtab);
	const offset = address === undefined ? undefined : offsetOf(address);
	return offset === undefined ? undefined : {offset, size: numberOf(dynamicTags.strsz) ?? 0};
}

function stringOf(file: ElfBytes, strings: Elf['strings'], entry: DynamicEntry): DynamicString {
	if (!strings || entry.value >= strings.size) {
		throw file.damaged(`a string at ${entry.value}, outside its table`, entry.offset);
	}

	const offset = strings.offset + entry.value;
	return {...file.text(offset, strings.offset + strings.size), offset, entry};
}
