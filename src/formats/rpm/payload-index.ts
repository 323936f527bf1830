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
	/** Made where members do not come in the order of the header; mostly they do, and a package has very many. */
	#byPath: ReadonlyMap<string, number> | undefined;
	/** Which files are hard links of each other, each with itself; only those. */
	readonly #links: ReadonlyMap<number, readonly number[]>;
	readonly #seen: Uint8Array;
	/** The place behind the last member. */
	#next = 0;

	constructor(files: readonly ListedFile[], entries: ArchiveEntries) {
		this.#files = files;
		this.#entries = entries;
		this.#offsets = new Float64Array(files.length).fill(-1);
		this.#links = linksOf(files);
		this.#seen = new Uint8Array(files.length);
	}

	/** Notes where a member's bytes begin, and returns how many they are. */
	place(header: Exclude<CpioHeader, {kind: 'trailer'}>, offset: number): number {
		const at = header.kind === 'index' ? header.index : this.#named(this.#entries.place(header.name));
		const file = at === undefined ? undefined : this.#files[at];
		if (at === undefined || file === undefined || this.#seen[at] === 1) {
			throw broken(`a member is not among the files of the header, or is there twice: ${shown(header)}`, offset);
		}

		this.#seen[at] = 1;
		this.#next = at + 1;
		const size = header.kind === 'index' ? this.#shortSize(file, at) : header.size;
		if (file.kind === 'file') {
			this.#placeFile(file, at, {size, offset});
		}

		return size;
	}

	#named(path: string): number | undefined {
		let next = this.#files[this.#next];
		while (next && !isPacked(next)) {
			this.#next++;
			next = this.#files[this.#next];
		}

		if (next?.path === path) {
			return this.#next;
		}

		this.#byPath ??= new Map(this.#files.map((file, at) => [file.path, at]));
		return this.#byPath.get(path);
	}

	/** The short form states no size: it is that of the header, and of hard links the last brings the bytes. */
	#shortSize(file: ListedFile, at: number): number {
		const links = this.#links.get(at);
		const hasBytes = file.kind === 'link' || (file.kind === 'file' && (links === undefined || links.at(-1) === at));
		return hasBytes ? file.size : 0;
	}

	#placeFile(file: ListedFile, at: number, {size, offset}: {size: number; offset: number}): void {
		const links = this.#links.get(at) ?? [at];
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
		for (const links of new Set(this.#links.values())) {
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

/** Hard links share device, inode and size. Found by sorting: a list for each inode would cost more than the files. */
function linksOf(files: readonly ListedFile[]): ReadonlyMap<number, readonly number[]> {
	const links = new Map<number, readonly number[]>();
	const packed = Uint32Array.from(files.keys()).filter(at => {
		const file = files[at];
		return file?.kind === 'file' && isPacked(file);
	});
	const sorted = packed.sort((one, other) => compareInodes(files[one], files[other]));
	for (let start = 0, at = 1; at <= sorted.length; at++) {
		const first = files[sorted[start] ?? 0];
		if (at === sorted.length || compareInodes(first, files[sorted[at] ?? 0]) !== 0) {
			const group = [...sorted.subarray(start, at)].filter(index => files[index]?.size === first?.size);
			for (const index of group.length > 1 ? group : []) {
				links.set(index, group);
			}

			start = at;
		}
	}

	return links;
}

function compareInodes(one: ListedFile | undefined, other: ListedFile | undefined): number {
	return one && other ? one.device - other.device || one.inode - other.inode : 0;
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
