/** What is looked for has at most this many bytes before it that matter to it, */
const before = 200;
/** and with all that follows fits into this many. */
const span = 512;

/** Who looks at a piece of a file for what begins at `from` or behind it. It may be shown the same place twice. */
export type Look = (bytes: Buffer, from: number) => void;

/**
 * Shows one file after the other to whoever looks for short things in them, in pieces that overlap, so that nothing is
 * missed between two chunks, and nothing is kept but some hundred bytes. What it shows does not depend on the chunks.
 */
export class Sliding {
	readonly #look: Look;
	/** The last bytes that were shown, and room for the first ones of the next chunk. */
	readonly #joint: Buffer = Buffer.alloc(2 * span);
	#kept = 0;
	/** Whether the joint begins where the file does. */
	#isStart = true;

	constructor(look: Look) {
		this.#look = look;
	}

	/** Forgets the file before. */
	begin(): void {
		this.#kept = 0;
		this.#isStart = true;
	}

	push(chunk: Uint8Array): void {
		const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
		if (this.#kept === 0) {
			this.#look(bytes, 0);
		} else {
			const joined = this.#kept + bytes.copy(this.#joint, this.#kept, 0, span);
			this.#look(this.#joint.subarray(0, joined), this.#isStart ? 0 : before);
			if (bytes.length > before) {
				this.#look(bytes, before);
			}
		}

		this.#keep(bytes);
	}

	#keep(bytes: Buffer): void {
		if (bytes.length >= span) {
			bytes.copy(this.#joint, 0, bytes.length - span);
			this.#isStart &&= this.#kept + bytes.length === span;
			this.#kept = span;
			return;
		}

		bytes.copy(this.#joint, this.#kept);
		const total = this.#kept + bytes.length;
		if (total > span) {
			this.#joint.copyWithin(0, total - span, total);
			this.#isStart = false;
		}

		this.#kept = Math.min(total, span);
	}
}
