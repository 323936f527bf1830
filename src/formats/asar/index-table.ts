import {asarBlock, type EncodedAsarNode} from '../../codecs/asar-header.ts';
import type {NewPackage} from '../../model/package.ts';
import {linkDestination, parentOf, relativeTarget} from '../../model/paths.ts';
import type {Entry, FileEntry, LinkEntry} from '../../model/tree.ts';
import {isMovable, memberName} from '../archive-place.ts';
import {encodeAsarPath} from './names.ts';

/** Of sha256, in bytes. */
const width = 32;

/** A file's place among the contents. */
export interface Placed {
	readonly size: number;
	/** In bytes, from the end of the header. */
	readonly offset: number;
	/** Hexadecimal. */
	readonly sha256: string;
	/** Of each block; undefined: the file is one block. */
	readonly blocks?: readonly string[] | undefined;
}

/**
 * What the header of an archive will list: some fifty bytes an entry, since a tree may have very many. Entries are called by
 * their number among `entries`.
 */
export class AsarIndex {
	readonly entries: readonly Entry[];
	readonly #pkg: NewPackage;
	/** Those that the archive holds, in the order of folders. */
	readonly #order: Uint32Array;
	readonly #sizes: Float64Array;
	readonly #offsets: Float64Array;
	readonly #digests: Buffer;
	readonly #blocks = new Map<number, readonly string[]>();

	/** `first`: files of the archive alone, which precede the others in it. */
	constructor(pkg: NewPackage, first: readonly FileEntry[]) {
		const {entries} = pkg.tree;
		this.#pkg = pkg;
		this.entries = [...entries, ...first];
		const held = this.entries.flatMap((entry, at) => (asarPath(entry, pkg) === undefined ? [] : [at]));
		this.#order = Uint32Array.from(held).sort((one, other) =>
			compareInFolders(this.entries[one]?.path ?? '', this.entries[other]?.path ?? ''),
		);
		this.#sizes = new Float64Array(this.entries.length);
		this.#offsets = new Float64Array(this.entries.length);
		this.#digests = Buffer.alloc(this.entries.length * width);
	}

	place(at: number, {size, offset, sha256, blocks}: Placed): void {
		this.#sizes[at] = size;
		this.#offsets[at] = offset;
		this.#digests.write(sha256, at * width, 'hex');
		if (blocks) {
			this.#blocks.set(at, blocks);
		}
	}

	*nodes(): Generator<EncodedAsarNode> {
		for (const at of this.#order) {
			const entry = this.entries[at];
			const node = entry && this.#node(entry, at);
			if (node) {
				yield node;
			}
		}
	}

	#node(entry: Entry, at: number): EncodedAsarNode | undefined {
		const path = asarPath(entry, this.#pkg) ?? '';
		switch (entry.kind) {
			case 'directory':
				return {kind: 'directory', path};
			case 'link': {
				const target = asarTarget(entry, this.#pkg);
				return target === undefined ? undefined : {kind: 'link', path, target};
			}

			case 'file': {
				const sha256 = this.#digests.toString('hex', at * width, (at + 1) * width);
				const executable = (entry.mode & 0o100) !== 0;
				const place = {size: this.#sizes[at] ?? 0, offset: this.#offsets[at] ?? 0};
				return {kind: 'file', path, ...place, executable, sha256, blocks: this.#blocks.get(at) ?? [sha256]};
			}
		}
	}
}

/** Digests of nothing for as many blocks as a file of that size has: what they take up in a header. */
export function emptyBlocks(size: number): readonly string[] {
	return Array.from({length: Math.max(1, Math.ceil(size / asarBlock))}, () => '0'.repeat(width * 2));
}

/**
 * What an archive calls an entry; undefined: it does not hold it. A folder that holds something has to be there, whoever it
 * belongs to.
 */
function asarPath(entry: Entry, pkg: NewPackage): string | undefined {
	const isNeeded = entry.kind === 'directory' && !isMovable(pkg);
	const name = memberName(entry, pkg) ?? (isNeeded ? entry.path.slice(1) : undefined);
	return name === undefined ? undefined : encodeAsarPath(name);
}

/** Where a link leads to, from the top of the archive; undefined for what asar cannot say: the top itself, or outside. */
function asarTarget(link: LinkEntry, pkg: NewPackage): string | undefined {
	const {path, target} = link;
	const isAbsolute = target.startsWith('/');
	if (leaves(path, target)) {
		return undefined;
	}

	const end = linkDestination(path, target);
	const named = memberName({kind: 'link', path: end, target: ''}, pkg);
	// In one folder that may be moved, an absolute link leads out of it.
	return end === '/' || named === undefined || (isAbsolute && isMovable(pkg)) ? undefined : encodeAsarPath(named);
}

/** Whether a relative link climbs above the root, where the kernel stays at it and asar does not. */
function leaves(path: string, target: string): boolean {
	let depth = target.startsWith('/') ? 0 : path.split('/').length - 2;
	return target.split('/').some(part => {
		depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1;
		return depth < 0;
	});
}

/** The text that an asar archive gives back of a link; undefined where it has none. */
export function returnedTarget(link: LinkEntry, pkg: NewPackage): string | undefined {
	return asarTarget(link, pkg) === undefined
		? undefined
		: relativeTarget(parentOf(link.path), linkDestination(link.path, link.target));
}

/** As paths sort, but with all that is in a folder directly behind it: `a/b` before `a-b`. */
function compareInFolders(one: string, other: string): number {
	const length = Math.min(one.length, other.length);
	for (let at = 0; at < length; at++) {
		const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
		if (a !== b) {
			return (a === slash ? 0 : a) - (b === slash ? 0 : b);
		}
	}

	return one.length - other.length;
}

const slash = 0x2f;
