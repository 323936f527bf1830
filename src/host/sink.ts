import {type FileHandle, open} from 'node:fs/promises';
import {dirname} from 'node:path';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

const copyBlock: number = 1024 * 1024;

/** A new file, written from its start to its end. Every failure is a HostError that names the folder. */
export interface Sink {
	/** In bytes. */
	readonly written: number;
	write(bytes: Uint8Array): Promise<void>;
	/** Appends the whole of another file, block by block. */
	append(file: HostPath): Promise<void>;
	/** Flushes to the disk, where `sync` asks for it, and closes. */
	close(options?: {readonly sync?: boolean}): Promise<void>;
	/** Closes without a word, after a failure elsewhere; the caller removes the file. */
	abort(): Promise<void>;
}

/**
 * Makes the file, which must not exist.
 * Throws, as every method of the Sink does, a HostError (DISK_FULL, OUTPUT_UNWRITABLE).
 */
export async function openSink(file: HostPath): Promise<Sink> {
	const handle = await guard(file, () => open(file, 'wx', 0o644));
	return new FileSink(file, handle);
}

class FileSink implements Sink {
	written = 0;
	readonly #file: HostPath;
	readonly #handle: FileHandle;
	#open = true;

	constructor(file: HostPath, handle: FileHandle) {
		this.#file = file;
		this.#handle = handle;
	}

	async write(bytes: Uint8Array): Promise<void> {
		await guard(this.#file, async () => {
			// write(2) may take less than it is given, on a disk that is nearly full for instance.
			for (let at = 0; at < bytes.length; ) {
				at += (await this.#handle.write(bytes, at)).bytesWritten;
			}
		});
		this.written += bytes.length;
	}

	async append(file: HostPath): Promise<void> {
		const source = await open(file);
		try {
			const block = Buffer.allocUnsafe(copyBlock);
			for (;;) {
				const {bytesRead} = await source.read(block, 0, copyBlock, null);
				if (bytesRead === 0) {
					break;
				}

				await this.write(block.subarray(0, bytesRead));
			}
		} finally {
			await source.close();
		}
	}

	async close(options: {readonly sync?: boolean} = {}): Promise<void> {
		await guard(this.#file, async () => {
			if (options.sync) {
				await this.#handle.sync();
			}

			this.#open = false;
			await this.#handle.close();
		});
	}

	async abort(): Promise<void> {
		if (this.#open) {
			this.#open = false;
			await this.#handle.close().catch(() => undefined);
		}
	}
}

/** Runs something that writes at `path`, and turns what the system refuses into a HostError (DISK_FULL, OUTPUT_UNWRITABLE). */
export async function guard<Result>(path: HostPath, action: () => Result | Promise<Result>): Promise<Result> {
	try {
		return await action();
	} catch (error) {
		throw unwritable(path, error);
	}
}

function unwritable(path: HostPath, error: unknown): unknown {
	if (!(error instanceof Error && 'syscall' in error && 'code' in error)) {
		return error;
	}

	const folder = dirname(path);
	if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
		return new HostError(`there is no space left in ${folder}`, {
			code: 'DISK_FULL',
			hint: 'make room there, or choose another folder: --out for the artifacts, TMPDIR for the stage',
			cause: error,
		});
	}

	return new HostError(`${path} cannot be written: ${error.message}`, {
		code: 'OUTPUT_UNWRITABLE',
		hint: `see who may write in ${folder}, or choose another folder with --out`,
		cause: error,
	});
}
