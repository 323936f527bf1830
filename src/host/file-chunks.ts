import type {HostPath} from '../model/paths.ts';
import {openStretch} from './stretch-file.ts';

const size: number = 1024 * 1024;

/**
 * The bytes of a file in order; a chunk is valid until the next. From `start` on, in bytes.
 * Throws a HostError (ARTIFACT_UNREADABLE).
 */
export function* fileChunks(file: HostPath, start = 0): Generator<Uint8Array> {
	const source = openStretch({file, start, length: Number.MAX_SAFE_INTEGER - start, compression: 'none'});
	try {
		const buffer = Buffer.allocUnsafe(size);
		for (let at = 0; ; ) {
			const count = source.read(at, buffer);
			if (count === 0) {
				return;
			}

			yield buffer.subarray(0, count);
			at += count;
		}
	} finally {
		source.close();
	}
}
