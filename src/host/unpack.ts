import {inflateRawSync} from 'node:zlib';
import {ArtifactError, VenvpackError} from '../model/errors.ts';
import type {Stretch} from '../model/tree.ts';
import {accepted} from './accepted.ts';
import {type Decoder, largestInput, memoryLimit, openDecoder} from './decoder.ts';
import {throughProgram} from './decoder-program.ts';
import {openStretch, type StretchFile} from './stretch-file.ts';

export interface UnpackOptions {
	/** Of the artifact, for errors; default: the compression. */
	readonly format?: string;
	/** In bytes; default: `unpackLimit`. */
	readonly limit?: number;
}

/**
 * What a stretch of so many bytes may unpack to, in bytes. Of real packages hardly one unpacks to ten times its size;
 * a file of zeros may be a legitimate member, so that everything up to 8 GiB passes.
 */
export function unpackLimit(length: number): number {
	return 8 * 2 ** 30 + 200 * length;
}

/** Frames that a zstd stretch may consist of: each costs some work, however short it is. */
const mostFrames = 100_000;

/**
 * Unpacks a stretch: all members of gzip, all frames of zstd, all streams of xz. A chunk is valid until the next is
 * asked for. Whoever stops early, or fails, leaves nothing open.
 * Throws an ArtifactError (ARTIFACT_DAMAGED; ARTIFACT_TOO_LARGE for what unpacks to more than the limit, or needs more
 * than 256 MiB of memory), or a HostError (ARTIFACT_UNREADABLE, XZ_MISSING, BZIP2_MISSING).
 */
export async function* unpacked(stretch: Stretch, options: UnpackOptions = {}): AsyncGenerator<Uint8Array> {
	const {format = stretch.compression, limit = unpackLimit(stretch.length)} = options;
	const source = openStretch(stretch);
	let size = 0;
	try {
		for await (const chunk of decoded(source, stretch)) {
			size += chunk.length;
			if (size > limit) {
				throw tooLarge(stretch, format, `unpacks to more than ${limit} bytes`);
			}

			yield chunk;
		}
	} catch (error) {
		throw error instanceof VenvpackError ? error : damaged(error, stretch, format);
	} finally {
		source.close();
	}
}

async function* decoded(source: StretchFile, {compression, length}: Stretch): AsyncGenerator<Uint8Array> {
	if (compression === 'none') {
		yield* stored(source);
		return;
	}

	const whole = compression === 'deflate' ? inflatedAtOnce(source, length) : undefined;
	if (whole) {
		yield whole;
		return;
	}

	for (let at = 0, frames = 1; ; frames++) {
		const decoder = await openDecoder(compression);
		if (!decoder) {
			yield* throughProgram(source, compression);
			return;
		}

		yield* frame(source, decoder, at);
		at += decoder.taken() ?? length;
		// Node's zstd stops after a frame that ends within what it was given.
		if (compression !== 'zstd' || at >= length) {
			return;
		}

		if (frames === mostFrames) {
			throw new RangeError(`it consists of more than ${mostFrames} frames`);
		}
	}
}

/** In bytes: a zip has thousands of members, mostly small, and a stream for each would cost more than its content. */
const smallLength = 128 * 1024;
const smallSize = 1024 * 1024;

/** What a small stretch unpacks to; undefined where that is not little. */
function inflatedAtOnce(source: StretchFile, length: number): Uint8Array | undefined {
	if (length > smallLength) {
		return undefined;
	}

	const packed = Buffer.allocUnsafe(length);
	try {
		return inflateRawSync(packed.subarray(0, source.read(0, packed)), {maxOutputLength: smallSize});
	} catch (error) {
		// What Node says of more than `maxOutputLength`; damage is another error.
		if (error instanceof RangeError) {
			return undefined;
		}

		throw error;
	}
}

function* stored(source: StretchFile): Generator<Uint8Array> {
	const buffer = Buffer.allocUnsafe(256 * 1024);
	for (let at = 0; ; ) {
		const length = source.read(at, buffer);
		if (length === 0) {
			return;
		}

		yield buffer.subarray(0, length);
		at += length;
	}
}

async function* frame(source: StretchFile, decoder: Decoder, from: number): AsyncGenerator<Uint8Array> {
	const {stream} = decoder;
	// The loop below hears of errors; one that comes after it must not end the process.
	stream.on('error', () => undefined);
	const fed = feed(source, decoder, from);
	fed.catch(error => stream.destroy(error));
	try {
		for await (const chunk of stream as AsyncIterable<Uint8Array>) {
			yield chunk;
			decoder.release(chunk);
		}
	} finally {
		decoder.close();
		await fed.catch(() => undefined);
	}
}

async function feed(source: StretchFile, decoder: Decoder, from: number): Promise<void> {
	const {stream} = decoder;
	const buffer = Buffer.allocUnsafe(largestInput);
	for (let at = from; !stream.destroyed; ) {
		const length = source.read(at, buffer.subarray(0, decoder.inputSize()));
		if (length === 0) {
			break;
		}

		at += length;
		await accepted(stream, buffer.subarray(0, length));
		if ((decoder.taken() ?? at - from) < at - from) {
			return;
		}
	}

	stream.end();
}

function damaged(error: unknown, stretch: Stretch, format: string): ArtifactError {
	const reason = error instanceof Error ? error.message : String(error);
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	if (code === 'ZSTD_error_frameParameter_windowTooLarge' || /memory usage limit/i.test(reason)) {
		return tooLarge(stretch, format, `needs more than ${memoryLimit / 2 ** 20} MiB of memory to be unpacked`);
	}

	return new ArtifactError(
		`${stretch.file}: what ${stretch.compression} packed at byte ${stretch.start} is damaged: ${reason}`,
		{
			code: 'ARTIFACT_DAMAGED',
			format,
			offset: stretch.start,
			reading: true,
			hint: 'the file is cut off or damaged: fetch or build it again',
			cause: error,
		},
	);
}

function tooLarge(stretch: Stretch, format: string, what: string): ArtifactError {
	return new ArtifactError(`${stretch.file}: the part at byte ${stretch.start} (${stretch.length} bytes) ${what}`, {
		code: 'ARTIFACT_TOO_LARGE',
		format,
		offset: stretch.start,
		reading: true,
		hint: 'it is made to do harm, or far from what venvpack is for',
	});
}
