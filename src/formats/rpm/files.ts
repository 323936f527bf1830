import {cpioSizeLimit} from '../../codecs/cpio.ts';
import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import {extendedTree} from '../../model/extended-tree.ts';
import {type Owner, root} from '../../model/owner.ts';
import type {NewPackage} from '../../model/package.ts';
import {nameOf, parentOf} from '../../model/paths.ts';
import {type Entry, type FileEntry, sizeOf} from '../../model/tree.ts';
import {owns} from '../ownership.ts';
import {fileFlagsOf, verifyFlagsOf} from './file-flags.ts';
import {sha256Algorithm, tags} from './tags.ts';

const digestSize = 32;
/**
 * The files of a package, in the order of its header: sorted by the bytes of the path, as rpm's lookup wants them.
 * Holds some 45 bytes a file; the columns of the header are read off it as they are written.
 */
export class FileList {
	readonly entries: readonly Entry[];
	/** Whether a file is too large for a plain member of cpio. */
	readonly large: boolean;
	readonly #epoch: number;
	readonly #treatment: NewPackage['treatment'];
	/** Named and not brought. */
	readonly #ghosts: ReadonlySet<Entry>;
	readonly #digests: Buffer;
	readonly #directories: readonly string[];
	readonly #directoryIndexes: Uint32Array;
	readonly #manifest: number;
	#manifestEntry: FileEntry | undefined;

	constructor(pkg: NewPackage) {
		const {tree, treatment, epoch} = pkg;
		this.entries = extendedTree(tree, treatment.ghosts).tree.entries.filter(entry => owns(entry, pkg));
		this.#epoch = epoch;
		this.#treatment = treatment;
		this.#ghosts = new Set(treatment.ghosts);
		this.#manifest = this.entries.findIndex(entry => entry.path === pkg.manifestPath);
		this.#digests = Buffer.alloc(this.entries.length * digestSize);
		this.#directoryIndexes = new Uint32Array(this.entries.length);
		this.#directories = this.#indexDirectories();
		this.large = this.entries.some(entry => entry.kind === 'file' && sizeOf(entry.content) >= cpioSizeLimit);
	}

	/** Walks the list in step with the writer: files in their order, the manifest last of all; ghosts never come. */
	indexOf(entry: Entry, hint: number): number {
		if (entry.path === this.entries[this.#manifest]?.path) {
			return this.#manifest;
		}

		let at = hint;
		for (
			let next = this.entries[at];
			at === this.#manifest || (next && this.#ghosts.has(next));
			next = this.entries[at]
		) {
			at++;
		}

		if (this.entries[at]?.path !== entry.path) {
			throw new RangeError(`${entry.path} comes out of order`);
		}

		return at;
	}

	/** The manifest's size is known only when it comes. */
	setManifest(entry: FileEntry): void {
		this.#manifestEntry = entry;
	}

	isManifest(index: number): boolean {
		return index === this.#manifest;
	}

	setDigest(index: number, sha256: string): void {
		this.#digests.write(sha256, index * digestSize, 'hex');
	}

	/** With the bits of the type, as stat(2) gives it. */
	mode(index: number): number {
		const entry = this.#at(index);
		switch (entry.kind) {
			case 'directory':
				return 0o040_000 | entry.mode;
			case 'file':
				return 0o100_000 | entry.mode;
			case 'link':
				return 0o120_777;
		}
	}

	/** In bytes; of a link, of its text. */
	size(index: number): number {
		const entry = this.#at(index);
		switch (entry.kind) {
			case 'directory':
				return 0;
			case 'file':
				return sizeOf(entry.content);
			case 'link':
				return Buffer.byteLength(entry.target);
		}
	}

	/** The header's columns, and the sum of all sizes. Nothing for a package without files. */
	columns(): HeaderEntry[] {
		return this.entries.length === 0 ? [] : [...this.#sizeColumns(), ...this.#numberColumns(), ...this.#textColumns()];
	}

	#sizeColumns(): HeaderEntry[] {
		const at = (index: number) => this.size(index);
		const count = this.entries.length;
		const total = this.entries.reduce((sum, _, index) => sum + at(index), 0);
		return [
			this.large
				? {tag: tags.longFileSizes, type: 'int64', count, at}
				: {tag: tags.fileSizes, type: 'int32', count, at},
			total >= cpioSizeLimit
				? {tag: tags.longSize, type: 'int64', count: 1, at: () => total}
				: {tag: tags.size, type: 'int32', count: 1, at: () => total},
		];
	}

	#numberColumns(): HeaderEntry[] {
		const column = (tag: number, type: 'int16' | 'int32', at: (index: number) => number): HeaderEntry => ({
			tag,
			type,
			count: this.entries.length,
			at,
		});
		return [
			column(tags.fileModes, 'int16', index => this.mode(index)),
			column(tags.fileDeviceNumbers, 'int16', () => 0),
			column(tags.fileTimes, 'int32', () => this.#epoch),
			column(tags.fileFlags, 'int32', index => fileFlagsOf(this.#at(index), this.#treatment.marks)),
			column(tags.fileVerifyFlags, 'int32', index => verifyFlagsOf(this.#at(index), this.#treatment.marks)),
			// One device, and an inode for each: equal ones would be hard links.
			column(tags.fileDevices, 'int32', () => 1),
			column(tags.fileInodes, 'int32', index => index + 1),
			column(tags.directoryIndexes, 'int32', index => this.#directoryIndexes[index] ?? 0),
			{tag: tags.fileDigestAlgorithm, type: 'int32', count: 1, at: () => sha256Algorithm},
		];
	}

	#textColumns(): HeaderEntry[] {
		const column = (tag: number, at: (index: number) => string, count = this.entries.length): HeaderEntry => ({
			tag,
			type: 'strings',
			count,
			at,
		});
		return [
			column(tags.fileDigests, index => this.#digest(index)),
			column(tags.fileLinks, index => this.#target(index)),
			column(tags.fileUsers, index => this.#owner(index).user),
			column(tags.fileGroups, index => this.#owner(index).group),
			column(tags.fileLanguages, () => ''),
			column(tags.baseNames, index => nameOf(this.#at(index).path)),
			column(tags.directoryNames, index => this.#directories[index] ?? '', this.#directories.length),
		];
	}

	#at(index: number): Entry {
		const entry = this.isManifest(index) ? (this.#manifestEntry ?? this.entries[index]) : this.entries[index];
		if (entry === undefined) {
			throw new RangeError(`there is no file ${index}`);
		}

		return entry;
	}

	#owner(index: number): Owner {
		return this.#treatment.marks.get(this.#at(index).path)?.owner ?? root;
	}

	/** A ghost has none: nobody knows what is going to be in it. */
	#digest(index: number): string {
		const start = index * digestSize;
		const entry = this.#at(index);
		return entry.kind === 'file' && !this.#ghosts.has(entry)
			? this.#digests.toString('hex', start, start + digestSize)
			: '';
	}

	#target(index: number): string {
		const entry = this.#at(index);
		return entry.kind === 'link' ? entry.target : '';
	}

	/** Each folder once, with its slash, in the order of its first file. */
	#indexDirectories(): string[] {
		const known = new Map<string, number>();
		for (const [index, entry] of this.entries.entries()) {
			const parent = parentOf(entry.path);
			const folder = parent === '/' ? '/' : `${parent}/`;
			const at = known.get(folder) ?? known.size;
			known.set(folder, at);
			this.#directoryIndexes[index] = at;
		}

		return [...known.keys()];
	}
}
