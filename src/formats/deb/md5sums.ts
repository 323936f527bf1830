import {openSink, type Sink} from '../../host/sink.ts';
import type {HostPath} from '../../model/paths.ts';

/** Characters that are held before they go to the disk. */
const held = 64 * 1024;

/** The md5sums of a control archive, spooled: with 200,000 files they are 20 MB. */
export class Md5sums {
	readonly file: HostPath;
	readonly #sink: Sink;
	#lines = '';

	constructor(file: HostPath, sink: Sink) {
		this.file = file;
		this.#sink = sink;
	}

	/** Makes `file`. Throws a HostError (DISK_FULL, OUTPUT_UNWRITABLE), as every method does. */
	static async open(file: HostPath): Promise<Md5sums> {
		return new Md5sums(file, await openSink(file));
	}

	/** A regular file: its install path and its MD5, hexadecimal. The names in md5sums are relative to the root: deb-md5sums(5). */
	add(path: string, md5: string): undefined | Promise<void> {
		this.#lines += `${md5}  ${path.slice(1)}\n`;
		return this.#lines.length < held ? undefined : this.#flush();
	}

	/** Closes the file. Returns its size in bytes. */
	async finish(): Promise<number> {
		await this.#flush();
		await this.#sink.close();
		return this.#sink.written;
	}

	async abort(): Promise<void> {
		await this.#sink.abort();
	}

	async #flush(): Promise<void> {
		const lines = Buffer.from(this.#lines);
		this.#lines = '';
		await this.#sink.write(lines);
	}
}
