import {gunzipSync, inflateRawSync, zstdDecompressSync} from 'node:zlib';

/** Bytes that an archive holds in another form. */
export interface Member {
	/** As the archive names it; empty for the one member of a gzip or zstd file. */
	readonly name: string;
	readonly bytes: Buffer;
}

/** What came of opening an archive. */
export interface Members {
	readonly members: readonly Member[];
	/** Why some of it was not opened: too large, damaged, or a method that is not known; empty where all was. */
	readonly unread: string;
}

const nothing: Members = {members: [], unread: ''};

/** Whether the first bytes of a file are those of an archive that `membersOf` opens. */
export function isArchive(head: Uint8Array): boolean {
	return (
		startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x1f, 0x8b]) || startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])
	);
}

/**
 * The members of a zip (wheel, jar, egg, npz), or what a gzip or zstd file unpacks to, in which a tar lies open. At most `budget`
 * bytes come out, whatever the archive says of itself. Never throws: what cannot be opened is said in `unread`.
 */
export function membersOf(bytes: Buffer, budget: number): Members {
	if (startsWith(bytes, [0x50, 0x4b])) {
		return zipMembers(bytes, budget);
	}

	const open = startsWith(bytes, [0x1f, 0x8b])
		? gunzipSync
		: startsWith(bytes, [0x28, 0xb5, 0x2f, 0xfd])
			? zstdDecompressSync
			: undefined;
	if (!open) {
		return nothing;
	}

	const opened = attempt(() => open(bytes, {maxOutputLength: budget}));
	return typeof opened === 'string'
		? {members: [], unread: opened}
		: {members: [{name: '', bytes: opened}], unread: ''};
}

const endOfDirectory = 0x06_05_4b_50;
const directoryEntry = 0x02_01_4b_50;

/** By the central directory, as every reader does: what it does not list, nobody unpacks. */
function zipMembers(bytes: Buffer, budget: number): Members {
	const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
	if (end < 0 || end + 22 > bytes.length || bytes.readUInt32LE(end) !== endOfDirectory) {
		return {members: [], unread: 'no central directory'};
	}

	const members: Member[] = [];
	let unread = '';
	let left = budget;
	let at = bytes.readUInt32LE(end + 16);
	while (at + 46 <= end && bytes.readUInt32LE(at) === directoryEntry) {
		const member = memberAt(bytes, at, left);
		if ('unread' in member) {
			unread ||= `${member.name}: ${member.unread}`;
		} else {
			members.push(member);
			left -= member.bytes.length;
		}

		at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}

	return {members, unread};
}

function memberAt(bytes: Buffer, at: number, budget: number): Member | {name: string; unread: string} {
	const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
	const method = bytes.readUInt16LE(at + 10);
	const size = bytes.readUInt32LE(at + 20);
	const header = bytes.readUInt32LE(at + 42);
	if (header + 30 > bytes.length || (method !== 0 && method !== 8)) {
		return {name, unread: header + 30 > bytes.length ? 'lies beyond the end' : `compressed by method ${method}`};
	}

	const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
	const packed = bytes.subarray(start, start + size);
	const opened =
		method === 0 || budget <= 0 ? packed : attempt(() => inflateRawSync(packed, {maxOutputLength: budget}));
	return typeof opened === 'string' ? {name, unread: opened} : {name, bytes: opened};
}

function attempt(open: () => Buffer): Buffer | string {
	try {
		return open();
	} catch (error) {
		return error instanceof RangeError ? 'unpacks to too much' : 'damaged';
	}
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
	return magic.every((byte, at) => bytes[at] === byte);
}
