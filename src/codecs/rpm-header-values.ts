/** The values in a header of rpm, and their bytes. Source: lib/header.c of rpm, `typeSizes` and `typeAlign`. */
import {ArtifactError} from '../model/errors.ts';

interface Column<Type extends string, Value> {
	readonly tag: number;
	readonly type: Type;
	/** How many values; at least one. */
	readonly count: number;
	/** The value at an index. Asked several times: a package of 200,000 files holds no column in memory. */
	readonly at: (index: number) => Value;
}

/** Unsigned, all of them; a 64-bit one is at most Number.MAX_SAFE_INTEGER. */
export type NumberColumn = Column<'int8' | 'int16' | 'int32' | 'int64', number>;
/** `string`: exactly one; `strings`: an array; `translated`: one for each language of tag 100, UTF-8. */
export type TextColumn = Column<'string' | 'strings' | 'translated', string>;
export interface BytesEntry {
	readonly tag: number;
	readonly type: 'bytes';
	readonly bytes: Uint8Array;
}

/** What both `encodeHeader` and `decodeHeader` speak of. */
export type HeaderEntry = NumberColumn | TextColumn | BytesEntry;

export interface HeaderType {
	/** As it stands in the index. */
	readonly code: number;
	/** Of one value; 0 where it varies. */
	readonly width: number;
	/** Where a value may begin: a multiple of this. */
	readonly align: number;
}

const types: Readonly<Record<HeaderEntry['type'], HeaderType>> = {
	int8: {code: 2, width: 1, align: 1},
	int16: {code: 3, width: 2, align: 2},
	int32: {code: 4, width: 4, align: 4},
	int64: {code: 5, width: 8, align: 8},
	string: {code: 6, width: 0, align: 1},
	bytes: {code: 7, width: 1, align: 1},
	strings: {code: 8, width: 0, align: 1},
	translated: {code: 9, width: 0, align: 1},
};

/** Values that become bytes together: enough to keep calls few, little enough to keep memory small. */
const batch = 4096;

export function headerType(type: HeaderEntry['type']): HeaderType {
	return types[type];
}

/** The type of a code in an index; undefined where there is none. CHAR (1) is an INT8 by another name. */
export function typeOfCode(code: number): HeaderEntry['type'] | undefined {
	const wanted = code === 1 ? types.int8.code : code;
	return (Object.keys(types) as HeaderEntry['type'][]).find(type => types[type].code === wanted);
}

/** As the index states it: of bytes the length, else the number of values. */
export function countOf(entry: HeaderEntry): number {
	return entry.type === 'bytes' ? entry.bytes.length : entry.count;
}

function isText(entry: HeaderEntry): entry is TextColumn {
	return types[entry.type].width === 0;
}

/** The number of bytes that `encodeValues` gives. */
export function valuesSize(entry: HeaderEntry): number {
	if (!isText(entry)) {
		return countOf(entry) * types[entry.type].width;
	}

	let size = 0;
	for (let index = 0; index < entry.count; index++) {
		size += Buffer.byteLength(entry.at(index)) + 1;
	}

	return size;
}

/** The bytes of an entry's values, in chunks. */
export function* encodeValues(entry: HeaderEntry): Generator<Uint8Array> {
	if (entry.type === 'bytes') {
		yield entry.bytes;
		return;
	}

	for (let from = 0; from < entry.count; from += batch) {
		const to = Math.min(from + batch, entry.count);
		yield isText(entry) ? textBatch(entry, from, to) : numberBatch(entry, from, to);
	}
}

function textBatch(entry: TextColumn, from: number, to: number): Buffer {
	let text = '';
	for (let index = from; index < to; index++) {
		text += `${entry.at(index)}\0`;
	}

	return Buffer.from(text);
}

function numberBatch(entry: NumberColumn, from: number, to: number): Buffer {
	const {width} = types[entry.type];
	const bytes = Buffer.alloc((to - from) * width);
	for (let index = from; index < to; index++) {
		const value = entry.at(index);
		const at = (index - from) * width;
		if (width === 8) {
			bytes.writeBigUInt64BE(BigInt(value), at);
		} else {
			bytes.writeUIntBE(value, at, width);
		}
	}

	return bytes;
}

/**
 * Decodes `count` values that begin at `data`, which stands at `offset` of the artifact, and says how many bytes they
 * take. The caller has made sure that values of a fixed width fit.
 * Throws an ArtifactError (RPM_HEADER_BROKEN) where a text has no end; reading a 64-bit number beyond 2^53 does, too.
 */
export function decodeValues(
	row: {readonly tag: number; readonly type: HeaderEntry['type']; readonly count: number},
	data: Uint8Array,
	offset: number,
): {readonly entry: HeaderEntry; readonly length: number} {
	const {tag, type, count} = row;
	switch (type) {
		case 'bytes':
			return {entry: {tag, type, bytes: data.subarray(0, count)}, length: count};
		case 'string':
		case 'strings':
		case 'translated': {
			const length = textsLength(data, count, offset);
			return {entry: {tag, type, count, at: textReader(data.subarray(0, length), count)}, length};
		}
		default: {
			const {width} = types[type];
			return {entry: {tag, type, count, at: numberReader(data, width, offset)}, length: count * width};
		}
	}
}

/** How many bytes `count` texts take, each with the NUL at its end. */
function textsLength(data: Uint8Array, count: number, offset: number): number {
	let at = 0;
	for (let index = 0; index < count; index++) {
		const end = data.indexOf(0, at);
		if (end < 0) {
			throw headerBroken('a text in a header has no end', offset + at);
		}

		at = end + 1;
	}

	return at;
}

/**
 * Each text becomes a string when it is asked for, and none is kept: a package has a dozen columns with a text for each of
 * its files. What is kept is where each begins, once the first was asked for.
 */
function textReader(data: Uint8Array, count: number): (index: number) => string {
	const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	let starts: Uint32Array | undefined;
	return index => {
		starts ??= textStarts(bytes, count);
		const [start, next] = [starts[index], starts[index + 1]];
		return start === undefined || next === undefined ? '' : bytes.toString('utf8', start, next - 1);
	};
}

/** Where each text begins; one more, behind the last. */
function textStarts(bytes: Uint8Array, count: number): Uint32Array {
	const starts = new Uint32Array(count + 1);
	for (let index = 0; index < count; index++) {
		starts[index + 1] = bytes.indexOf(0, starts[index]) + 1;
	}

	return starts;
}

function numberReader(data: Uint8Array, width: number, offset: number): (index: number) => number {
	const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	if (width < 8) {
		return index => bytes.readUIntBE(index * width, width);
	}

	return index => {
		const value = bytes.readBigUInt64BE(index * 8);
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
			throw headerBroken(`a number in a header is ${value}`, offset + index * 8);
		}

		return Number(value);
	};
}

/** The refusal of a header that cannot be read; `offset` in bytes from the start of the artifact. */
export function headerBroken(message: string, offset: number): ArtifactError {
	return new ArtifactError(`${message} (byte ${offset})`, {
		code: 'RPM_HEADER_BROKEN',
		format: 'rpm',
		offset,
		reading: true,
		hint: 'the file is damaged, or is no rpm package: fetch or build it again',
	});
}
