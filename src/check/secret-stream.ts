import {after, before, type SecretKind, secretAt, traces} from './secret-patterns.ts';

/** Secrets of one kind in a file. */
export interface SecretHit {
	readonly kind: SecretKind;
	readonly what: string;
	/** Of the first, in bytes. */
	readonly offset: number;
	readonly count: number;
}

/** Finds secrets in the bytes of a text that come in chunks, over their borders too. */
export class SecretStream {
	readonly #hits = new Map<string, {kind: SecretKind; offset: number; count: number}>();
	/** One character a byte. */
	#held = '';
	/** Of the first character that is held, in the file. */
	#offset = 0;
	/** Where in what is held the next trace may begin. */
	#next = 0;

	push(chunk: Uint8Array): void {
		this.#held += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
		this.#look(this.#held.length - after);
	}

	/** What was found, in the order of the bytes; after the last chunk. */
	close(): SecretHit[] {
		this.#look(this.#held.length);
		this.#held = '';
		return [...this.#hits].map(([what, hit]) => ({what, ...hit})).sort((one, other) => one.offset - other.offset);
	}

	#look(limit: number): void {
		traces.lastIndex = this.#next;
		for (let hit = traces.exec(this.#held); hit && hit.index < limit; hit = traces.exec(this.#held)) {
			this.#note(hit.index);
		}

		const decided = Math.max(this.#next, limit);
		const gone = Math.max(0, decided - before);
		this.#held = this.#held.slice(gone);
		this.#offset += gone;
		this.#next = decided - gone;
	}

	#note(at: number): void {
		const found = secretAt(this.#held, at);
		if (found) {
			const known = this.#hits.get(found.what);
			const offset = known?.offset ?? this.#offset + at;
			this.#hits.set(found.what, {kind: found.kind, offset, count: (known?.count ?? 0) + 1});
		}
	}
}
