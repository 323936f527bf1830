import {ArtifactError} from '../model/errors.ts';
import {type Content, type FileEntry, sizeOf} from '../model/tree.ts';
import {chunkSize, chunksOf} from './read.ts';

/** Who takes the bytes of one file. */
export interface ContentSink {
	/** The next bytes; they may change after the call. */
	push(chunk: Uint8Array): void;
	close(): void;
}

/**
 * Reads files, each once, in the order in which their artifact holds them, which is not always the order given. For each
 * one `open` says who takes its bytes; undefined passes over it. Of a compressed payload everything is unpacked up to the last file that
 * is wanted, and nothing is kept.
 * Throws an ArtifactError (ARTIFACT_DAMAGED) where the bytes cannot be had.
 */
export async function readContents(
	files: Iterable<FileEntry>,
	open: (entry: FileEntry) => ContentSink | undefined,
): Promise<void> {
	const buffer = Buffer.allocUnsafe(chunkSize);
	for (const entry of files) {
		const sink = open(entry);
		if (sink) {
			for (const chunk of chunksOf(entry.content, buffer)) {
				sink.push(chunk);
			}

			sink.close();
		}
	}
}

/** The whole of some contents, for what is known to be small. Throws an ArtifactError (CONTENT_TOO_LARGE) over `limit` bytes. */
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

	const parts: Buffer[] = [];
	await readContents([entry], () => ({push: chunk => void parts.push(Buffer.from(chunk)), close: () => undefined}));
	return Buffer.concat(parts);
}

/** Whether a content can be read without unpacking anything. */
export function isPlain(content: Content): boolean {
	return content.kind !== 'packed';
}
