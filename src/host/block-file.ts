import {closeSync, fsyncSync, openSync, writeSync} from 'node:fs';
import type {HostPath} from '../model/paths.ts';

const blockSize: number = 1024 * 1024;

/** A new file that takes bytes without a wait, for what pours out of a library: many small writes become few large ones. */
export class BlockFile {
	readonly #block = Buffer.allocUnsafe(blockSize);
	#filled = 0;
	#descriptor: number | undefined;

	constructor(descriptor: number) {
		this.#descriptor = descriptor;
	}

	/** Makes the file, which must not exist. Throws, as `write` and `close` do, what the system says. */
	static open(file: HostPath): BlockFile {
		return new BlockFile(openSync(file, 'wx', 0o644));
	}

	write(chunk: Uint8Array): void {
		if (this.#filled + chunk.length > blockSize) {
			this.#flush();
		}

		if (chunk.length > blockSize) {
			this.#put(chunk);
		} else {
			this.#block.set(chunk, this.#filled);
			this.#filled += chunk.length;
		}
	}

	/** Flushes to the disk, and closes. */
	close(): void {
		this.#flush();
		if (this.#descriptor !== undefined) {
			fsyncSync(this.#descriptor);
			this.abort();
		}
	}

	/** Closes without what is not written yet. */
	abort(): void {
		const descriptor = this.#descriptor;
		this.#descriptor = undefined;
		if (descriptor !== undefined) {
			closeSync(descriptor);
		}
	}

	#flush(): void {
		this.#put(this.#block.subarray(0, this.#filled));
		this.#filled = 0;
	}

	#put(bytes: Uint8Array): void {
		for (let at = 0; this.#descriptor !== undefined && at < bytes.length; ) {
			// write(2) may take less than it is given, on a disk that is nearly full for instance.
			at += writeSync(this.#descriptor, bytes, at);
		}
	}
}
