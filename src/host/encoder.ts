import {createRequire} from 'node:module';
import {availableParallelism} from 'node:os';
import type {Transform} from 'node:stream';
import {constants, crc32, createZstdCompress, deflateRaw} from 'node:zlib';
import {HostError} from '../model/errors.ts';
import type {Compression} from '../model/plan.ts';

/** Compresses a sequence of blocks, off the main thread. The same blocks give the same bytes on every machine. */
export interface BlockEncoder {
	/** How many blocks may be in work at once. */
	readonly depth: number;
	/** The next block, which must not change until the promise resolves. The last one may be empty, and ends the stream. */
	encode(block: Uint8Array, last: boolean): Promise<readonly Uint8Array[]>;
	/** Lets go of everything, work in progress included. */
	close(): void;
}

/** Throws a HostError (XZ_MISSING) where the optional xz codec is not installed. */
export async function openEncoder(compression: Compression, threads?: number): Promise<BlockEncoder> {
	const {method, level} = compression;
	const cores = threads ?? Math.min(availableParallelism(), 4);
	switch (method) {
		case 'none':
			return {depth: 1, encode: async block => [block], close() {}};
		case 'gzip':
			return new GzipEncoder(level, cores);
		case 'zstd':
			return new StreamEncoder(createZstdCompress({params: zstdParameters(level)}));
		case 'xz':
			return new StreamEncoder(await xzStream(level, cores));
		case 'deflate':
			throw new RangeError('a stream without a header is for the members of a zip archive: zip-file.ts');
	}
}

/** No ZSTD_c_nbWorkers: Node then truncates the output now and then (nodejs/node#59899). */
function zstdParameters(level: number): Record<number, number> {
	return {[constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1};
}

interface Lzma {
	readonly CHECK_CRC64: number;
	createStream(coder: 'easyEncoder', options: Readonly<Record<string, number>>): Transform;
}

/** Independent blocks of this size (bytes of input). Fixed, so that the bytes do not depend on the number of threads. */
const xzBlockSize: number = 16 * 1024 * 1024;

async function xzStream(level: number, threads: number): Promise<Transform> {
	let lzma: Lzma;
	try {
		const module = await import('lzma-native');
		// Its published types take the check for a string, and a string silently means «no check».
		lzma = module.default as unknown as Lzma;
	} catch (error) {
		throw new HostError('xz compression needs the optional package lzma-native, which is not installed here', {
			code: 'XZ_MISSING',
			hint: 'install venvpack without --omit=optional, or choose --compression zstd or gzip',
			cause: error,
		});
	}

	return lzma.createStream('easyEncoder', {preset: level, check: lzma.CHECK_CRC64, threads, blockSize: xzBlockSize});
}

/** Whether the optional xz codec is here, and runs on this machine. */
export function xzIsInstalled(): boolean {
	try {
		createRequire(import.meta.url)('lzma-native');
		return true;
	} catch {
		return false;
	}
}

/** One stream of a codec that keeps its state from block to block. */
class StreamEncoder implements BlockEncoder {
	readonly depth = 1;
	readonly #stream: Transform;
	#output: Uint8Array[] = [];

	constructor(stream: Transform) {
		this.#stream = stream;
		stream.on('data', (bytes: Uint8Array) => this.#output.push(bytes));
		// Each encode listens for itself; this keeps an error in between from ending the process.
		stream.on('error', () => undefined);
	}

	async encode(block: Uint8Array, last: boolean): Promise<readonly Uint8Array[]> {
		// The write is over before the end is asked for: else an empty frame trails, by timing (nodejs/node#66078).
		if (block.length > 0) {
			await this.#settled(done => this.#stream.write(block, done));
		}

		if (last) {
			await this.#settled(done => this.#stream.once('end', done).end());
		}

		const output = this.#output;
		this.#output = [];
		return output;
	}

	async #settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
		const stream = this.#stream;
		let failed: (error: Error) => void = () => undefined;
		try {
			await new Promise<void>((resolve, reject) => {
				failed = reject;
				stream.once('error', failed);
				start(error => (error ? reject(error) : resolve()));
			});
		} finally {
			stream.off('error', failed);
		}
	}

	close(): void {
		this.#stream.destroy();
	}
}

/** What deflate looks back over: RFC 1951, section 2. */
const deflateWindow = 32 * 1024;

/**
 * One gzip member whose blocks are compressed side by side: each knows the end of the one before it as its dictionary,
 * and ends at a byte boundary (RFC 1951, section 3.2.4), so that their concatenation is one deflate stream.
 */
class GzipEncoder implements BlockEncoder {
	readonly depth: number;
	readonly #level: number;
	#dictionary: Uint8Array = new Uint8Array(0);
	#checksum = 0;
	#size = 0;
	#begun = false;

	constructor(level: number, threads: number) {
		this.#level = level;
		this.depth = threads;
	}

	async encode(block: Uint8Array, last: boolean): Promise<readonly Uint8Array[]> {
		const head = this.#begun ? [] : [gzipHeader];
		this.#begun = true;
		const dictionary = this.#dictionary;
		this.#dictionary = Uint8Array.from(block.subarray(-deflateWindow));
		this.#checksum = crc32(block, this.#checksum);
		this.#size += block.length;
		const tail = last ? [gzipTrailer(this.#checksum, this.#size)] : [];
		return [...head, await this.#deflate(block, dictionary, last), ...tail];
	}

	async #deflate(block: Uint8Array, dictionary: Uint8Array, last: boolean): Promise<Uint8Array> {
		const options = {
			level: this.#level,
			finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
			...(dictionary.length === 0 ? {} : {dictionary}),
		};
		return new Promise((resolve, reject) => {
			deflateRaw(block, options, (error, bytes) => (error ? reject(error) : resolve(bytes)));
		});
	}

	close(): void {}
}

/** RFC 1952, section 2.3: deflate, no name, no time, made on Unix. */
const gzipHeader: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);

function gzipTrailer(checksum: number, size: number): Uint8Array {
	const trailer = Buffer.alloc(8);
	trailer.writeUInt32LE(checksum, 0);
	trailer.writeUInt32LE(size % 2 ** 32, 4);
	return trailer;
}
