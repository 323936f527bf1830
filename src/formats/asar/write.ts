import {createHash, type Hash, hash} from 'node:crypto';
import {asarBlock, encodeAsarHeader, encodeAsarLead} from '../../codecs/asar-header.ts';
import {encodeAsarSummary} from '../../codecs/asar-summary.ts';
import {moveTail, overwrite} from '../../host/move-tail.ts';
import type {NewPackage} from '../../model/package.ts';
import {below, type HostPath, type InstallPath} from '../../model/paths.ts';
import {type Entry, type FileEntry, sizeOf} from '../../model/tree.ts';
import {memberName} from '../archive-place.ts';
import type {FileDigests, PackageWriter} from '../format.ts';
import {AsarContents} from './contents.ts';
import {AsarIndex, emptyBlocks} from './index-table.ts';
import {lossesOf} from './losses.ts';
import {refuseUnlessRead} from './reference.ts';

/** Where an archive has the summary of its manifest, before all other contents. It is no file of the tree. */
export function summaryPath(pkg: Pick<NewPackage, 'prefix'>): InstallPath {
	return below(pkg.prefix, 'venvpack-summary.json');
}

/** Begins an archive. Throws a HostError (DISK_FULL, OUTPUT_UNWRITABLE). */
export async function openAsar(pkg: NewPackage, file: HostPath): Promise<PackageWriter> {
	const writer = new AsarWriter(pkg, file, await AsarContents.open(file));
	try {
		await writer.start();
		return writer;
	} catch (error) {
		await writer.abort();
		throw error;
	}
}

/**
 * Writes the contents as they come, behind as much room as the header needs; the header is known last, since it holds the
 * digest of each file. @electron/asar itself reads every file twice, through streams, and keeps some kilobytes of each
 * (bench/results/asar.md): it reads the finished header instead.
 */
class AsarWriter implements PackageWriter {
	readonly #pkg: NewPackage;
	readonly #file: HostPath;
	readonly #contents: AsarContents;
	readonly #index: AsarIndex;
	readonly #summary: Uint8Array;
	/** Where the contents begin, in bytes. */
	#start = 0;
	/** The number of the entry that is written. */
	#at = -1;
	#offset = 0;
	#blocks: Blocks | undefined;
	#holds = false;

