import {openSink, type Sink} from '../../host/sink.ts';
import type {HostPath} from '../../model/paths.ts';

/** In bytes: a write of its own for each of many small files would take most of the time. */
const bufferSize: number = 256 * 1024;

/** The file of an archive, written from its start to its end in large pieces. */
export class AsarContents {
	readonly #sink: Sink;
	readonly #buffer = Buffer.allocUnsafe(bufferSize);
	#filled = 0;

	constructor(sink: Sink) {
		this.#sink = sink;
	}

	/** Makes the file. Throws, as its methods do, a HostError (DISK_FULL, OUTPUT_UNWRITABLE). */
	static async open(file: HostPath): Promise<AsarContents> {
		return new AsarContents(await openSink(file));
	}

	/** In bytes. */
	get written(): number {
		return this.#sink.written + this.#filled;
	}

	/** The bytes are the caller's again when it returns, or when its promise resolves. */
	write(bytes: Uint8Array): void | Promise<void> {
		if (bytes.length <= bufferSize - this.#filled) {
			this.#buffer.set(bytes, this.#filled);
			this.#filled += bytes.length;
			return;
		}

		return this.#writeOn(bytes);
	}

	async close(): Promise<void> {
		await this.#flush();
		await this.#sink.close();
	}

	async abort(): Promise<void> {
		await this.#sink.abort();
	}

	async #writeOn(bytes: Uint8Array): Promise<void> {
		await this.#flush();
		await this.#sink.write(bytes);
	}

	async #flush(): Promise<void> {
		await this.#sink.write(this.#buffer.subarray(0, this.#filled));
		this.#filled = 0;
	}
}
