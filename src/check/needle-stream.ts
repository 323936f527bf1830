import type {Needle} from './leak-needles.ts';
import type {NeedleSearch} from './needle-search.ts';

/** A needle, found. */
export interface Hit {
	readonly needle: Needle;
	/** Of the first, in bytes. */
	readonly offset: number;
	readonly count: number;
}

/** Finds needles in bytes that come in chunks, over their borders too. */
export class NeedleStream {
	readonly #search: NeedleSearch;
	readonly #hits = new Map<Needle, {offset: number; count: number}>();
	/** The last bytes, in which a needle may begin that the next chunk completes. */
	#carry: Buffer = Buffer.alloc(0);
	/** Of the first byte of the carry, in the file. */
	#offset = 0;

	constructor(search: NeedleSearch) {
		this.#search = search;
	}

	push(chunk: Uint8Array): void {
		const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
		const bytes = this.#carry.length === 0 ? fresh : Buffer.concat([this.#carry, fresh]);
		const decided = Math.max(0, bytes.length - this.#search.reach);
		this.#look(bytes, decided);
		// A copy: the chunk is the caller's again after this.
		this.#carry = Buffer.from(bytes.subarray(decided));
		this.#offset += decided;
	}

	/** What was found, in the order of the bytes; after the last chunk. */
	close(): Hit[] {
		this.#look(this.#carry, this.#carry.length);
		this.#carry = Buffer.alloc(0);
		return [...this.#hits].map(([needle, hit]) => ({needle, ...hit})).sort((one, other) => one.offset - other.offset);
	}

	#look(bytes: Buffer, limit: number): void {
		this.#search.search(bytes, limit, (needle, at) => {
			const hit = this.#hits.get(needle);
			const offset = this.#offset + at;
			this.#hits.set(needle, {offset: Math.min(hit?.offset ?? offset, offset), count: (hit?.count ?? 0) + 1});
		});
	}
}
