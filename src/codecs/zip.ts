/**
 * The directory of a zip archive, as a reader meets it: from the end of the file backwards. Source: APPNOTE.TXT 6.3.10.
 * Nothing of it is trusted: every number is checked against the others before it is used.
 */
import {ArtifactError} from '../model/errors.ts';

/** What a member's header says, in the directory and again before its bytes. */
export interface ZipHeader {
	/** Exactly as stored. */
	readonly rawName: Uint8Array;
	/** 0 stored, 8 deflate. */
	readonly method: number;
	/** General purpose bits. */
	readonly flags: number;
	readonly crc32: number;
	/** In bytes. */
	readonly packed: number;
	readonly size: number;
}

/** A member as the directory lists it. */
export interface ZipMember extends ZipHeader {
	readonly name: string;
	/** As in st_mode; 0 where the archive says nothing of it. */
	readonly mode: number;
	/** Of the local header, in bytes from the start of the archive. */
	readonly headerAt: number;
	/** Seconds since 1970, the DOS fields read as UTC. */
	readonly time: number;
}

/** Where the directory lies. */
export interface ZipEnd {
	readonly members: number;
	/** In bytes, from the start of the file. */
	readonly start: number;
	readonly length: number;
	/** Bytes before the archive, which its own offsets do not count: a script that was put in front of it. */
	readonly before: number;
}

/** Bits of the flags: the member is encrypted, sizes follow it, the names are UTF-8. */
export const zipFlags: {readonly encrypted: number; readonly descriptor: number; readonly utf8: number} = {
	encrypted: 0x00_01,
	descriptor: 0x00_08,
	utf8: 0x08_00,
};

const endSignature = 0x06_05_4b_50;
const end64LocatorSignature = 0x07_06_4b_50;
const end64Signature = 0x06_06_4b_50;
const memberSignature = 0x02_01_4b_50;
const localSignature = 0x04_03_4b_50;
const endSize = 22;
const locatorSize = 20;
const end64Size = 56;
const memberSize = 46;
/** In bytes, before name and extra fields. */
export const localHeaderSize = 30;
const uint32Max = 0xff_ff_ff_ff;

/**
 * Finds the directory. `tail` are the last bytes of a file of `size` bytes: 65,633 are enough for the longest comment and
 * all that belongs to the end of a directory.
 * Undefined where there is no end of a directory. Throws an ArtifactError (ZIP_BROKEN).
 */
export function decodeZipEnd(tail: Uint8Array, size: number): ZipEnd | undefined {
	const bytes = bufferOf(tail);
	const at = endAt(bytes);
	if (at === undefined) {
		return undefined;
	}

	const tailStart = size - bytes.length;
	const long = decodeEnd64(bytes, at, tailStart);
	const {members, length, start, disks, end} = long ?? {
		disks: bytes.readUInt16LE(at + 4) + bytes.readUInt16LE(at + 6),
		members: bytes.readUInt16LE(at + 10),
		length: bytes.readUInt32LE(at + 12),
		start: bytes.readUInt32LE(at + 16),
		end: at,
	};
	// What the directory's own offset misses lies before the archive: zipfile of Python reads it so, too.
	const before = tailStart + end - length - start;
	if (disks !== 0) {
		throw broken('the archive is one part of several', tailStart + at);
	}

	if (before < 0 || members * memberSize > length) {
		throw broken(`a directory of ${members} members and ${length} bytes at byte ${start} does not fit`, tailStart + at);
	}

	return {members, start: start + before, length, before};
}

/** Names of members whose part of the directory stands in `tail`: without all of it, all that can be said of an archive. */
export function namesInTail(tail: Uint8Array): readonly string[] {
	const bytes = bufferOf(tail);
	const magic = Buffer.from('PK\x01\x02');
	const names: string[] = [];
	for (let at = bytes.indexOf(magic); at >= 0 && at + memberSize <= bytes.length; at = bytes.indexOf(magic, at + 1)) {
		const name = bytes.subarray(at + memberSize, at + memberSize + bytes.readUInt16LE(at + 28));
		names.push(decodeZipName(name, bytes.readUInt16LE(at + 8)));
	}

	return names;
}

/** The last place where an end stands whose comment reaches to the end of the file. */
function endAt(bytes: Buffer): number | undefined {
	for (let at = bytes.length - endSize; at >= 0; at--) {
		if (bytes.readUInt32LE(at) === endSignature && at + endSize + bytes.readUInt16LE(at + 20) === bytes.length) {
			return at;
		}
	}

	return undefined;
}

/** The record for archives with 65,535 members or 4 GiB and more, which stands before its locator. */
function decodeEnd64(bytes: Buffer, endsAt: number, tailStart: number) {
	const locator = endsAt - locatorSize;
	if (locator < 0 || bytes.readUInt32LE(locator) !== end64LocatorSignature) {
		return undefined;
	}

	const at = locator - end64Size;
	if (at < 0 || bytes.readUInt32LE(at) !== end64Signature) {
		throw broken('the record of a large archive is not where it must be', tailStart + locator);
	}

	return {
		disks: bytes.readUInt32LE(at + 16) + bytes.readUInt32LE(at + 20),
		members: numberAt(bytes, at + 32, tailStart),
		length: numberAt(bytes, at + 40, tailStart),
		start: numberAt(bytes, at + 48, tailStart),
		end: at,
	};
}

/**
 * Lists the members of a directory, whose bytes are given, in its order.
 * Throws an ArtifactError (ZIP_BROKEN).
 */
