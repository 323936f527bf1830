import type {Packing} from '../model/tree.ts';

/** How a file is compressed that begins with these bytes; `none` where it is not known to be. */
export function packingOf(head: Uint8Array): Packing {
	const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 13));
	const found = magics.find(([, magic]) => bytes.subarray(0, magic.length).equals(magic));
	return found?.[0] ?? (isSkippableFrame(bytes) ? 'zstd' : isLzma(bytes) ? 'lzma' : 'none');
}

/** RFC 1952; the file formats of xz (section 2.1.1.1) and zstd (RFC 8878, section 3.1.1); bzip2. */
const magics: ReadonlyArray<readonly [Packing, Buffer]> = [
	['gzip', Buffer.from([0x1f, 0x8b, 8])],
	['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
	['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
	['bzip2', Buffer.from('BZh')],
];

/** A frame of zstd that holds no content, which pzstd puts first: RFC 8878, section 3.1.2. */
function isSkippableFrame(bytes: Buffer): boolean {
	return bytes.length >= 8 && (bytes.readUInt32LE(0) & 0xff_ff_ff_f0) >>> 0 === 0x18_4d_2a_50;
}

/** It has no magic: the properties that everybody uses, a power of two for the dictionary, and no size or a small one. */
function isLzma(bytes: Buffer): boolean {
	return (
		bytes.length >= 13 &&
		bytes[0] === 0x5d &&
		bytes.readUInt16LE(1) === 0 &&
		(bytes.readBigUInt64LE(5) === 0xff_ff_ff_ff_ff_ff_ff_ffn || bytes.readUInt16LE(11) === 0)
	);
}
