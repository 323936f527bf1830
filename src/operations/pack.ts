import {createHash, type Hash, hash} from 'node:crypto';
import type {CheckRun} from '../check/check.ts';
import type {FileDigests, PackageWriter} from '../formats/format.ts';
import {chunkSize, chunksOf} from '../host/read.ts';
import type {Listener} from '../model/events.ts';
import type {Finding} from '../model/findings.ts';
import type {NewPackage} from '../model/package.ts';
import {compareBytes, type HostPath, type InstallPath, isWithin} from '../model/paths.ts';
import {type Entry, type FileEntry, sizeOf} from '../model/tree.ts';
import {writeManifest} from './manifest-file.ts';

export interface PackJob {
	readonly pkg: NewPackage;
	readonly recipients: readonly Recipient[];
	/** At work already. */
	readonly checks: readonly CheckRun[];
	/** Names of the rules that rewrote a file. */
	readonly rewritten: ReadonlyMap<string, readonly string[]>;
	/** A private folder, for the manifest. */
	readonly scratch: HostPath;
	readonly listener: Listener;
}

/** A format at work. */
export interface Recipient {
	readonly writer: PackageWriter;
	/** What it takes besides the package's tree, sorted. */
	readonly own: readonly Entry[];
}

export interface Packed {
	readonly findings: readonly Finding[];
	/** One digest over the whole tree, hexadecimal. */
	readonly tree: string;
	/** Of all files together. */
	readonly bytes: number;
	readonly files: number;
	/** The same of what is in the prefix alone, the folders above it among them. */
	readonly inPrefix: Pick<Packed, 'tree' | 'bytes'>;
}

/**
 * Reads every file of the tree once, and from that one reading feeds the checks, the digests and every format.
 * The writers are not finished here: the caller does so when the findings allow it.
 */
export async function pack(job: PackJob): Promise<Packed> {
	const run = new PackRun(job);
	for (const entry of job.pkg.tree.entries) {
		await run.addOwn(entry.path);
		if (entry.path !== job.pkg.manifestPath) {
			await run.add(entry);
		}
	}

	await run.addOwn(undefined);

	await run.addManifest();
	return run.packed();
}

/** How often progress is told, in milliseconds. */
const tellEvery = 100;

class PackRun {
	readonly #job: PackJob;
	readonly #findings: Finding[] = [];
	readonly #tree: Hash = createHash('sha256');
	readonly #inPrefix: Hash = createHash('sha256');
	#bytesInPrefix = 0;
	/** One flat buffer, 32 bytes a file: an object for each would cost five times as much. */
	readonly #digests: Buffer;
	readonly #total: number;
	readonly #buffer: Uint8Array = Buffer.allocUnsafe(chunkSize);
	readonly #writers: readonly PackageWriter[];
	/** What only one writer takes, sorted, and how much of it was given. */
	readonly #own: ReadonlyArray<{readonly entry: Entry; readonly writer: PackageWriter}>;
	#given = 0;
	#files = 0;
	#bytes = 0;
	#told = 0;

	constructor(job: PackJob) {
		this.#job = job;
		this.#total = job.pkg.tree.entries.filter(entry => entry.kind === 'file').length;
		this.#digests = Buffer.alloc(this.#total * 32);
		this.#writers = job.recipients.map(({writer}) => writer);
		this.#own = job.recipients
			.flatMap(({writer, own}) => own.map(entry => ({entry, writer})))
			.sort((one, other) => compareBytes(one.entry.path, other.entry.path));
	}

	/** Gives the entries of single writers that come before a path; all that are left where there is none. */
	async addOwn(before: InstallPath | undefined): Promise<void> {
		for (let next = this.#own[this.#given]; next && isBefore(next.entry, before); next = this.#own[this.#given]) {
			const {entry, writer} = next;
			this.#given++;
			await writer.begin(entry);
			if (entry.kind === 'file') {
				await this.#feed(entry, [writer]);
			}
		}
	}

