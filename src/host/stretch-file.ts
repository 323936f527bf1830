import {closeSync, openSync, readSync} from 'node:fs';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import type {Stretch} from '../model/tree.ts';

/** The bytes of a stretch as they lie in its file. */
export interface StretchFile {
	/** Fills `buffer` from `at` (bytes from the start of the stretch) on. Returns how many there were; 0 at its end. */
	read(at: number, buffer: Uint8Array): number;
	close(): void;
}

/** Throws a HostError (ARTIFACT_UNREADABLE), as `read` does, where the machine does not give the bytes. */
export function openStretch({file, start, length}: Stretch): StretchFile {
	const descriptor = reading(file, () => openSync(file, 'r'));
	return {
		read: (at, buffer) =>
			reading(file, () =>
				readSync(descriptor, buffer, 0, Math.max(0, Math.min(buffer.length, length - at)), start + at),
			),
		close: () => closeSync(descriptor),
	};
}

/** Does what reads `file`. Throws a HostError (ARTIFACT_UNREADABLE) where the file system refuses. */
export function reading<T>(file: HostPath, action: () => T): T {
	try {
		return action();
	} catch (error) {
		if (error instanceof Error && 'syscall' in error) {
			throw new HostError(`${file} cannot be read: ${error.message}`, {
				code: 'ARTIFACT_UNREADABLE',
				hint: 'see that you may read it, and that its disk is sound',
				cause: error,
			});
		}

		throw error;
	}
}
