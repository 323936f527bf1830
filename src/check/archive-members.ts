import {gunzipSync, inflateRawSync, zstdDecompressSync} from 'node:zlib';

/** Bytes that an archive holds in another form. */
export interface Member {
	/** As the archive names it; empty for the one member of a gzip or zstd file. */
	readonly name: string;
	readonly bytes: Buffer;
}

const zip = [0x50, 0x4b, 3, 4];
const gzip = [0x1f, 0x8b];
const zstd = [0x28, 0xb5, 0x2f, 0xfd];

/** Whether the first bytes of a file are those of an archive that `membersOf` opens. */
export function isArchive(head: Uint8Array): boolean {
	return [zip, gzip, zstd].some(magic => startsWith(head, magic));
}

/**
 * The members of a zip (wheel, jar, egg, npz), or what a gzip or zstd file unpacks to, in which a tar lies open. At
 * most `budget` bytes come out, whatever the archive says of itself. Never throws: what is damaged, too large or
 * compressed in another way is left out.
 */
export function* membersOf(bytes: Buffer, budget: number): Generator<Member> {
	if (startsWith(bytes, zip)) {
		yield* zipMembers(bytes, budget);
		return;
	}

	const open = startsWith(bytes, gzip) ? gunzipSync : zstdDecompressSync;
	const opened = budget > 0 ? attempt(() => open(bytes, {maxOutputLength: budget})) : undefined;
	if (opened) {
		yield {name: '', bytes: opened};
	}
}

/** By the central directory, as every reader does: what it does not list, nobody unpacks. APPNOTE 4.3.12, 4.3.16. */
function* zipMembers(bytes: Buffer, budget: number): Generator<Member> {
	const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
	if (end < 0 || end + 22 > bytes.length) {
		return;
	}

	let left = budget;
	let at = bytes.readUInt32LE(end + 16);
	while (at + 46 <= end && startsWith(bytes.subarray(at), [0x50, 0x4b, 1, 2])) {
		const member = left > 0 ? memberAt(bytes, at, left) : undefined;
		if (member) {
			yield member;
			left -= member.bytes.length;
		}

		at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
}

/** What is stored as it is comes too: it may be an archive itself. */
function memberAt(bytes: Buffer, at: number, budget: number): Member | undefined {
	const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
	const method = bytes.readUInt16LE(at + 10);
	const header = bytes.readUInt32LE(at + 42);
	if (header + 30 > bytes.length || (method !== 0 && method !== 8)) {
		return undefined;
	}

	const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
	const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
	const opened = method === 0 ? packed : attempt(() => inflateRawSync(packed, {maxOutputLength: budget}));
	return opened && {name, bytes: opened};
}

function attempt(open: () => Buffer): Buffer | undefined {
	try {
		return open();
	} catch {
		return undefined;
	}
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
	return magic.every((byte, at) => bytes[at] === byte);
}