export function decodeZipDirectory(directory: Uint8Array, end: ZipEnd): readonly ZipMember[] {
	const bytes = bufferOf(directory);
	const members: ZipMember[] = [];
	let at = 0;
	while (members.length < end.members) {
		if (at + memberSize > bytes.length || bytes.readUInt32LE(at) !== memberSignature) {
			throw broken(`the directory ends after ${members.length} of ${end.members} members`, end.start + at);
		}

		const length = memberSize + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
		if (at + length > bytes.length) {
			throw broken('a member reaches over the end of the directory', end.start + at);
		}

		members.push(decodeMember(bytes.subarray(at, at + length), end, end.start + at));
		at += length;
	}

	if (at !== bytes.length) {
		throw broken(`${bytes.length - at} bytes follow the last member of the directory`, end.start + at);
	}

	return members;
}

function decodeMember(bytes: Buffer, end: ZipEnd, offset: number): ZipMember {
	const nameEnd = memberSize + bytes.readUInt16LE(28);
	const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30));
	const flags = bytes.readUInt16LE(8);
	const rawName = bytes.subarray(memberSize, nameEnd);
	const [size = 0, packed = 0, headerAt = 0] = wide(
		[bytes.readUInt32LE(24), bytes.readUInt32LE(20), bytes.readUInt32LE(42)],
		{extra, offset},
	);
	return {
		rawName,
		name: decodeZipName(rawName, flags),
		flags,
		method: bytes.readUInt16LE(10),
		crc32: bytes.readUInt32LE(16),
		packed,
		size,
		// The upper byte of «made by»: 3 is Unix; others leave the upper half of the attributes alone.
		mode: bytes.readUInt32LE(38) >>> 16,
		headerAt: headerAt + end.before,
		time: dosTime(bytes.readUInt16LE(14), bytes.readUInt16LE(12)),
	};
}

/**
 * Decodes the header before a member's bytes, which stands at `offset`, and says how long it is. `bytes` begins with it
 * and has all of it; undefined where it ends before. Sizes are 0 where they follow the member.
 * Throws an ArtifactError (ZIP_BROKEN).
 */
export function decodeLocalHeader(bytes: Uint8Array, offset: number): {header: ZipHeader; length: number} | undefined {
	const source = bufferOf(bytes);
	if (source.length < localHeaderSize) {
		return undefined;
	}

	if (source.readUInt32LE(0) !== localSignature) {
		throw broken('there is no header of a member where the directory says', offset);
	}

	const nameEnd = localHeaderSize + source.readUInt16LE(26);
	const length = nameEnd + source.readUInt16LE(28);
	if (source.length < length) {
		return undefined;
	}

	const extra = source.subarray(nameEnd, length);
	const [size = 0, packed = 0] = wide([source.readUInt32LE(22), source.readUInt32LE(18)], {extra, offset});
	return {
		length,
		header: {
			rawName: source.subarray(localHeaderSize, nameEnd),
			flags: source.readUInt16LE(6),
			method: source.readUInt16LE(8),
			crc32: source.readUInt32LE(14),
			packed,
			size,
		},
	};
}

/** The extra field 1 holds, in this order, those numbers that did not fit (4.5.3). */
function wide(numbers: readonly number[], {extra, offset}: {extra: Buffer; offset: number}): number[] {
	if (!numbers.includes(uint32Max)) {
		return [...numbers];
	}

	let field = extraField(extra, 1);
	return numbers.map(number => {
		if (number !== uint32Max || field === undefined) {
			return number;
		}

		if (field.length < 8) {
			throw broken('a large member does not say how large', offset);
		}

		const value = numberAt(field, 0, offset);
		field = field.subarray(8);
		return value;
	});
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
	for (let at = 0; at + 4 <= extra.length; ) {
		const end = at + 4 + extra.readUInt16LE(at + 2);
		if (extra.readUInt16LE(at) === id && end <= extra.length) {
			return extra.subarray(at + 4, end);
		}

		at = end;
	}

	return undefined;
}

/** UTF-8 where the archive says so or the bytes are; else the character set of the first PC (D.1 of APPNOTE). */
export function decodeZipName(raw: Uint8Array, flags: number): string {
	const bytes = bufferOf(raw);
	const text = bytes.toString('utf8');
	return (flags & zipFlags.utf8) !== 0 || Buffer.from(text).equals(bytes)
		? text
		: Array.from(bytes, byte => (byte < 0x80 ? String.fromCharCode(byte) : (cp437[byte - 0x80] ?? ''))).join('');
}

const cp437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** Fields of APPNOTE 4.4.6; months and days of 0 stand in some archives. */
function dosTime(date: number, time: number): number {
	const [year, month, day] = [(date >> 9) + 1980, Math.max((date >> 5) & 15, 1), Math.max(date & 31, 1)];
	return Date.UTC(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
}

function numberAt(bytes: Buffer, at: number, offset: number): number {
	const value = bytes.readBigUInt64LE(at);
	if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
		throw broken(`a number of the archive is ${value}`, offset + at);
	}

	return Number(value);
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(message: string, offset: number): ArtifactError {
	return zipBroken(`${message} (byte ${offset})`, offset);
}

/** The refusal of an archive that cannot be read; `offset` in bytes from the start of the file. */
export function zipBroken(message: string, offset: number): ArtifactError {
	return new ArtifactError(`the zip archive cannot be read: ${message}`, {
		code: 'ZIP_BROKEN',
		format: 'zip',
		offset,
		reading: true,
		hint: 'the file is damaged, or is no zip archive: get it or build it again',
	});
}
