import {PassThrough} from 'node:stream';
import type {ZipArchive, ZipEntryData} from 'archiver';
import type {HostPath} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';
import {BlockFile} from './block-file.ts';
import {guard} from './sink.ts';

/** A member of a zip archive. */
export interface ZipFileMember {
	/** Without a slash at either end. archiver would rename one with a backslash or a drive: its caller refuses those. */
	readonly name: string;
	readonly kind: 'directory' | 'file' | 'link';
	/** Permission bits. */
	readonly mode: number;
	/** Of a file, in bytes: what the writes that follow bring together. */
	readonly size: number;
	/** Of a link; else empty. */
	readonly target: string;
}

/** A file up to this size (bytes) is handed to archiver in one piece: a stream for each would double the time. */
const gathered: number = 1024 * 1024;

type Work = PromiseWithResolvers<void>;

interface Parts {
	readonly file: HostPath;
	readonly output: BlockFile;
	readonly archive: ZipArchive;
	readonly date: Date;
}

/**
 * A zip archive, written by archiver member by member, all of one time. archiver keeps a queue of what it is given and
 * no hold on its output, so one member is given at a time, and what comes out is written at once: its directory comes
 * as twenty small buffers for each member, all in one turn of the event loop, and would pile up behind any wait.
 * What archiver keeps is some 500 bytes for each member, until the end.
 */
export class ZipFile {
	readonly #file: HostPath;
	readonly #output: BlockFile;
	readonly #archive: ZipArchive;
	readonly #date: Date;
	/** The first thing that went wrong. */
	#failure: unknown;
	/** What archiver is at: a member, or its end. */
	#atWork: Work | undefined;
	/** Room in a stream, which a write waits for. */
	#room: Work | undefined;
	/** Of the file begun: its data, and its bytes where they are gathered, or where they stream to. */
	#data: ZipEntryData | undefined;
	#bytes: Buffer | undefined;
	#gathered = 0;
	#stream: PassThrough | undefined;

	private constructor({file, output, archive, date}: Parts) {
		this.#file = file;
		this.#output = output;
		this.#archive = archive;
		this.#date = date;
		archive.on('error', error => this.#fail(error));
		archive.on('entry', () => this.#atWork?.resolve());
		archive.on('end', () => this.#atWork?.resolve());
		archive.on('data', chunk => this.#take(chunk));
	}

	/**
	 * Makes `file`, which must not exist. `epoch` in seconds since 1970 UTC; zip knows even seconds from 1980 to 2107, and
	 * archiver those until 2043. Throws, as every method does, a HostError (DISK_FULL, OUTPUT_UNWRITABLE).
	 */
	static async open(file: HostPath, {level}: Compression, epoch: number): Promise<ZipFile> {
		// Loaded where a zip is asked for: it takes as long to load as all else together.
		const {ZipArchive: Archive} = await import('archiver');
		const output = await guard(file, () => BlockFile.open(file));
		const archive = new Archive(level === 0 ? {store: true} : {zlib: {level}});
		return new ZipFile({file, output, archive, date: new Date(epoch * 1000)});
	}

	/** A member; the bytes of a file follow with `write`, then `end`. */
	async begin({name, kind, mode, size, target}: ZipFileMember): Promise<void> {
		await this.#settled();
		const common = {name, mode, date: this.#date};
		if (kind !== 'file') {
			// The type of the library does not know the target of a link, and its symlink() takes no date.
			const data =
				kind === 'link'
					? {...common, type: 'symlink' as const, linkname: target}
					: {...common, name: `${name}/`, type: 'directory' as const};
			this.#append(Buffer.alloc(0), data);
			return;
		}

		this.#data = {...common, type: 'file'};
		if (size <= gathered) {
			this.#bytes = Buffer.allocUnsafe(size);
			this.#gathered = 0;
		} else {
			this.#stream = new PassThrough({highWaterMark: gathered});
			this.#append(this.#stream, this.#data);
		}
	}

	/** The next bytes of the file begun; they are the caller's again when this returns or its promise resolves. */
	write(chunk: Uint8Array): void | Promise<void> {
		if (this.#bytes) {
			this.#bytes.set(chunk, this.#gathered);
			this.#gathered += chunk.length;
			return;
		}

		return this.#pass(chunk);
	}

	async #pass(chunk: Uint8Array): Promise<void> {
		const stream = this.#stream;
		// A copy: archiver holds on to what it has while zlib works on it in a thread.
		if (stream && !stream.write(Buffer.from(chunk))) {
			this.#room = Promise.withResolvers();
			stream.once('drain', this.#room.resolve);
			await this.#done(this.#room);
		}
	}

	/** The file begun is complete; archiver may still be at it. */
	end(): void {
		if (this.#bytes && this.#data) {
			this.#append(this.#bytes, this.#data);
		}

		this.#stream?.end();
		this.#bytes = undefined;
		this.#stream = undefined;
		this.#data = undefined;
	}

	/** Ends, syncs and closes the archive. */
	async finish(): Promise<void> {
		await this.#settled();
		this.#atWork = Promise.withResolvers();
		// Its promise tells no more than the events do.
		this.#archive.finalize().catch(error => this.#fail(error));
		await this.#done(this.#atWork);
		await guard(this.#file, () => this.#output.close());
	}

	/** Stops and closes, after a failure; the caller removes the file. */
	abort(): void {
		this.#failure ??= new Error('the archive was given up');
		this.#archive.abort();
		this.#stream?.destroy();
		this.#output.abort();
	}

	#append(source: Buffer | PassThrough, data: ZipEntryData): void {
		this.#atWork = Promise.withResolvers();
		// Awaited with the next member; until then a failure is no unhandled one.
		this.#atWork.promise.catch(() => undefined);
		this.#archive.append(source, data);
	}

	#settled(): Promise<void> {
		return this.#done(this.#atWork);
	}

	#done(work: Work | undefined): Promise<void> {
		return guard(this.#file, () => (this.#failure === undefined ? work?.promise : Promise.reject(this.#failure)));
	}

	#fail(error: unknown): void {
		this.#failure ??= error;
		this.#atWork?.reject(error);
		this.#room?.reject(error);
	}

	#take(chunk: Uint8Array): void {
		if (this.#failure === undefined) {
			try {
				this.#output.write(chunk);
			} catch (error) {
				this.#fail(error);
			}
		}
	}
}