	constructor(pkg: NewPackage, file: HostPath, contents: AsarContents) {
		this.#pkg = pkg;
		this.#file = file;
		this.#contents = contents;
		this.#summary = encodeAsarSummary(pkg.manifest, lossesOf(pkg));
		this.#index = new AsarIndex(pkg, [summaryEntry(pkg, this.#summary)]);
		const place = {size: this.#summary.length, offset: 0, sha256: hash('sha256', this.#summary)};
		this.#index.place(this.#index.entries.length - 1, {...place, blocks: blocksOf(this.#summary)});
	}

	async start(): Promise<void> {
		this.#start = this.#expectedHeader();
		const zeros = Buffer.alloc(Math.min(this.#start, pieceSize));
		for (let left = this.#start; left > 0; left -= zeros.length) {
			await this.#contents.write(zeros.subarray(0, left));
		}

		await this.#contents.write(this.#summary);
	}

	begin(entry: Entry): void {
		this.#at = this.#numberOf(entry);
		this.#holds = entry.kind === 'file' && memberName(entry, this.#pkg) !== undefined;
		if (entry.kind === 'file' && this.#holds) {
			this.#offset = this.#contents.written - this.#start;
			this.#blocks = sizeOf(entry.content) > asarBlock ? new Blocks() : undefined;
		}
	}

	write(chunk: Uint8Array): void | Promise<void> {
		if (this.#holds) {
			this.#blocks?.push(chunk);
			return this.#contents.write(chunk);
		}
	}

	end({sha256}: FileDigests): void {
		if (this.#holds) {
			const size = this.#contents.written - this.#start - this.#offset;
			this.#index.place(this.#at, {size, offset: this.#offset, sha256, blocks: this.#blocks?.finish()});
		}
	}

	async finish(): Promise<void> {
		await this.#contents.close();
		const length = lengthOf(this.#index);
		const {jsonLength, end} = leadFor(Math.max(length, this.#jsonRoom()));
		if (end > this.#start) {
			await moveTail(this.#file, {from: this.#start, by: end - this.#start});
		}

		await this.#writeHeader(jsonLength, length);
		if (end <= longestReread) {
			await refuseUnlessRead(this.#file, end);
		}
	}

	async abort(): Promise<void> {
		await this.#contents.abort();
	}

	/** What is too long ends with spaces, which JSON allows: only the size of the manifest is not known beforehand. */
	async #writeHeader(jsonLength: number, length: number): Promise<void> {
		const {before, after} = encodeAsarLead(jsonLength);
		let parts: Buffer[] = [Buffer.from(before)];
		let at = 0;
		let size = before.length;
		const flush = async () => {
			await overwrite(this.#file, at, Buffer.concat(parts));
			at += size;
			[parts, size] = [[], 0];
		};
		for (const text of encodeAsarHeader(this.#index.nodes())) {
			const piece = Buffer.from(text);
			parts.push(piece);
			size += piece.length;
			if (size >= pieceSize) {
				await flush();
			}
		}

		parts.push(Buffer.alloc(jsonLength - length, ' '), Buffer.from(after));
		await flush();
	}

	/** The length of the header for a manifest that is rather too long than too short, in bytes. */
	#expectedHeader(): number {
		const {tree, manifestPath} = this.#pkg;
		let offset = this.#summary.length;
		let manifest = -1;
		let likely = this.#summary.length;
		for (const [at, entry] of tree.entries.entries()) {
			likely += 2 * (entry.path.length + manifestLine);
			if (entry.path === manifestPath) {
				manifest = at;
			} else if (entry.kind === 'file' && memberName(entry, this.#pkg) !== undefined) {
				const size = sizeOf(entry.content);
				this.#index.place(at, {size, offset, sha256: '', blocks: size > asarBlock ? emptyBlocks(size) : undefined});
				offset += size;
			}
		}

		this.#index.place(manifest, {size: likely, offset, sha256: '', blocks: emptyBlocks(likely)});
		return leadFor(lengthOf(this.#index)).end;
	}

	/** The most JSON that fits into the room. */
	#jsonRoom(): number {
		return this.#start - encodeAsarLead(0).before.length;
	}

	/** Entries come in the order of the tree, the manifest last. */
	#numberOf({path}: Entry): number {
		const {entries} = this.#index;
		let at = this.#at + 1;
		while (at < entries.length && entries[at]?.path !== path) {
			at++;
		}

		return at < entries.length ? at : entries.findIndex(entry => entry.path === path);
	}
}

/** In bytes. */
const pieceSize = 4 * 1024 * 1024;
/** In bytes: @electron/asar makes some eight times as much of a header, and nothing of one depends on its length. */
const longestReread: number = 16 * 1024 * 1024;
/** In bytes: what the manifest says of a file besides its path. For a manifest larger than expected the contents are moved once. */
const manifestLine = 100;

function leadFor(jsonLength: number): {readonly jsonLength: number; readonly end: number} {
	const {before, after} = encodeAsarLead(jsonLength);
	return {jsonLength, end: before.length + jsonLength + after.length};
}

function lengthOf(index: AsarIndex): number {
	let length = 0;
	for (const text of encodeAsarHeader(index.nodes())) {
		length += Buffer.byteLength(text);
	}

	return length;
}

function summaryEntry(pkg: NewPackage, bytes: Uint8Array): FileEntry {
	return {kind: 'file', path: summaryPath(pkg), mode: 0o644, content: {kind: 'bytes', bytes}};
}

function blocksOf(bytes: Uint8Array): readonly string[] {
	const blocks = new Blocks();
	blocks.push(bytes);
	return blocks.finish();
}

/** The digests of the blocks of a file. */
class Blocks {
	readonly #done: string[] = [];
	#hash: Hash = createHash('sha256');
	#size = 0;

	push(chunk: Uint8Array): void {
		for (let at = 0; at < chunk.length; ) {
			const part = chunk.subarray(at, at + asarBlock - this.#size);
			this.#hash.update(part);
			this.#size += part.length;
			at += part.length;
			if (this.#size === asarBlock) {
				this.#next();
			}
		}
	}

	finish(): readonly string[] {
		if (this.#size > 0 || this.#done.length === 0) {
			this.#next();
		}

		return this.#done;
	}

	#next(): void {
		this.#done.push(this.#hash.digest('hex'));
		this.#hash = createHash('sha256');
		this.#size = 0;
	}
}
