import {endsComponent} from '../codecs/path-component.ts';
import type {Needle} from './leak-needles.ts';

/** A needle, found. */
export interface Hit {
	readonly needle: Needle;
	/** Of the first, in bytes. */
	readonly offset: number;
	readonly count: number;
}

interface Sought {
	readonly needle: Needle;
	readonly bytes: Buffer;
}

/** Needles that begin with the same one are looked for together: one pass finds the shortest, then the longest that fits counts. */
interface Family {
	readonly root: Buffer;
	/** Longest first. */
	readonly members: readonly Sought[];
}

/** Looks for all of a list of needles in one pass a family; made once, used for every file. */
export class NeedleSearch {
	readonly #families: readonly Family[];
	/** Bytes that a decision may need: the longest needle, and two after it. */
	readonly reach: number;

	constructor(needles: readonly Needle[]) {
		const sought = needles
			.map(needle => ({needle, bytes: Buffer.from(needle.text)}))
			.sort((one, other) => one.bytes.length - other.bytes.length);
		const families: Array<{root: Buffer; members: Sought[]}> = [];
		for (const one of sought) {
			const family = families.find(({root}) => one.bytes.indexOf(root) === 0);
			if (family) {
				family.members.unshift(one);
			} else {
				families.push({root: one.bytes, members: [one]});
			}
		}

		this.#families = families;
		this.reach = Math.max(0, ...sought.map(({bytes}) => bytes.length)) + 2;
	}

	/** Calls `found` for each needle that begins before `limit`, families one after the other. */
	search(bytes: Buffer, limit: number, found: (needle: Needle, at: number) => void): void {
		for (const {root, members} of this.#families) {
			for (let at = bytes.indexOf(root); at >= 0 && at < limit; at = bytes.indexOf(root, at + 1)) {
				const fits = members.find(member => standsAt(bytes, at, member));
				if (fits) {
					found(fits.needle, at);
				}
			}
		}
	}
}

function standsAt(bytes: Buffer, at: number, {needle, bytes: text}: Sought): boolean {
	const end = at + text.length;
	return (
		end <= bytes.length &&
		bytes.compare(text, 0, text.length, at, end) === 0 &&
		(!needle.isPath || endsComponent(bytes, end))
	);
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
