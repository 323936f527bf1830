/** On the type byte of an object that references may name. */
export const flagRef = 0x80;

/** The type bytes that are treated one by one; the others are in the tables below. */
export const kinds: Readonly<
	Record<'long' | 'code' | 'frozenset' | 'ref' | 'interned' | 'unicode' | 'shortAscii' | 'shortAsciiInterned', number>
> = {
	long: code('l'),
	code: code('c'),
	frozenset: code('>'),
	ref: code('r'),
	interned: code('t'),
	unicode: code('u'),
	shortAscii: code('z'),
	shortAsciiInterned: code('Z'),
};

/** Bytes after the type byte, where that is all there is; `r` is an index. */
export const fixedSizes: Int8Array = table({'0': 0, N: 0, F: 0, T: 0, S: 0, '.': 0, i: 4, I: 8, g: 8, y: 16, r: 4});
/** Bytes of the length that stands before text or bytes. */
export const textLengths: Int8Array = table({s: 4, t: 4, u: 4, a: 4, A: 4, z: 1, Z: 1});
/** Bytes of the count that stands before members. A slice (3.14) has no count, and three members. */
export const memberCounts: Int8Array = table({')': 1, '(': 4, '[': 4, '<': 4, '>': 4, ':': 0});

/** A code object: numbers of 4 bytes, objects, the first line (4 bytes), more objects. */
export interface CodeLayout {
	readonly numbers: number;
	readonly objects: number;
	readonly tables: number;
}

export interface Stream {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	readonly layout: CodeLayout;
	at: number;
	/** Where the flagged objects begin, in the order in which references count them. */
	readonly flagged: number[];
	/** How often each of them is referred to. */
	readonly uses: number[];
	/** Where references begin. */
	readonly references: number[];
	hasSets: boolean;
	/** Only look for the end: note nothing. */
	readonly quiet: boolean;
}

/** The code objects of a minor such as `3.11`. */
export function layoutOf(minor: string): CodeLayout {
	return Number(minor.split('.')[1]) < 11 ? {numbers: 6, objects: 8, tables: 1} : {numbers: 5, objects: 8, tables: 2};
}

/** Reads over the one object that `bytes` are. Throws a RangeError where they are cut short, go on, or are not known. */
export function survey(bytes: Uint8Array, layout: CodeLayout): Stream {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const stream: Stream = {
		bytes,
		view,
		layout,
		at: 0,
		flagged: [],
		uses: [],
		references: [],
		hasSets: false,
		quiet: false,
	};
	pass(stream);
	if (stream.at !== bytes.length) {
		throw new RangeError(`a marshalled object of ${stream.at} bytes in a stream of ${bytes.length}`);
	}

	return stream;
}

/** Reads over one object, and notes what is needed of it and of those within. */
function pass(stream: Stream): void {
	const begin = stream.at++;
	const byte = stream.bytes[begin];
	if (byte === undefined) {
		throw new RangeError(`a marshalled object is cut short at ${begin} bytes`);
	}

	if (byte & flagRef && !stream.quiet) {
		stream.flagged.push(begin);
		stream.uses.push(0);
	}

	const type = byte & ~flagRef;
	const fixed = fixedSizes[type] ?? -1;
	if (fixed >= 0) {
		if (type === kinds.ref && !stream.quiet) {
			refer(stream, begin);
		}

		stream.at += fixed;
	} else if ((textLengths[type] ?? -1) > 0) {
		passText(stream, begin, type);
	} else {
		passMembers(stream, type);
	}
}

function refer(stream: Stream, begin: number): void {
	const index = stream.view.getUint32(begin + 1, true);
	const uses = stream.uses[index];
	if (uses === undefined) {
		throw new RangeError(`a marshalled reference at ${begin} to object ${index}, which is yet to come`);
	}

	stream.uses[index] = uses + 1;
	stream.references.push(begin);
}

function passText(stream: Stream, begin: number, type: number): void {
	const {bytes, view} = stream;
	const width = textLengths[type] ?? 0;
	const length = width === 1 ? view.getUint8(stream.at) : view.getUint32(stream.at, true);
	stream.at += width + length;
	if (length > 2) {
		return;
	}

	// The marks of the texts of which a process has one object only: as the compiler would set them in a fresh one.
	const first = bytes[begin + 1 + width] ?? 0;
	const flag = (bytes[begin] ?? 0) & flagRef;
	if (length <= 1 && width === 1) {
		bytes[begin] = flag | (length === 0 || isNameCharacter(first) ? kinds.shortAsciiInterned : kinds.shortAscii);
	} else if (length === 2 && (type === kinds.interned || type === kinds.unicode) && first >= 0xc2 && first <= 0xc3) {
		bytes[begin] = flag | kinds.unicode;
	}
}

function isNameCharacter(byte: number): boolean {
	return (
		(byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
	);
}

function passMembers(stream: Stream, type: number): void {
	const {view, layout} = stream;
	const width = memberCounts[type] ?? -1;
	if (width >= 0) {
		const count = countAt(stream, width);
		stream.hasSets ||= type === kinds.frozenset && count > 1;
		passAll(stream, count);
	} else if (type === kinds.code) {
		stream.at += 4 * layout.numbers;
		passAll(stream, layout.objects);
		stream.at += 4;
		passAll(stream, layout.tables);
	} else if (type === kinds.long) {
		stream.at += 4 + 2 * Math.abs(view.getInt32(stream.at, true));
	} else {
		throw new RangeError(`a marshalled object of the unknown type 0x${type.toString(16)} at ${stream.at - 1}`);
	}
}

/** Reads how many members follow. */
export function countAt(stream: Stream, width: number): number {
	const at = stream.at;
	stream.at += width;
	return width === 0 ? 3 : width === 1 ? stream.view.getUint8(at) : stream.view.getUint32(at, true);
}

function passAll(stream: Stream, count: number): void {
	for (let done = 0; done < count; done++) {
		pass(stream);
	}
}

/** Where the object that begins at `begin` ends. */
export function endOf(stream: Stream, begin: number): number {
	const reader: Stream = {...stream, at: begin, quiet: true};
	pass(reader);
	return reader.at;
}

function code(character: string): number {
	return character.charCodeAt(0);
}

function table(values: Readonly<Record<string, number>>): Int8Array {
	const filled = new Int8Array(256).fill(-1);
	for (const [character, value] of Object.entries(values)) {
		filled[code(character)] = value;
	}

	return filled;
}
