import {checksumOf, type TarOwner, tarBlock} from './tar.ts';
import {tarBroken, tarText} from './tar-text.ts';

/** What one block says of a member. */
export interface TarHeader {
	readonly name: string;
	readonly target: string;
	/** Permission bits. */
	readonly mode: number;
	/** In bytes. */
	readonly size: number;
	/** Seconds since 1970 UTC. */
	readonly mtime: number;
	readonly owner: TarOwner;
	/** The character that tells what the member is. */
	readonly flag: string;
}

/**
 * One header of any kind: before ustar, ustar, GNU, star; it stood at `at` of the archive. Undefined for a block of zeros.
 * Throws an ArtifactError (TAR_INVALID, ARTIFACT_NAME_NOT_UTF8).
 */
export function decodeTarHeader(block: Uint8Array, at: number): TarHeader | undefined {
	if (isZero(block)) {
		return undefined;
	}

	if (!isTarHeader(block)) {
		throw tarBroken(at, 'the checksum of a header is wrong');
	}

	const name = cut(block.subarray(0, 100));
	const prefix = prefixOf(block);
	return {
		name: tarText(prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name, at),
		target: tarText(cut(block.subarray(157, 257)), at),
		mode: readNumber(block, 100, 8, at) & 0o7777,
		size: count(readNumber(block, 124, 12, at), at),
		mtime: readNumber(block, 136, 12, at),
		owner: ownerOf(block, at),
		flag: String.fromCharCode(block[156] ?? 0),
	};
}

/** Whether a block of 512 bytes begins a member: its checksum says so. */
export function isTarHeader(block: Uint8Array): boolean {
	if (block.length < tarBlock || isZero(block)) {
		return false;
	}

	const digits = Buffer.from(cut(block.subarray(148, 156)))
		.toString('latin1')
		.trim();
	const stated = /^[0-7]{1,7}$/.test(digits) ? Number.parseInt(digits, 8) : -1;
	// Some old writers summed up signed bytes.
	return stated === checksumOf(block) || stated === signedChecksum(block);
}

function isZero(block: Uint8Array): boolean {
	return block.every(byte => byte === 0);
}

function signedChecksum(block: Uint8Array): number {
	const high = block.subarray(0, tarBlock).filter((byte, at) => byte >= 0x80 && (at < 148 || at >= 156));
	return checksumOf(block) - 256 * high.length;
}

/** The head of a long name: of ustar 155 bytes, of star 131, since its times follow. GNU has something else there. */
function prefixOf(block: Uint8Array): Uint8Array {
	if (Buffer.from(block.subarray(257, 263)).toString('latin1') !== 'ustar\0') {
		return new Uint8Array(0);
	}

	const isStar = Buffer.from(block.subarray(508, 512)).toString('latin1') === 'tar\0';
	return cut(block.subarray(345, isStar ? 476 : 500));
}

/** The names came with ustar. */
function ownerOf(block: Uint8Array, at: number): TarOwner {
	const hasNames = Buffer.from(block.subarray(257, 262)).toString('latin1') === 'ustar';
	return {
		uid: readNumber(block, 108, 8, at),
		gid: readNumber(block, 116, 8, at),
		user: hasNames ? tarText(cut(block.subarray(265, 297)), at) : '',
		group: hasNames ? tarText(cut(block.subarray(297, 329)), at) : '',
	};
}

function readNumber(block: Uint8Array, from: number, width: number, at: number): number {
	const first = block[from] ?? 0;
	if ((first & 0x80) !== 0) {
		const field = BigInt(`0x${Buffer.from(block.subarray(from, from + width)).toString('hex')}`);
		const value = (first & 0x40) === 0 ? field - (0x80n << BigInt(8 * (width - 1))) : field - (1n << BigInt(8 * width));
		return within(Number(value), at);
	}

	const digits = Buffer.from(cut(block.subarray(from, from + width)))
		.toString('latin1')
		.trim();
	if (!/^[0-7]*$/.test(digits)) {
		throw tarBroken(at, `a number of a header reads ${JSON.stringify(digits)}`);
	}

	return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function within(value: number, at: number): number {
	if (!Number.isSafeInteger(value)) {
		throw tarBroken(at, 'a number of a header is out of range');
	}

	return value;
}

function count(value: number, at: number): number {
	if (value < 0) {
		throw tarBroken(at, 'the size of a member is negative');
	}

	return value;
}

/** Up to the first NUL. */
function cut(field: Uint8Array): Uint8Array {
	const end = field.indexOf(0);
	return end < 0 ? field : field.subarray(0, end);
}
