import {closeSync, openSync, readFileSync, readSync} from 'node:fs';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Content, Patch} from '../model/tree.ts';

/** Files up to this size (bytes) are read in one call; larger ones in chunks of it, so that memory is bounded. */
export const chunkSize: number = 1024 * 1024;

/**
 * Reads a whole content into memory. For files that are known to be small, or that must be seen whole. What is packed in
 * an artifact is read by contents.ts; it is our bug (a RangeError) to ask for it here.
 */
export function readContent(content: Content): Uint8Array {
	switch (content.kind) {
		case 'bytes':
			return content.bytes;
		case 'staged':
			return readFileSync(locationOf(content));
		case 'patched': {
			const bytes = Uint8Array.from(readContent(content.source));
			applyPatches(bytes, 0, content.patches);
			return bytes;
		}

		case 'packed':
			throw packed(content);
	}
}

/**
 * The bytes of a content in order, in chunks of at most `chunkSize`; an empty content gives none. Files are read into
 * `buffer` (of `chunkSize` bytes), so a chunk is valid until the next. Whoever reads many files gives the same one each time:
 * a buffer for each of them is memory that the allocator does not give back.
 * Throws a HostError (FILE_CHANGED) when a file does not have the size that it was scanned with.
 */
export function* chunksOf(content: Content, buffer: Uint8Array = Buffer.allocUnsafe(chunkSize)): Generator<Uint8Array> {
	switch (content.kind) {
		case 'bytes':
			for (let at = 0; at < content.bytes.length; at += chunkSize) {
				yield content.bytes.subarray(at, at + chunkSize);
			}

			return;
		case 'staged':
			yield* fileChunks(locationOf(content), content.size, buffer);
			return;
		case 'patched': {
			let at = 0;
			for (const chunk of chunksOf(content.source, buffer)) {
				// What was read into the buffer is ours to change; the bytes of an entry are not.
				const own = content.source.kind === 'bytes' ? Uint8Array.from(chunk) : chunk;
				applyPatches(own, at, content.patches);
				yield own;
				at += own.length;
			}

			return;
		}

		case 'packed':
			throw packed(content);
	}
}

/** The first bytes of a content, at most `length` of them. */
export function headOf(content: Content, length: number): Uint8Array {
	if (content.kind === 'patched') {
		const bytes = Uint8Array.from(headOf(content.source, length));
		applyPatches(bytes, 0, content.patches);
		return bytes;
	}

	const chunks = chunksOf(content, Buffer.allocUnsafe(length));
	const head = chunks.next().value ?? new Uint8Array();
	chunks.return(undefined);
	return head.subarray(0, length);
}

/** Where a staged content lies on this machine. */
export function locationOf(content: Content & {kind: 'staged'}): HostPath {
	return hostPath(`${content.root}${content.path}`);
}

function* fileChunks(file: HostPath, size: number, buffer: Uint8Array): Generator<Uint8Array> {
	const descriptor = openSync(file, 'r');
	try {
		let done = 0;
		for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
			done += length;
			yield buffer.subarray(0, length);
			if (done === size && length < buffer.length) {
				return;
			}
		}

		if (done !== size) {
			throw changed(file, size, done);
		}
	} finally {
		closeSync(descriptor);
	}
}

function packed({stretch}: Content & {kind: 'packed'}): RangeError {
	return new RangeError(`a content inside ${stretch.file} cannot be read by itself`);
}

function changed(file: HostPath, was: number, is: number): HostError {
	return new HostError(`${file} had ${was} bytes when it was scanned, and has ${is} now`, {
		code: 'FILE_CHANGED',
		hint: 'something writes into the stage while venvpack packs it; stop it and build again',
	});
}

/** Writes the patches that touch `bytes`, which begin at `offset` of the file, into them. */
export function applyPatches(bytes: Uint8Array, offset: number, patches: readonly Patch[]): void {
	for (const patch of patches) {
		for (let at = 0; at < patch.bytes.length; at++) {
			const place = patch.offset + at - offset;
			const value = patch.bytes[at];
			if (place >= 0 && place < bytes.length && value !== undefined) {
				bytes[place] = value;
			}
		}
	}
}
