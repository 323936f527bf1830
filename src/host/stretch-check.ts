import {crc32, inflateRawSync} from 'node:zlib';
import {ArtifactError} from '../model/errors.ts';
import type {Stretch} from '../model/tree.ts';
import {openStretch} from './stretch-file.ts';

/**
 * What a small stretch that is stored or deflated unpacks to, held to its `check`.
 * Throws an ArtifactError (ARTIFACT_DAMAGED), a HostError (ARTIFACT_UNREADABLE).
 */
export function readChecked(stretch: Stretch): Uint8Array {
	const source = openStretch(stretch);
	try {
		const packed = Buffer.alloc(stretch.length);
		const length = source.read(0, packed);
		const bytes = unpack(packed.subarray(0, length), stretch);
		confirm(stretch, bytes.length, crc32(bytes));
		return bytes;
	} finally {
		source.close();
	}
}

function unpack(packed: Uint8Array, stretch: Stretch): Uint8Array {
	if (stretch.compression === 'none') {
		return packed;
	}

	try {
		// One byte more than there should be, so that too much is told from damage.
		return inflateRawSync(packed, {maxOutputLength: (stretch.check?.size ?? 0) + 1});
	} catch (cause) {
		throw damaged(stretch, cause instanceof Error ? cause.message : String(cause), cause);
	}
}

/** Passes chunks on; the one that completes the stretch only once the checksum has come out right. */
export async function* checkedChunks(stretch: Stretch, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const {check} = stretch;
	let [size, sum] = [0, 0];
	for await (const chunk of chunks) {
		if (check) {
			size += chunk.length;
			sum = crc32(chunk, sum);
			if (size >= check.size) {
				confirm(stretch, size, sum);
			}
		}

		yield chunk;
	}
}

function confirm(stretch: Stretch, size: number, sum: number): void {
	const {check} = stretch;
	if (check && (size !== check.size || sum !== check.crc32)) {
		const what = size === check.size ? 'its checksum is another' : `it has ${size} bytes instead of ${check.size}`;
		throw damaged(stretch, what);
	}
}

function damaged({file, start, compression}: Stretch, what: string, cause?: unknown): ArtifactError {
	return new ArtifactError(`${file}: what is packed at byte ${start} is damaged: ${what}`, {
		code: 'ARTIFACT_DAMAGED',
		format: compression,
		offset: start,
		reading: true,
		hint: 'the file is cut off or damaged: fetch or build it again',
		cause,
	});
}
