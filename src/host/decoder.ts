import type {Transform} from 'node:stream';
import {constants, createGunzip, createInflateRaw, createZstdDecompress} from 'node:zlib';
import type {Packing} from '../model/tree.ts';
import {type Lzma, loadLzma} from './lzma.ts';

/** Takes packed bytes, gives unpacked ones. */
export interface Decoder {
	readonly stream: Transform;
	/** How many bytes may be put in next; at most `largestInput`. */
	inputSize(): number;
	/** Bytes that it took, of those that were put in: less where the packed bytes ended before. Undefined: it cannot tell. */
	taken(): number | undefined;
	/** Gives the memory of an output back, which nobody looks at any more. */
	release(output: Uint8Array): void;
	close(): void;
}

/** In bytes. */
export const largestInput: number = 64 * 1024;

/** In bytes. */
const outputSize = 128 * 1024;

/** One output waits at most: of several that wait, the stream would make a larger one. */
const zlibOptions = {chunkSize: outputSize, readableHighWaterMark: 1};

/** What unpacking may take of memory, in bytes: `xz -9` needs 65 MiB, a zstd window has at most 128 MiB. */
export const memoryLimit: number = 256 * 1024 * 1024;

/** The codec in this process for a compression; undefined where there is none, and a program must do it. */
export async function openDecoder(compression: Exclude<Packing, 'none'>): Promise<Decoder | undefined> {
	switch (compression) {
		case 'gzip':
			return zlibDecoder(createGunzip(zlibOptions));
		case 'deflate':
			return zlibDecoder(createInflateRaw(zlibOptions));
		case 'zstd':
			return zlibDecoder(createZstdDecompress({...zlibOptions, params: {[constants.ZSTD_d_windowLogMax]: 27}}));
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
		inputSize: () => largestInput,
		taken: () => stream.bytesWritten,
		release,
		close: () => stream.destroy(),
	};
}

/**
 * Node makes a buffer for each output, and V8 lets dozens of megabytes of them pile up before it looks: twice the memory
 * of everything else. A buffer that is filled to its end is no longer the stream's, and goes at once.
 */
function release({buffer, byteOffset, byteLength}: Uint8Array): void {
	if (buffer instanceof ArrayBuffer && buffer.byteLength === outputSize && byteOffset + byteLength === outputSize) {
		buffer.transfer(0);
	}
}

/**
 * lzma-native passes on all that one input gives, without waiting for a reader. So an input is as long as the last one's
 * expansion lets it be: a bomb, which expands to 7000 times its size, comes in small pieces.
 */
const lzmaOutput = 1024 * 1024;
const lzmaInput = {least: 128, most: 8 * 1024};

function lzmaDecoder(lzma: Lzma, compression: 'xz' | 'lzma'): Decoder {
	const stream = lzma.createStream(compression === 'xz' ? 'streamDecoder' : 'aloneDecoder', {memlimit: memoryLimit});
	let expansion = 1;
	let before = {totalIn: 0, totalOut: 0};
	stream.on('progress', (now: typeof before) => {
		if (now.totalIn > before.totalIn) {
			expansion = (now.totalOut - before.totalOut) / (now.totalIn - before.totalIn);
			before = now;
		}
	});
	return {
		stream,
		inputSize: () => Math.floor(Math.min(lzmaInput.most, Math.max(lzmaInput.least, lzmaOutput / expansion))),
		taken: () => undefined,
		release: () => undefined,
		close() {
			stream.destroy();
		},
	};
}
