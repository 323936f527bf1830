import {type FileEntry, sizeOf} from '../model/tree.ts';

/** The bytes of one file, kept until it is complete. For files whose size is bounded. */
export class HeldBytes {
	readonly #bytes: Buffer;
	#length = 0;

	constructor(entry: FileEntry) {
		this.#bytes = Buffer.allocUnsafe(sizeOf(entry.content));
	}

	push(chunk: Uint8Array): void {
		const room = this.#bytes.length - this.#length;
		this.#bytes.set(chunk.length > room ? chunk.subarray(0, room) : chunk, this.#length);
		this.#length += Math.min(chunk.length, room);
	}

	bytes(): Buffer {
		return this.#bytes.subarray(0, this.#length);
	}
}
