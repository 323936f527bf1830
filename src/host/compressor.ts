import type {HostPath} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';
import {type BlockEncoder, openEncoder} from './encoder.ts';
import {openSink, type Sink} from './sink.ts';

/**
 * Blocks of this size (bytes) enter the codec, whatever the size of the writes: the bytes that come out depend on
 * nothing else, and thousands of small files cost no call each.
 */
const blockSize: number = 1024 * 1024;

export interface CompressorOptions {
	/** Sees every compressed byte, in order, before it is written: for a digest of the compressed bytes. */
	readonly tap?: (compressed: Uint8Array) => void;
	/** At most so many threads, where the method can use several; never changes the bytes. Default: the cores, at most 4. */
	readonly threads?: number;
	/** Has `finish` flush the file to the disk; for an artifact itself, not for what is spooled. */
	readonly sync?: boolean;
}

/** A file that grows compressed. Calls one at a time: each is awaited before the next. */
export interface Compressor {
	/** Compressed bytes on their way to the disk so far. */
	readonly written: number;
	/** Takes bytes; they are the caller's again when this returns or its promise resolves. */
	write(chunk: Uint8Array): void | Promise<void>;
	/** Ends the compressed stream and closes the file, synced where `sync` was asked for. */
	finish(): Promise<void>;
	/** Stops and closes, after a failure; the caller removes the file. */
	abort(): Promise<void>;
}

/**
 * Makes `file`, which must not exist, and compresses into it. The codec works in threads of its own while the caller
 * reads the next block; what is held is a few blocks.
 * Throws a HostError (XZ_MISSING, DISK_FULL, OUTPUT_UNWRITABLE), as every method does.
 */
export async function openCompressor(
	file: HostPath,
	compression: Compression,
	options: CompressorOptions = {},
): Promise<Compressor> {
	const encoder = await openEncoder(compression, options.threads);
	return new BlockCompressor(await openSink(file), encoder, options);
}

class BlockCompressor implements Compressor {
	written = 0;
	readonly #sink: Sink;
	readonly #encoder: BlockEncoder;
	readonly #options: CompressorOptions;
	/** Blocks that nobody works on. */
	readonly #free: Uint8Array[] = [];
	/** One promise for each block in work, the oldest first; each ends after the one before it. */
	readonly #work: Promise<void>[] = [];
	#block: Uint8Array;
	#filled = 0;

	constructor(sink: Sink, encoder: BlockEncoder, options: CompressorOptions) {
		this.#sink = sink;
		this.#encoder = encoder;
		this.#options = options;
		this.#block = Buffer.allocUnsafe(blockSize);
	}

	write(chunk: Uint8Array): void | Promise<void> {
		if (this.#filled + chunk.length < blockSize) {
			this.#block.set(chunk, this.#filled);
			this.#filled += chunk.length;
			return;
		}

		return this.#writeOn(chunk);
	}

	async #writeOn(chunk: Uint8Array): Promise<void> {
		for (let at = 0; at < chunk.length; ) {
			const part = chunk.subarray(at, at + blockSize - this.#filled);
			this.#block.set(part, this.#filled);
			this.#filled += part.length;
			at += part.length;
			if (this.#filled === blockSize) {
				await this.#submit(false);
			}
		}
	}

	/** Hands the block over to the codec, and finds an empty one. */
	async #submit(last: boolean): Promise<void> {
		const before = this.#work.at(-1);
		const block = this.#block;
		const work = this.#pass(this.#encoder.encode(block.subarray(0, this.#filled), last), before, block);
		// Awaited below, by a later write; until then a failure is no unhandled one.
		work.catch(() => undefined);
		this.#work.push(work);
		while (this.#work.length > (last ? 0 : this.#encoder.depth)) {
			await this.#work[0];
			this.#work.shift();
		}

		this.#block = this.#free.pop() ?? Buffer.allocUnsafe(blockSize);
		this.#filled = 0;
	}

	async #pass(encoded: Promise<readonly Uint8Array[]>, before: Promise<void> | undefined, block: Uint8Array) {
		const [compressed] = await Promise.all([encoded, before]);
		for (const bytes of compressed) {
			this.#options.tap?.(bytes);
			this.written += bytes.length;
			await this.#sink.write(bytes);
		}

		this.#free.push(block);
	}

	async finish(): Promise<void> {
		await this.#submit(true);
		await this.#sink.close({sync: this.#options.sync ?? false});
	}

	async abort(): Promise<void> {
		this.#encoder.close();
		await this.#sink.abort();
	}
}
