import {type CpioHeader, cpioPadding, decodeCpioHeader} from '../../codecs/cpio.ts';
import {ByteReader} from '../../host/byte-reader.ts';
import {unpacked, unpackLimit} from '../../host/unpack.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {Stretch} from '../../model/tree.ts';
import type {ArchiveEntries} from '../archive-entries.ts';
import {isPacked, type ListedFile} from './file-table.ts';

const indexHeaderSize = 16;
const memberHeaderSize = 110;
/** Where the size of the name stands in a member's header: the twelfth number of eight digits, after the magic. */
const nameSizeAt = 6 + 11 * 8;
/** What a member takes beside its bytes, at most: header, name, padding. */
const mostAround = 4096 + 256;

/**
 * Finds the bytes of each file in the payload, by one pass over it. A payload need not have the order of the header, and
 * of hard links only one brings the bytes; so rpm, too, goes by the name of each member, or by its index in the short
 * form. Returns an offset for each of `files`, -1 for what has no bytes of its own.
 * Throws an ArtifactError (RPM_PAYLOAD_BROKEN, ARTIFACT_DAMAGED, ARTIFACT_TOO_LARGE) where payload and header disagree.
 */
export async function indexPayload(
	stretch: Stretch,
	files: readonly ListedFile[],
	entries: ArchiveEntries,
): Promise<Float64Array> {
	const expected = files.reduce((sum, file) => sum + file.size + mostAround, 64 * 1024);
	const limit = Math.min(expected, unpackLimit(stretch.length));
	const reader = new ByteReader(unpacked(stretch, {format: 'rpm', limit}), at => broken('it ends too early', at));
	try {
		const index = new PayloadIndex(files, entries);
		for (let header = await nextHeader(reader); header.kind !== 'trailer'; header = await nextHeader(reader)) {
			const size = index.place(header, reader.position);
			await reader.skip(size + cpioPadding(size));
		}

		await reader.drain();
		return index.finish();
	} finally {
		await reader.close();
	}
}

async function nextHeader(reader: ByteReader): Promise<CpioHeader> {
	const at = reader.position;
	const first = Buffer.from(await reader.take(indexHeaderSize));
	const short = decodeCpioHeader(first, at);
	if (short !== undefined) {
		return short.header;
	}

	const intro = Buffer.concat([first, await reader.take(memberHeaderSize - indexHeaderSize)]);
	// Refuses a name of absurd length; what it asks for now is the name.
	decodeCpioHeader(intro, at);
	const nameSize = Number.parseInt(intro.toString('latin1', nameSizeAt, nameSizeAt + 8), 16);
	const name = await reader.take(nameSize + cpioPadding(memberHeaderSize + nameSize));
	const whole = decodeCpioHeader(Buffer.concat([intro, name]), at);
	if (whole === undefined) {
		throw broken('a member has no name', at);
	}

	return whole.header;
}

/** The places of files, filled in member by member. */
class PayloadIndex {
	readonly #files: readonly ListedFile[];
	readonly #entries: ArchiveEntries;
	readonly #offsets: Float64Array;
	readonly #byPath: ReadonlyMap<string, number>;
	/** Files that are hard links of each other, by their inode; only those. */
	readonly #links: ReadonlyMap<string, readonly number[]>;
	readonly #seen: Uint8Array;

	constructor(files: readonly ListedFile[], entries: ArchiveEntries) {
		this.#files = files;
		this.#entries = entries;
		this.#offsets = new Float64Array(files.length).fill(-1);
		this.#byPath = new Map(files.map((file, at) => [file.path, at]));
		this.#links = linksOf(files);
		this.#seen = new Uint8Array(files.length);
	}

	/** Notes where a member's bytes begin, and returns how many they are. */
	place(header: Exclude<CpioHeader, {kind: 'trailer'}>, offset: number): number {
		const at = header.kind === 'index' ? header.index : this.#byPath.get(this.#entries.place(header.name));
		const file = at === undefined ? undefined : this.#files[at];
		if (at === undefined || file === undefined || this.#seen[at] === 1) {
			throw broken(`a member is not among the files of the header, or is there twice: ${shown(header)}`, offset);
		}

		this.#seen[at] = 1;
		const size = header.kind === 'index' ? this.#shortSize(file, at) : header.size;
		if (file.kind === 'file') {
			this.#placeFile(file, at, {size, offset});
		}

		return size;
	}

	/** The short form states no size: it is that of the header, and of hard links the last brings the bytes. */
	#shortSize(file: ListedFile, at: number): number {
		const links = this.#links.get(file.inode);
		const hasBytes = file.kind === 'link' || (file.kind === 'file' && (links === undefined || links.at(-1) === at));
		return hasBytes ? file.size : 0;
	}

	#placeFile(file: ListedFile, at: number, {size, offset}: {size: number; offset: number}): void {
		const links = this.#links.get(file.inode) ?? [at];
		if (size === 0 && file.size > 0 && links.length > 1) {
			return;
		}

		if (size !== file.size) {
			throw broken(`${file.path} has ${size} bytes, and the header says ${file.size}`, offset);
		}

		this.#offsets[at] = offset;
	}

	/** Throws where a file has no bytes. */
	finish(): Float64Array {
		for (const links of this.#links.values()) {
			const bytes = links.reduce((last, link) => Math.max(last, this.#offsets[link] ?? -1), -1);
			for (const link of links) {
				// Two files of one inode that both bring bytes are no hard links, whatever the header says.
				this.#offsets[link] = this.#offsets[link] === -1 ? bytes : (this.#offsets[link] ?? -1);
			}
		}

		const missing = this.#files.find(
			(file, at) => file.kind === 'file' && isPacked(file) && file.size > 0 && (this.#offsets[at] ?? -1) < 0,
		);
		if (missing !== undefined) {
			throw broken(`${missing.path} is not in it`, 0);
		}

		return this.#offsets;
	}
}

/** Hard links share device, inode and size. */
function linksOf(files: readonly ListedFile[]): ReadonlyMap<string, readonly number[]> {
	const byInode = new Map<string, number[]>();
	for (const [at, file] of files.entries()) {
		if (file.kind === 'file' && isPacked(file)) {
			const known = byInode.get(file.inode);
			if (known === undefined) {
				byInode.set(file.inode, [at]);
			} else if (files[known[0] ?? 0]?.size === file.size) {
				known.push(at);
			}
		}
	}

	return new Map([...byInode].filter(([, links]) => links.length > 1));
}

function shown(header: Exclude<CpioHeader, {kind: 'trailer'}>): string {
	return header.kind === 'index' ? `number ${header.index}` : JSON.stringify(header.name.slice(0, 200));
}

function broken(message: string, offset: number): ArtifactError {
	return new ArtifactError(`the payload of the rpm cannot be read: ${message} (byte ${offset} of the payload)`, {
		code: 'RPM_PAYLOAD_BROKEN',
		format: 'rpm',
		reading: true,
		hint: 'the file is damaged: fetch or build it again',
	});
}
