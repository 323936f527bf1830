import {type FileHandle, open} from 'node:fs/promises';
import type {HostPath} from '../model/paths.ts';
import {guard} from './sink.ts';

/** Bytes that are moved together. */
const block: number = 1024 * 1024;

/**
 * Moves all that a file holds from `from` on by `by` bytes, towards its end or its start; the file grows or shrinks by as
 * much. What then stands between is undefined. A kill on the way leaves the file broken: it must not have its name yet.
 * Throws a HostError (DISK_FULL, OUTPUT_UNWRITABLE).
 */
export async function moveTail(
	file: HostPath,
	{from, by}: {readonly from: number; readonly by: number},
): Promise<void> {
	await guard(file, async () => {
		const handle = await open(file, 'r+');
		try {
			const {size} = await handle.stat();
			const starts = Array.from({length: Math.ceil((size - from) / block)}, (_, index) => from + index * block);
			// Each block is read before another is written over it.
			for (const start of by > 0 ? starts.reverse() : starts) {
				await moveBlock(handle, {start, length: Math.min(block, size - start), by});
			}

			await handle.truncate(size + by);
			await handle.sync();
		} finally {
			await handle.close();
		}
	});
}

/** Replaces bytes of a file, from `at` on. Throws a HostError (DISK_FULL, OUTPUT_UNWRITABLE). */
export async function overwrite(file: HostPath, at: number, bytes: Uint8Array): Promise<void> {
	await guard(file, async () => {
		const handle = await open(file, 'r+');
		try {
			await writeAll(handle, bytes, at);
			await handle.sync();
		} finally {
			await handle.close();
		}
	});
}

async function moveBlock(
	handle: FileHandle,
	{start, length, by}: {readonly start: number; readonly length: number; readonly by: number},
): Promise<void> {
	const bytes = Buffer.allocUnsafe(length);
	for (let done = 0; done < length; ) {
		const {bytesRead} = await handle.read(bytes, done, length - done, start + done);
		if (bytesRead === 0) {
			throw new RangeError('the file became shorter while it was moved');
		}

		done += bytesRead;
	}

	await writeAll(handle, bytes, start + by);
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
	}
}
