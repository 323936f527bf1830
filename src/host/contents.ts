import {ArtifactError} from '../model/errors.ts';
import type {InstallPath} from '../model/paths.ts';
import {type Content, type FileEntry, type Patch, type Stretch, sizeOf} from '../model/tree.ts';
import type {ContentSink} from './content-sink.ts';
import {chunkSize, chunksOf, locationOf} from './read.ts';
import {bring} from './remote-file.ts';
import {type OpenContent, readSlices, type Slice} from './slices.ts';
import {openStretch} from './stretch-file.ts';
import type {WebRange} from './web-part.ts';

export type {ContentSink} from './content-sink.ts';

/**
 * Reads files, each once, in the order in which their artifact holds them, which is not always the order given. For each
 * one `open` says who takes its bytes, when its turn comes; undefined passes over it. Files that share their bytes, as
 * hard links do, are open at the same time; all others one after the other. Of a compressed payload everything is
 * unpacked up to the last file that is wanted, and nothing is kept.
 * Throws an ArtifactError (ARTIFACT_DAMAGED, ARTIFACT_TOO_LARGE) where the bytes cannot be had.
 */
export async function readContents(
	files: Iterable<FileEntry>,
	open: (entry: FileEntry) => ContentSink | undefined,
): Promise<void> {
	const packed = new Map<Stretch, Slice[]>();
	let buffer: Uint8Array | undefined;
	for (const entry of files) {
		const found = packedPart(entry.content);
		if (found) {
			const {offset, size, stretch} = found.content;
			const slices = packed.get(stretch) ?? [];
			slices.push({entry, offset, size, patches: found.patches});
			packed.set(stretch, slices);
		} else {
			buffer ??= Buffer.allocUnsafe(chunkSize);
			readPlain(entry, open, buffer);
		}
	}

	for (const [stretch, slices] of [...packed].sort(([one], [other]) => one.start - other.start)) {
		await bring(stretch.file, stretch.compression === 'none' ? rangesOf(stretch, slices) : [stretch]);
		await readSlices(stretch, slices, open);
	}
}

function* rangesOf({start}: Stretch, slices: readonly Slice[]): Generator<WebRange> {
	for (const {offset, size} of slices) {
		yield {start: start + offset, length: size};
	}
}

function readPlain(entry: FileEntry, open: OpenContent, buffer: Uint8Array): void {
	const sink = open(entry);
	if (sink) {
		for (const chunk of chunksOf(entry.content, buffer)) {
			sink.push(chunk);
		}

		sink.close();
	}
}

/** What lies in an artifact, and what is to be changed of it; undefined for what can be read by itself. */
function packedPart(
	content: Content,
	patches: readonly Patch[] = [],
): {readonly content: Content & {kind: 'packed'}; readonly patches: readonly Patch[]} | undefined {
	switch (content.kind) {
		case 'packed':
			return {content, patches};
		case 'patched':
			// The outer patches are made later, and win.
			return packedPart(content.source, [...content.patches, ...patches]);
		default:
			return undefined;
	}
}

/** The whole of a content, for what is known to be small. Throws an ArtifactError (CONTENT_TOO_LARGE) over `limit` bytes. */
export async function readWhole(entry: FileEntry, limit: number): Promise<Uint8Array> {
	const size = sizeOf(entry.content);
	if (size > limit) {
		throw new ArtifactError(`${entry.path} has ${size} bytes, and at most ${limit} are expected of it`, {
			code: 'CONTENT_TOO_LARGE',
			format: 'file',
			reading: true,
			hint: 'the artifact is damaged, or made to do harm',
		});
	}

	return (await readSome([entry], limit)).get(entry.path) ?? new Uint8Array(0);
}

/** The whole of many small files in one go, by path. Files of more than `limit` bytes are left out. */
export async function readSome(
	files: Iterable<FileEntry>,
	limit: number,
): Promise<ReadonlyMap<InstallPath, Uint8Array>> {
	const read = new Map<InstallPath, Uint8Array>();
	await readContents(files, ({path, content}) => {
		const size = sizeOf(content);
		return size > limit ? undefined : gathering(size, bytes => read.set(path, bytes));
	});
	return read;
}

/** The first `length` bytes of files, or all of shorter ones, in one go, by path. */
export async function readHeads(
	files: Iterable<FileEntry>,
	length: number,
): Promise<ReadonlyMap<InstallPath, Uint8Array>> {
	return readSome(headsOf(files, length), length);
}

function* headsOf(files: Iterable<FileEntry>, length: number): Generator<FileEntry> {
	for (const entry of files) {
		yield {...entry, content: headOf(entry.content, length)};
	}
}

function headOf(content: Content, length: number): Content {
	switch (content.kind) {
		case 'packed':
			return {...content, size: Math.min(content.size, length)};
		case 'bytes':
			return {kind: 'bytes', bytes: content.bytes.subarray(0, length)};
		case 'patched':
			return {...content, source: headOf(content.source, length)};
		case 'staged':
			return {kind: 'bytes', bytes: headOfFile(content, length)};
	}
}

function headOfFile(content: Content & {kind: 'staged'}, length: number): Uint8Array {
	const source = openStretch({file: locationOf(content), start: 0, length: content.size, compression: 'none'});
	try {
		const head = Buffer.alloc(Math.min(length, content.size));
		return head.subarray(0, source.read(0, head));
	} finally {
		source.close();
	}
}

function gathering(size: number, done: (bytes: Uint8Array) => void): ContentSink {
	const parts: Buffer[] = [];
	return {
		push: chunk => void parts.push(Buffer.from(chunk)),
		close: () => done(Buffer.concat(parts, size)),
	};
}

/** Whether a content can be read without unpacking anything. */
export function isPlain(content: Content): boolean {
	return packedPart(content) === undefined;
}