	async add(entry: Entry): Promise<void> {
		await each(this.#writers, writer => writer.begin(entry));
		if (entry.kind === 'file') {
			const {sha256} = await this.#feed(entry, this.#writers);
			this.#note(entry, `file ${entry.mode.toString(8)} ${entry.path}\0${sha256}\n`);
			this.#digests.write(sha256, this.#files * 32, 'hex');
			this.#files++;
			this.#tell();
		} else if (entry.kind === 'link') {
			this.#findings.push(...this.#job.checks.flatMap(check => check.link?.(entry) ?? []));
			this.#note(entry, `link ${entry.path}\0${entry.target}\n`);
		} else {
			this.#note(entry, `directory ${entry.mode.toString(8)} ${entry.path}\n`);
		}
	}

	/** The manifest comes last, because it holds the digest of every other file. */
	async addManifest(): Promise<void> {
		const {pkg, rewritten, scratch} = this.#job;
		const digest = (index: number) => this.#digests.subarray(index * 32, index * 32 + 32).toString('hex');
		await this.add(writeManifest({pkg, rewritten, digest, scratch}));
	}

	packed(): Packed {
		return {
			findings: this.#findings,
			tree: this.#tree.digest('hex'),
			files: this.#files,
			bytes: this.#bytes,
			inPrefix: {tree: this.#inPrefix.digest('hex'), bytes: this.#bytesInPrefix},
		};
	}

	#note(entry: Entry, line: string): void {
		const {prefix} = this.#job.pkg;
		this.#tree.update(line);
		if (isWithin(entry.path, prefix) || isWithin(prefix, entry.path)) {
			this.#inPrefix.update(line);
			this.#bytesInPrefix += entry.kind === 'file' ? sizeOf(entry.content) : 0;
		}
	}

	async #feed(entry: FileEntry, writers: readonly PackageWriter[]): Promise<FileDigests> {
		const digest = digestOf(sizeOf(entry.content));
		const checks = this.#job.checks.flatMap(check => check.open?.(entry) ?? []);
		for (const chunk of chunksOf(entry.content, this.#buffer)) {
			for (const check of checks) {
				check.push(chunk);
			}

			digest.update(chunk);
			this.#bytes += chunk.length;
			await each(writers, writer => writer.write(chunk));
		}

		const digests = digest.digests();
		this.#findings.push(...checks.flatMap(check => check.close(digests.sha256)));
		await each(writers, writer => writer.end(digests));
		return digests;
	}

	#tell(): void {
		const now = Date.now();
		if (now - this.#told >= tellEvery || this.#files === this.#total) {
			this.#told = now;
			this.#job.listener({kind: 'progress', stage: 'pack', done: this.#files, total: this.#total, unit: 'files'});
		}
	}
}

function isBefore({path}: Entry, other: InstallPath | undefined): boolean {
	return other === undefined || compareBytes(path, other) < 0;
}

/** Calls every writer; waits only where one asks for it, since a turn of the event loop for each file adds up. */
function each(
	writers: readonly PackageWriter[],
	act: (writer: PackageWriter) => void | Promise<void>,
): Promise<unknown> | undefined {
	const waits = writers.map(act).filter(wait => wait !== undefined);
	return waits.length === 0 ? undefined : Promise.all(waits);
}

interface Digest {
	update(chunk: Uint8Array): void;
	digests(): FileDigests;
}

/** A file that comes in one chunk is hashed in one call: a Hash object for each of many files costs time and memory. */
function digestOf(size: number): Digest {
	return size <= chunkSize ? new DigestAtOnce() : new DigestByChunks();
}

class DigestAtOnce implements Digest {
	#chunk: Uint8Array = new Uint8Array();

	update(chunk: Uint8Array): void {
		this.#chunk = chunk;
	}

	digests(): FileDigests {
		return {sha256: hash('sha256', this.#chunk), md5: hash('md5', this.#chunk)};
	}
}

class DigestByChunks implements Digest {
	readonly #sha256 = createHash('sha256');
	readonly #md5 = createHash('md5');

	update(chunk: Uint8Array): void {
		this.#sha256.update(chunk);
		this.#md5.update(chunk);
	}

	digests(): FileDigests {
		return {sha256: this.#sha256.digest('hex'), md5: this.#md5.digest('hex')};
	}
}
