import {encodeTarMember, root, type TarMember, tarBlock, tarEnd, tarPadding} from '../codecs/tar.ts';
import {type Compressor, type CompressorOptions, openCompressor} from '../host/compressor.ts';
import type {HostPath} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';

/**
 * A compressed tar archive, all of root:root and of one time, in the headers that dpkg, GNU tar, bsdtar, busybox and
 * Python alike read. tar-stream does not write it: it takes bytes by reference through two queues, so that a chunk must
 * outlive several turns of the event loop; its times end in 2038; and its pax headers leave the name `PaxHeader` on
 * every file whose own is not ASCII, for readers that do not know pax.
 */
export class TarBody {
	readonly #compressor: Compressor;
	readonly #epoch: number;
	readonly #header = Buffer.alloc(tarBlock);
	#size = 0;

	constructor(compressor: Compressor, epoch: number) {
		this.#compressor = compressor;
		this.#epoch = epoch;
	}

	/** Makes `file`. `epoch` in seconds since 1970 UTC. Throws a HostError (XZ_MISSING, DISK_FULL, OUTPUT_UNWRITABLE). */
	static async open(
		file: HostPath,
		compression: Compression,
		epoch: number,
		options?: CompressorOptions,
	): Promise<TarBody> {
		return new TarBody(await openCompressor(file, compression, options), epoch);
	}

	/** A member; the bytes of a file follow with `write`, then `end`. */
	begin(member: Pick<TarMember, 'name' | 'kind' | 'mode' | 'size' | 'target'>): void | Promise<void> {
		this.#size = member.size;
		return this.#compressor.write(encodeTarMember({...member, mtime: this.#epoch, owner: root}, this.#header));
	}

	write(chunk: Uint8Array): void | Promise<void> {
		return this.#compressor.write(chunk);
	}

	end(): void | Promise<void> {
		return this.#compressor.write(tarPadding(this.#size));
	}

	/** Ends and closes the archive. Returns its size in bytes, compressed. */
	async finish(): Promise<number> {
		await this.#compressor.write(tarEnd);
		await this.#compressor.finish();
		return this.#compressor.written;
	}

	async abort(): Promise<void> {
		await this.#compressor.abort();
	}
}
