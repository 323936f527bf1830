import {ArtifactError} from '../model/errors.ts';

/**
 * GNU tar headers, the form that dpkg reads everywhere: it refuses pax headers. The layout is that of GNU tar's
 * manual, «Basic Tar Format»; numbers too large for octal digits are in base 256, names over 100 bytes in members of
 * their own ('L', 'K').
 */
export interface TarMember {
	/** As it stands in the archive; a folder's ends with a slash. */
	readonly name: string;
	readonly kind: 'file' | 'directory' | 'link' | 'hardlink' | 'other';
	/** Permission bits. */
	readonly mode: number;
	/** Bytes of content that follow, for a file; 0 for the rest. */
	readonly size: number;
	/** The text of a link, the name that a hard link shares; empty for the rest. */
	readonly target: string;
	/** Seconds since 1970 UTC. */
	readonly mtime: number;
	readonly owner: TarOwner;
}

export interface TarOwner {
	readonly uid: number;
	readonly gid: number;
	readonly user: string;
	readonly group: string;
}

export const root: TarOwner = {uid: 0, gid: 0, user: 'root', group: 'root'};

/** In bytes: headers and contents begin at multiples of it. */
export const tarBlock: number = 512;

/** The end of every archive: two blocks of zeros. */
export const tarEnd: Uint8Array = new Uint8Array(2 * tarBlock);

/** Zeros from the end of `size` bytes to the next block. */
export function tarPadding(size: number): Uint8Array {
	return tarEnd.subarray(0, (tarBlock - (size % tarBlock)) % tarBlock);
}

const flags = {file: '0', hardlink: '1', link: '2', directory: '5'} as const;
const nameSize = 100;
const magic = 'ustar  \0';

/**
 * The blocks that stand before a member's content: its header, after those of its long names, the target's first.
 * Where one block will do, it is written into `block` (512 bytes): an archive of many files needs no more than that one.
 */
export function encodeTarMember(member: TarMember, block: Buffer = Buffer.alloc(tarBlock)): Uint8Array {
	if (member.kind === 'other') {
		throw new RangeError(`${member.name} is of a kind that no header is written for`);
	}

	const name = Buffer.from(member.name);
	const target = Buffer.from(member.target);
	const header = encodeHeader({...member, name, target, flag: flags[member.kind]}, block);
	return Math.max(name.length, target.length) <= nameSize
		? header
		: Buffer.concat([
				...(target.length > nameSize ? longText('K', target) : []),
				...(name.length > nameSize ? longText('L', name) : []),
				header,
			]);
}

interface RawHeader {
	readonly name: Uint8Array;
	readonly target: Uint8Array;
	readonly mode: number;
	readonly size: number;
	readonly mtime: number;
	readonly owner: TarOwner;
	readonly flag: string;
}

function longText(flag: 'K' | 'L', text: Uint8Array): Uint8Array[] {
	const size = text.length + 1;
	const name = Buffer.from('././@LongLink');
	const target = new Uint8Array(0);
	return [
		encodeHeader({name, target, mode: 0o644, size, mtime: 0, owner: root, flag}),
		text,
		// The NUL that ends it, and the padding.
		new Uint8Array(1 + tarPadding(size).length),
	];
}

function encodeHeader(header: RawHeader, block: Buffer = Buffer.alloc(tarBlock)): Uint8Array {
	block.fill(0);
	block.set(header.name.subarray(0, nameSize), 0);
	writeNumber(block, 100, 8, header.mode);
	writeNumber(block, 108, 8, header.owner.uid);
	writeNumber(block, 116, 8, header.owner.gid);
	writeNumber(block, 124, 12, header.size);
	writeNumber(block, 136, 12, header.mtime);
	block.write(header.flag, 156, 'latin1');
	block.set(header.target.subarray(0, nameSize), 157);
	block.write(magic, 257, 'latin1');
	block.write(header.owner.user, 265, 31);
	block.write(header.owner.group, 297, 31);
	block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return block;
}

function writeNumber(block: Buffer, at: number, width: number, value: number): void {
	const digits = value.toString(8).padStart(width - 1, '0');
	if (digits.length < width) {
		block.write(`${digits}\0`, at, 'latin1');
		return;
	}

	block[at] = 0x80;
	block.writeUIntBE(value, at + width - 6, 6);
}

