import type {Transform} from 'node:stream';
import {constants, createGunzip, createInflateRaw, createZstdDecompress} from 'node:zlib';
import type {Packing} from '../model/tree.ts';
import {type Lzma, loadLzma} from './lzma.ts';

/** Takes packed bytes, gives unpacked ones. */
export interface Decoder {
	readonly stream: Transform;
	/** How many bytes are put in at once. */
	readonly inputSize: number;
	/** Bytes that it took, of those that were put in: less where the packed bytes ended before. Undefined: it cannot tell. */
	taken(): number | undefined;
	close(): void;
}

/** In bytes. */
const outputSize = 128 * 1024;

/** What unpacking may take of memory, in bytes: `xz -9` needs 65 MiB, a zstd window has at most 128 MiB. */
export const memoryLimit: number = 256 * 1024 * 1024;

/** The codec in this process for a compression; undefined where there is none, and a program must do it. */
export async function openDecoder(compression: Exclude<Packing, 'none'>): Promise<Decoder | undefined> {
	switch (compression) {
		case 'gzip':
			return zlibDecoder(createGunzip({chunkSize: outputSize}));
		case 'deflate':
			return zlibDecoder(createInflateRaw({chunkSize: outputSize}));
		case 'zstd':
			return zlibDecoder(createZstdDecompress({chunkSize: outputSize, params: {[constants.ZSTD_d_windowLogMax]: 27}}));
		case 'xz':
		case 'lzma': {
			const lzma = await loadLzma();
			return lzma && lzmaDecoder(lzma, compression);
		}

		case 'bzip2':
			return undefined;
	}
}

function zlibDecoder(stream: Transform & {readonly bytesWritten: number}): Decoder {
	return {
		stream,
		inputSize: 64 * 1024,
		taken: () => stream.bytesWritten,
		close: () => stream.destroy(),
	};
}

/** It passes on all that one input gives without waiting for a reader: a small one keeps a bomb small. */
const lzmaInput = 4 * 1024;

function lzmaDecoder(lzma: Lzma, compression: 'xz' | 'lzma'): Decoder {
	const stream = lzma.createStream(compression === 'xz' ? 'streamDecoder' : 'aloneDecoder', {memlimit: memoryLimit});
	return {
		stream,
		inputSize: lzmaInput,
		taken: () => undefined,
		close() {
			stream.destroy();
		},
	};
}
