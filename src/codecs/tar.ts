/**
 * GNU tar headers, the form that dpkg reads everywhere: it refuses pax headers. The layout is that of GNU tar's
 * manual, «Basic Tar Format»; tar-decoder.ts reads them, and what others write. Numbers too large for octal digits are in base 256, names over 100 bytes in members of
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

/** The sum of all bytes of a header, those of the checksum itself taken for spaces. */
export function checksumOf(block: Uint8Array): number {
	let sum = 8 * 0x20;
	for (let at = 0; at < tarBlock; at++) {
		sum += at >= 148 && at < 156 ? 0 : (block[at] ?? 0);
	}

	return sum;
}
