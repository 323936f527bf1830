import type {ArtifactError} from '../model/errors.ts';

/**
 * Pulls bytes out of a stream, for formats in which what has been read says how much follows. What it says that it
 * wants is bounded by the caller: nothing is allocated for a size before its bytes have come.
 */
export class ByteReader {
	readonly #chunks: AsyncIterator<Uint8Array>;
	readonly #cutOff: (position: number) => ArtifactError;
	#chunk: Uint8Array = new Uint8Array(0);
	#at = 0;
	/** Where `#chunk` begins in the stream. */
	#base = 0;

	/** `cutOff` makes the error for a stream that ends too early, at that many bytes. */
	constructor(chunks: AsyncIterable<Uint8Array>, cutOff: (position: number) => ArtifactError) {
		this.#chunks = chunks[Symbol.asyncIterator]();
		this.#cutOff = cutOff;
	}

	/** Bytes taken or skipped so far. */
	get position(): number {
		return this.#base + this.#at;
	}

	/** The next `size` bytes; valid until the next call. Throws what `cutOff` makes where there are less. */
	take(size: number): Uint8Array | Promise<Uint8Array> {
		const end = this.#at + size;
		if (end <= this.#chunk.length) {
			const bytes = this.#chunk.subarray(this.#at, end);
			this.#at = end;
			return bytes;
		}

		return this.#takeOn(size);
	}

	/** The next `size` bytes, or fewer where the stream ends before. */
	async takeUpTo(size: number): Promise<Uint8Array> {
		const parts: Uint8Array[] = [];
		let left = size;
		while (left > 0 && (await this.#fill())) {
			// A copy: the stream may use its chunk again.
			const part = Buffer.from(this.#chunk.subarray(this.#at, this.#at + left));
			this.#at += part.length;
			left -= part.length;
			parts.push(part);
		}

		return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
	}

	/** Passes over `size` bytes. */
	skip(size: number): void | Promise<void> {
		if (this.#at + size <= this.#chunk.length) {
			this.#at += size;
			return;
		}

		return this.#skipOn(size);
	}

	/** Reads to the end of the stream, so that its checksums are compared. Returns how many bytes were left. */
	async drain(): Promise<number> {
		const begin = this.position;
		while (await this.#fill()) {
			this.#at = this.#chunk.length;
		}

		return this.position - begin;
	}

	/** Lets go of the stream. */
	async close(): Promise<void> {
		await this.#chunks.return?.();
	}

	async #takeOn(size: number): Promise<Uint8Array> {
		const bytes = await this.takeUpTo(size);
		if (bytes.length < size) {
			throw this.#cutOff(this.position);
		}

		return bytes;
	}

	async #skipOn(size: number): Promise<void> {
		let left = size;
		while (left > 0) {
			if (!(await this.#fill())) {
				throw this.#cutOff(this.position);
			}

			const step = Math.min(left, this.#chunk.length - this.#at);
			this.#at += step;
			left -= step;
		}
	}

	/** Has at least one byte at hand; false at the end. */
	async #fill(): Promise<boolean> {
		while (this.#at === this.#chunk.length) {
			this.#base += this.#chunk.length;
			this.#at = 0;
			this.#chunk = new Uint8Array(0);
			const next = await this.#chunks.next();
			if (next.done) {
				return false;
			}

			this.#chunk = next.value;
		}

		return true;
	}
}
