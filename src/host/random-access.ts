import {closeSync, openSync, readSync} from 'node:fs';
import type {Content} from '../model/tree.ts';
import {applyPatches, locationOf} from './read.ts';

/** Reads `length` bytes from `start`, fewer where the content ends before. */
export type ReadAt = (start: number, length: number) => Uint8Array;

/**
 * Lends `use` a content of which it may read any part in any order, without the rest coming into memory. What is packed in
 * an artifact has no random access: a RangeError.
 */
export function withRandomAccess<Answer>(content: Content, use: (readAt: ReadAt) => Answer): Answer {
	switch (content.kind) {
		case 'bytes':
			return use((start, length) => content.bytes.subarray(start, start + length));
		case 'staged':
			return withFile(content, use);
		case 'patched':
			return withRandomAccess(content.source, readAt =>
				use((start, length) => {
					const bytes = Uint8Array.from(readAt(start, length));
					applyPatches(bytes, start, content.patches);
					return bytes;
				}),
			);
		case 'packed':
			throw new RangeError(`a content inside ${content.stretch.file} cannot be read by itself`);
	}
}

function withFile<Answer>(content: Content & {kind: 'staged'}, use: (readAt: ReadAt) => Answer): Answer {
	const descriptor = openSync(locationOf(content), 'r');
	try {
		return use((start, length) => {
			const bytes = Buffer.alloc(length);
			return bytes.subarray(0, readSync(descriptor, bytes, 0, length, start));
		});
	} finally {
		closeSync(descriptor);
	}
}
