import {createHash, type Hash} from 'node:crypto';
import {cpioPadding, encodeCpioHeader} from '../../codecs/cpio.ts';
import {type Compressor, openCompressor} from '../../host/compressor.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Compression} from '../../model/plan.ts';
import type {Entry} from '../../model/tree.ts';
import type {FileList} from './files.ts';

/** A payload that is complete. */
export interface Payload {
	/** In bytes. */
	readonly compressedSize: number;
	readonly size: number;
	/** SHA-256, hexadecimal. */
	readonly compressed: string;
	readonly uncompressed: string;
}

/**
 * Writes the payload, a compressed cpio archive, into a file of its own: its digests stand in the header before it.
 * Its members may come in any order: rpm finds each by its name, or by its index in the short form
 * (iterReadArchiveNext in lib/rpmfi.c, the same from 4.14 to 6).
 */
export class PayloadWriter {
	readonly #files: FileList;
	readonly #epoch: number;
	readonly #compressor: Compressor;
	readonly #compressed: Hash;
	readonly #uncompressed: Hash = createHash('sha256');
	#size = 0;
	/** Of the file begun, what has yet to come. */
	#left = 0;

	/** Begins a payload in `file`. Throws what `openCompressor` does. */
	static async open(
		file: HostPath,
		{files, epoch, compression}: {files: FileList; epoch: number; compression: Compression},
	): Promise<PayloadWriter> {
		const compressed = createHash('sha256');
		const compressor = await openCompressor(file, compression, {tap: bytes => compressed.update(bytes)});
		return new PayloadWriter({files, epoch, compressor, compressed});
	}

	private constructor(parts: {files: FileList; epoch: number; compressor: Compressor; compressed: Hash}) {
		this.#files = parts.files;
		this.#epoch = parts.epoch;
		this.#compressor = parts.compressor;
		this.#compressed = parts.compressed;
	}

	/** Begins the member `index` of the list; a folder or link is complete with this. */
	begin(entry: Entry, index: number): void | Promise<void> {
		const head = encodeCpioHeader(this.#headerOf(entry, index));
		if (entry.kind !== 'link') {
			this.#left = this.#files.size(index);
			return this.#add(head);
		}

		const target = Buffer.from(entry.target);
		return this.#add(Buffer.concat([head, target, Buffer.alloc(cpioPadding(target.length))]));
	}

	write(chunk: Uint8Array): void | Promise<void> {
		this.#left -= chunk.length;
		return this.#add(chunk);
	}

	/** Throws a RangeError where a file had another size than its entry says: the archive would be broken. */
	end(): void | Promise<void> {
		if (this.#left !== 0) {
			throw new RangeError(`a file of the payload is ${-this.#left} bytes longer than its entry says`);
		}

		const padding = cpioPadding(this.#size);
		return padding === 0 ? undefined : this.#add(new Uint8Array(padding));
	}

	async finish(): Promise<Payload> {
		await this.#add(encodeCpioHeader({kind: 'trailer'}));
		await this.#compressor.finish();
		return {
			size: this.#size,
			compressedSize: this.#compressor.written,
			compressed: this.#compressed.digest('hex'),
			uncompressed: this.#uncompressed.digest('hex'),
		};
	}

	async abort(): Promise<void> {
		await this.#compressor.abort();
	}

	#headerOf(entry: Entry, index: number): Parameters<typeof encodeCpioHeader>[0] {
		return this.#files.large
			? {kind: 'index', index}
			: {
					kind: 'member',
					name: `.${entry.path}`,
					mode: this.#files.mode(index),
					size: this.#files.size(index),
					inode: index + 1,
					links: 1,
					mtime: this.#epoch,
				};
	}

	#add(bytes: Uint8Array): void | Promise<void> {
		this.#size += bytes.length;
		this.#uncompressed.update(bytes);
		return this.#compressor.write(bytes);
	}
}
