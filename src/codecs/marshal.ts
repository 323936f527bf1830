/**
 * CPython's marshal format (Python/marshal.c), as 3.8 to 3.14 write code objects into pyc files.
 *
 * What marshal.dumps gives depends on more than the object. Three things in it come from what the process did before:
 * - FLAG_REF stands on every object with more than one owner, and the whole process owns interned names;
 * - the members of a frozenset stand in the order of their hashes, which for None is an address (before 3.11),
 *   or of their bytes, flags included;
 * - whether a string of at most one character is marked as interned: a process has one such object only.
 * `normalizeMarshal` takes these out; marshal.loads makes the same value of the result.
 */

const flagRef = 0x80;

/** The type bytes that are treated one by one; the others are in the tables below. */
const kinds = {
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
const fixedSizes = table({'0': 0, N: 0, F: 0, T: 0, S: 0, '.': 0, i: 4, I: 8, g: 8, y: 16, r: 4});
/** Bytes of the length that stands before text or bytes. */
const textLengths = table({s: 4, t: 4, u: 4, a: 4, A: 4, z: 1, Z: 1});
/** Bytes of the count that stands before members. A slice (3.14) has no count, and three members. */
const memberCounts = table({')': 1, '(': 4, '[': 4, '<': 4, '>': 4, ':': 0});

/** A code object: numbers of 4 bytes, objects, the first line (4 bytes), more objects. */
interface CodeLayout {
	readonly numbers: number;
	readonly objects: number;
	readonly tables: number;
}

interface Stream {
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

/**
 * Takes the marshalled code object of a module, as Python `minor` (such as `3.11`) wrote it, and returns the bytes that
 * every process would have written. The argument's own bytes are overwritten.
 * Throws a RangeError where the stream is cut short, or holds what no known version writes.
 */
export function normalizeMarshal(bytes: Uint8Array, minor: string): Uint8Array {
	const stream = survey(bytes, layoutOf(minor));
	if (stream.hasSets) {
		return rewrite(stream);
	}

	renumber(stream);
	return bytes;
}

function layoutOf(minor: string): CodeLayout {
	return Number(minor.split('.')[1]) < 11 ? {numbers: 6, objects: 8, tables: 1} : {numbers: 5, objects: 8, tables: 2};
}

function survey(bytes: Uint8Array, layout: CodeLayout): Stream {
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
function countAt(stream: Stream, width: number): number {
	const at = stream.at;
	stream.at += width;
	return width === 0 ? 3 : width === 1 ? stream.view.getUint8(at) : stream.view.getUint32(at, true);
}

function passAll(stream: Stream, count: number): void {
	for (let done = 0; done < count; done++) {
		pass(stream);
	}
}

/** Takes the flags off that nobody refers to, in place: no byte moves. */
function renumber({bytes, view, flagged, uses, references}: Stream): void {
	const numbers = new Uint32Array(flagged.length);
	let next = 0;
	for (let index = 0; index < flagged.length; index++) {
		if (uses[index] === 0) {
			const at = flagged[index] ?? 0;
			bytes[at] = (bytes[at] ?? 0) & ~flagRef;
		} else {
			numbers[index] = next++;
		}
	}

	for (const at of references) {
		view.setUint32(at + 1, numbers[view.getUint32(at + 1, true)] ?? 0, true);
	}
}

/** What is written while the members of frozensets change places, and with them who is first and who refers. */
interface Rewriting {
	readonly stream: Stream;
	/** Where an object that is referred to begins → its new number, once it was written. */
	readonly numbers: Map<number, number>;
	/** Write every object whole, without flags and references: what orders the members of a set. */
	readonly whole: boolean;
	out: Uint8Array;
	length: number;
}

function rewrite(stream: Stream): Uint8Array {
	const out = new Uint8Array(stream.bytes.length);
	const rewriting: Rewriting = {stream, numbers: new Map(), whole: false, out, length: 0};
	copy(rewriting, 0);
	return rewriting.out.subarray(0, rewriting.length);
}

/** Writes the object that begins at `begin`, and returns where it ends. */
function copy(to: Rewriting, begin: number): number {
	const {bytes, view, flagged, uses} = to.stream;
	const byte = bytes[begin] ?? 0;
	if (byte === kinds.ref) {
		copyShared(to, flagged[view.getUint32(begin + 1, true)] ?? 0);
		return begin + 5;
	}

	const referred = byte & flagRef && (uses[indexOf(flagged, begin)] ?? 0) > 0;
	return referred ? copyShared(to, begin) : copyPlain(to, begin, 0);
}

/** Writes an object that stands at several places: whole at the first of them, a reference at the others. */
function copyShared(to: Rewriting, begin: number): number {
	if (to.whole) {
		return copyPlain(to, begin, 0);
	}

	const number = to.numbers.get(begin);
	if (number === undefined) {
		to.numbers.set(begin, to.numbers.size);
		return copyPlain(to, begin, flagRef);
	}

	const reference = new Uint8Array(5);
	reference[0] = kinds.ref;
	new DataView(reference.buffer).setUint32(1, number, true);
	append(to, reference);
	return endOf(to.stream, begin);
}

function copyPlain(to: Rewriting, begin: number, flag: number): number {
	const {bytes, layout} = to.stream;
	const type = (bytes[begin] ?? 0) & ~flagRef;
	append(to, Uint8Array.of(type | flag));
	const width = memberCounts[type] ?? -1;
	if (width >= 0) {
		const reader = {...to.stream, at: begin + 1};
		const count = countAt(reader, width);
		append(to, bytes.subarray(begin + 1, reader.at));
		return type === kinds.frozenset ? copySorted(to, reader.at, count) : copyAll(to, reader.at, count);
	}

	if (type === kinds.code) {
		const objects = begin + 1 + 4 * layout.numbers;
		append(to, bytes.subarray(begin + 1, objects));
		const line = copyAll(to, objects, layout.objects);
		append(to, bytes.subarray(line, line + 4));
		return copyAll(to, line + 4, layout.tables);
	}

	const end = endOf(to.stream, begin);
	append(to, bytes.subarray(begin + 1, end));
	return end;
}

function copyAll(to: Rewriting, begin: number, count: number): number {
	let at = begin;
	for (let done = 0; done < count; done++) {
		at = copy(to, at);
	}

	return at;
}

function copySorted(to: Rewriting, begin: number, count: number): number {
	const members: Array<{at: number; key: Uint8Array}> = [];
	let at = begin;
	for (let done = 0; done < count; done++) {
		const key: Rewriting = {...to, whole: true, out: new Uint8Array(64), length: 0};
		const end = copy(key, at);
		members.push({at, key: key.out.subarray(0, key.length)});
		at = end;
	}

	for (const member of members.sort((one, other) => compare(one.key, other.key))) {
		copy(to, member.at);
	}

	return at;
}

function append(to: Rewriting, part: Uint8Array): void {
	if (to.length + part.length > to.out.length) {
		const larger = new Uint8Array(2 * (to.length + part.length));
		larger.set(to.out.subarray(0, to.length));
		to.out = larger;
	}

	to.out.set(part, to.length);
	to.length += part.length;
}

function endOf(stream: Stream, begin: number): number {
	const reader: Stream = {...stream, at: begin, quiet: true};
	pass(reader);
	return reader.at;
}

/** The place of a number in a rising list. */
function indexOf(list: readonly number[], wanted: number): number {
	let low = 0;
	let high = list.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((list[middle] ?? 0) < wanted) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
}

function compare(one: Uint8Array, other: Uint8Array): number {
	const length = Math.min(one.length, other.length);
	for (let at = 0; at < length; at++) {
		const difference = (one[at] ?? 0) - (other[at] ?? 0);
		if (difference !== 0) {
			return difference;
		}
	}

	return one.length - other.length;
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