/** The sum of all bytes, those of the checksum itself taken for spaces. */
function checksumOf(block: Uint8Array): number {
	let sum = 8 * 0x20;
	for (let at = 0; at < tarBlock; at++) {
		sum += at >= 148 && at < 156 ? 0 : (block[at] ?? 0);
	}

	return sum;
}

export interface PlacedMember {
	readonly member: TarMember;
	/** Where its content begins in the archive, in bytes. */
	readonly offset: number;
}

/**
 * Reads the members of an archive that is in memory, GNU or ustar, long names resolved; stops at the end blocks.
 * Throws an ArtifactError (TAR_INVALID).
 */
export function* decodeTar(archive: Uint8Array): Generator<PlacedMember> {
	let long: {L?: string; K?: string} = {};
	for (let at = 0; at + tarBlock <= archive.length; ) {
		const header = decodeHeader(archive.subarray(at, at + tarBlock), at);
		if (!header) {
			return;
		}

		const offset = at + tarBlock;
		if (offset + header.size > archive.length) {
			throw broken(at, 'the archive ends within a member');
		}

		if (header.flag === 'L' || header.flag === 'K') {
			const text = textOf(archive.subarray(offset, offset + header.size), at);
			long = {...long, [header.flag]: text};
		} else {
			yield {member: memberOf(header, long, at), offset};
			long = {};
		}

		at = offset + header.size + tarPadding(header.size).length;
	}
}

function memberOf(header: RawHeader, long: {L?: string; K?: string}, at: number): TarMember {
	const {mode, size, mtime, owner} = header;
	const name = long.L ?? textOf(header.name, at);
	return {name, kind: kindOf(header.flag, name), mode, size, target: long.K ?? textOf(header.target, at), mtime, owner};
}

function kindOf(flag: string, name: string): TarMember['kind'] {
	switch (flag) {
		case '0':
		case '7':
		case '\0':
			// Before ustar, a folder was a file whose name ends with a slash.
			return name.endsWith('/') ? 'directory' : 'file';
		case '1':
			return 'hardlink';
		case '2':
			return 'link';
		case '5':
			return 'directory';
		default:
			return 'other';
	}
}

/** One header; undefined for a block of zeros. */
function decodeHeader(block: Uint8Array, at: number): RawHeader | undefined {
	if (block.every(byte => byte === 0)) {
		return undefined;
	}

	if (readNumber(block, 148, 8, at) !== checksumOf(block)) {
		throw broken(at, 'the checksum of a header is wrong');
	}

	const isUstar = Buffer.from(block.subarray(257, 263)).toString('latin1') === 'ustar\0';
	const prefix = isUstar ? cut(block.subarray(345, 500)) : new Uint8Array(0);
	const name = cut(block.subarray(0, nameSize));
	return {
		name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
		target: cut(block.subarray(157, 257)),
		mode: readNumber(block, 100, 8, at) & 0o7777,
		size: readNumber(block, 124, 12, at),
		mtime: readNumber(block, 136, 12, at),
		owner: {
			uid: readNumber(block, 108, 8, at),
			gid: readNumber(block, 116, 8, at),
			user: textOf(block.subarray(265, 297), at),
			group: textOf(block.subarray(297, 329), at),
		},
		flag: String.fromCharCode(block[156] ?? 0),
	};
}

function readNumber(block: Uint8Array, from: number, width: number, at: number): number {
	const field = Buffer.from(block.subarray(from, from + width));
	if (((field[0] ?? 0) & 0x80) !== 0) {
		field[0] = (field[0] ?? 0) & 0x7f;
		const value = BigInt(`0x${field.toString('hex')}`);
		if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
			throw broken(at, 'a number of a header is out of range');
		}

		return Number(value);
	}

	const digits = Buffer.from(cut(field)).toString('latin1').trim();
	if (!/^[0-7]*$/.test(digits)) {
		throw broken(at, `a number of a header reads ${JSON.stringify(digits)}`);
	}

	return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** Up to the first NUL. */
function cut(field: Uint8Array): Uint8Array {
	const end = field.indexOf(0);
	return end < 0 ? field : field.subarray(0, end);
}

function textOf(field: Uint8Array, at: number): string {
	try {
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(cut(field));
	} catch {
		throw broken(at, 'a name is not UTF-8');
	}
}

function broken(offset: number, what: string): ArtifactError {
	return new ArtifactError(`${what}, at byte ${offset} of the tar archive`, {
		code: 'TAR_INVALID',
		hint: 'the file is damaged, or no tar archive of venvpack',
		format: 'tar',
		offset,
		reading: true,
	});
}
