import {encodeTarMember, root, type TarMember, type TarOwner, tarBlock, tarEnd, tarPadding} from '../codecs/tar.ts';
import {type Compressor, type CompressorOptions, openCompressor} from '../host/compressor.ts';
import type {Marks} from '../model/additions.ts';
import type {Owner} from '../model/owner.ts';
import type {HostPath} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';
import {type Entry, sizeOf} from '../model/tree.ts';

/** A member as a package has it. */
type BodyMember = Pick<TarMember, 'name' | 'kind' | 'mode' | 'size' | 'target'> & {readonly owner?: Owner | undefined};

/**
 * A compressed tar archive, all of one time and of root:root unless a member says otherwise, in the headers that dpkg, GNU tar, bsdtar, busybox and
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
	begin({owner, ...member}: BodyMember): void | Promise<void> {
		this.#size = member.size;
		const named = {...member, mtime: this.#epoch, owner: owner === undefined ? root : byName(owner)};
		return this.#compressor.write(encodeTarMember(named, this.#header));
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

/** The number counts only where the target has nobody of that name: then it is root's, as with rpm. */
function byName({user, group}: Owner): TarOwner {
	return {uid: 0, gid: 0, user, group};
}

/** The member of that name, without the slash of a folder, that an entry of a tree becomes. */
export function memberOf(entry: Entry, {name, marks}: {readonly name: string; readonly marks: Marks}): BodyMember {
	const owner = marks.get(entry.path)?.owner;
	switch (entry.kind) {
		case 'directory':
			return {name: `${name}/`, kind: 'directory', mode: entry.mode, size: 0, target: '', owner};
		case 'link':
			return {name, kind: 'link', mode: 0o777, size: 0, target: entry.target, owner};
		case 'file':
			return {name, kind: 'file', mode: entry.mode, size: sizeOf(entry.content), target: '', owner};
	}
}
