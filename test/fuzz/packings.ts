import {execFileSync} from 'node:child_process';
import {deflateRawSync, gunzipSync, gzipSync, inflateRawSync, zstdCompressSync, zstdDecompressSync} from 'node:zlib';
import {packingOf} from '../../src/codecs/packing.ts';
import type {Packing} from '../../src/model/tree.ts';

/** What a good stretch unpacks to. */
export function unpack(bytes: Buffer, packing: Packing): Buffer {
	switch (packing) {
		case 'none':
			return bytes;
		case 'gzip':
			return gunzipSync(bytes);
		case 'deflate':
			return inflateRawSync(bytes);
		case 'zstd':
			return zstdDecompressSync(bytes);
		case 'xz':
		case 'lzma':
			return program('xz', ['-dc', `--format=${packing}`], bytes);
		case 'bzip2':
			return program('bzip2', ['-dc'], bytes);
	}
}

export function pack(bytes: Buffer, packing: Packing): Buffer {
	switch (packing) {
		case 'none':
			return bytes;
		case 'gzip':
			return gzipSync(bytes, {level: 1});
		case 'deflate':
			return deflateRawSync(bytes, {level: 1});
		case 'zstd':
			return zstdCompressSync(bytes);
		case 'xz':
		case 'lzma':
			return program('xz', ['-0c', `--format=${packing}`], bytes);
		case 'bzip2':
			return program('bzip2', ['-1c'], bytes);
	}
}

/** What a stretch that is told by its first bytes unpacks to, changed, and packed again. */
export function repacked(bytes: Buffer, change: (unpacked: Buffer) => Buffer): Buffer {
	const packing = packingOf(bytes);
	const unpacked = known.get(bytes) ?? unpack(bytes, packing);
	known.set(bytes, unpacked);
	return pack(change(unpacked), packing);
}

/** Programs cost more than all the rest of a mutant. */
const known = new WeakMap<Buffer, Buffer>();

function program(name: string, args: readonly string[], input: Buffer): Buffer {
	return execFileSync(name, args, {input, maxBuffer: 64 * 1024 * 1024, stdio: ['pipe', 'pipe', 'pipe']});
}
