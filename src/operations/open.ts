import {type Stats, statSync} from 'node:fs';
import {resolve} from 'node:path';
import {packingOf} from '../codecs/packing.ts';
import type {ArtifactHead} from '../formats/reader.ts';
import {readers} from '../formats/readers.ts';
import {openStretch, reading, type StretchFile} from '../host/stretch-file.ts';
import {unpacked} from '../host/unpack.ts';
import {ArtifactError, UsageError} from '../model/errors.ts';
import type {OpenedPackage} from '../model/package.ts';
import {type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import {type Stretch, sizeOf} from '../model/tree.ts';
import {isAddress} from './address.ts';
import type {Context} from './context.ts';

/** Which artifact is meant. */
export interface ArtifactRequest {
	/** A file, a folder, or an http(s) address. */
	readonly artifact: string;
	/** Where it will lie, for what does not say so itself. */
	readonly prefix?: InstallPath | undefined;
	/** Leaves out the digests that its format has of its files, which have some megabytes in a large package. */
	readonly withoutDigests?: boolean;
	/** Of an archive with an index on a server, only what is read is fetched: for who needs little of it. */
	readonly partly?: boolean;
}

/** An artifact at hand. */
export interface OpenedArtifact extends OpenedPackage {
	/** The file or folder on this machine; a download lies in a temporary folder. */
	readonly file: HostPath;
	/** In bytes; of a folder, all its files together. */
	readonly size: number;
	/** Whether its contents are still on a server: to read a file is to fetch it. */
	readonly isPartial: boolean;
	/** Lets go of what was downloaded or unpacked. */
	close(): void;
}

/**
 * Opens an artifact of any format for reading.
 * Throws an ArtifactError where it cannot be read (ARTIFACT_UNKNOWN: no format that venvpack reads; ARTIFACT_EMPTY),
 * a UsageError (ARTIFACT_MISSING), a HostError where it cannot be had.
 */
export async function openArtifact(request: ArtifactRequest, context: Context): Promise<OpenedArtifact> {
	if (!isAddress(request.artifact)) {
		return openFile(hostPath(resolve(request.artifact)), request, {});
	}

	// Loaded here alone: what speaks TLS takes 8 MB of memory.
	const {downloadArtifact, downloadPartly} = await import('./download.ts');
	const download = request.partly ? downloadPartly : downloadArtifact;
	const {file, remove, isPartial} = await download(request.artifact, context);
	try {
		return await openFile(file, request, {close: remove, isPartial});
	} catch (error) {
		remove();
		throw error;
	}
}

async function openFile(
	file: HostPath,
	request: ArtifactRequest,
	{close = () => undefined, isPartial = false}: {readonly close?: () => void; readonly isPartial?: boolean | undefined},
): Promise<OpenedArtifact> {
	const {prefix, withoutDigests = false} = request;
	const stats = look(file);
	const {head, failure} = await headOf(file, stats);
	const reader = readers.find(one => one.recognises(head));
	if (!reader) {
		throw failure ?? unknown(file, head);
	}

	const opened = await reader.read({file, head, size: stats.size, prefix, withoutDigests});
	return {...opened, file, size: stats.isDirectory() ? contentSize(opened) : stats.size, isPartial, close};
}

function look(file: HostPath): Stats {
	const stats = reading(file, () => statSync(file, {throwIfNoEntry: false}));
	if (stats === undefined) {
		throw new UsageError(`there is no ${file}`, {
			code: 'ARTIFACT_MISSING',
			hint: 'name a file, a folder or an http(s) address; venvpack build prints where its artifacts lie',
		});
	}

	if (!stats.isFile() && !stats.isDirectory()) {
		throw new UsageError(`${file} is neither a file nor a folder`, {
			code: 'ARTIFACT_MISSING',
			hint: 'a pipe cannot be read twice: write it to a file first',
		});
	}

	if (stats.isFile() && stats.size === 0) {
		throw new ArtifactError(`${file} is an empty file`, {
			code: 'ARTIFACT_EMPTY',
			format: 'file',
			reading: true,
			hint: 'what wrote it did not finish: fetch or build it again',
		});
	}

	return stats;
}

/** In bytes: what readers see of an artifact before one of them is chosen. */
const headSize = 4 * 1024;
const tailSize = 66 * 1024;

/** With what was wrong with its compression, if it was: a reader that knows the format all the same says more. */
async function headOf(file: HostPath, stats: Stats): Promise<{head: ArtifactHead; failure?: ArtifactError}> {
	if (stats.isDirectory()) {
		return {head: {isDirectory: true, bytes: nothing, unpacked: nothing, tail: nothing}};
	}

	const stretch = {file, start: 0, length: stats.size, compression: 'none'} as const;
	const source = openStretch(stretch);
	try {
		const bytes = readAt(source, 0, headSize);
		const tail = readAt(source, Math.max(0, stats.size - tailSize), tailSize);
		const compression = packingOf(bytes);
		if (compression === 'none') {
			return {head: {isDirectory: false, bytes, unpacked: nothing, tail}};
		}

		const {bytes: inside, ...rest} = await unpackedHead({...stretch, compression});
		return {head: {isDirectory: false, bytes, unpacked: inside, tail}, ...rest};
	} finally {
		source.close();
	}
}

const nothing = new Uint8Array(0);

function readAt(source: StretchFile, at: number, size: number): Uint8Array {
	const bytes = Buffer.alloc(size);
	return bytes.subarray(0, source.read(at, bytes));
}

async function unpackedHead(stretch: Stretch): Promise<{bytes: Uint8Array; failure?: ArtifactError}> {
	const parts: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of unpacked(stretch)) {
			parts.push(Buffer.from(chunk.subarray(0, headSize - size)));
			size += chunk.length;
			if (size >= headSize) {
				break;
			}
		}
	} catch (error) {
		if (error instanceof ArtifactError) {
			return {bytes: Buffer.concat(parts), failure: error};
		}

		throw error;
	}

	return {bytes: Buffer.concat(parts)};
}

function unknown(file: HostPath, head: ArtifactHead): ArtifactError {
	const names = readers.map(reader => reader.name).join(', ');
	return new ArtifactError(`${file} is no artifact that venvpack reads: ${seen(head)}`, {
		code: 'ARTIFACT_UNKNOWN',
		format: 'unknown',
		reading: true,
		hint: `it reads ${names}; the name of a file does not matter, its first bytes do`,
	});
}

function seen({bytes}: ArtifactHead): string {
	const compression = packingOf(bytes);
	return compression === 'none'
		? `it begins with ${JSON.stringify(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))}`
		: `it is compressed with ${compression}, and no tar archive is inside`;
}

function contentSize({pkg}: OpenedPackage): number {
	return pkg.tree.entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? sizeOf(entry.content) : 0), 0);
}
