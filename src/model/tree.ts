import {compareBytes, type HostPath, type InstallPath, parentOf} from './paths.ts';

/** Bytes as data, not as a closure, so that a Tree can be handed to another thread. */
export type Content =
	/** The file `root + path` of this machine, `size` bytes when it was scanned. Two shared strings: a tree has many files. */
	| {readonly kind: 'staged'; readonly root: HostPath; readonly path: InstallPath; readonly size: number}
	| {readonly kind: 'bytes'; readonly bytes: Uint8Array}
	/** `source` with the same number of bytes, some of them replaced. */
	| {readonly kind: 'patched'; readonly source: Content; readonly patches: readonly Patch[]}
	/** `size` bytes from `offset` of what a stretch of an artifact unpacks to. Read many of them in one go: host/contents.ts. */
	| {readonly kind: 'packed'; readonly stretch: Stretch; readonly offset: number; readonly size: number};

/** A run of bytes in an artifact that is compressed as one: the payload of a package, the member of a zip. */
export interface Stretch {
	readonly file: HostPath;
	/** In bytes from the start of the file. */
	readonly start: number;
	/** In bytes, compressed. */
	readonly length: number;
	readonly compression: Packing;
	/** What it unpacks to, where the archive says so apart from its bytes, as zip does. */
	readonly check?: {readonly size: number; readonly crc32: number} | undefined;
}

/** `deflate` is gzip's method without its header, as in zip. */
export type Packing = 'none' | 'gzip' | 'xz' | 'lzma' | 'zstd' | 'bzip2' | 'deflate';

export interface Patch {
	/** In bytes from the start of the file. */
	readonly offset: number;
	readonly bytes: Uint8Array;
}

export interface DirectoryEntry {
	readonly kind: 'directory';
	readonly path: InstallPath;
	/** Permission bits, such as 0o755. */
	readonly mode: number;
}

export interface FileEntry {
	readonly kind: 'file';
	readonly path: InstallPath;
	/** Permission bits, 0o644 or 0o755 unless declared otherwise. */
	readonly mode: number;
	readonly content: Content;
}

export interface LinkEntry {
	readonly kind: 'link';
	readonly path: InstallPath;
	/** The link's text, as readlink(2) gives it. */
	readonly target: string;
}

/** No time and no owner: what is absent from a type cannot differ between two builds. */
export type Entry = DirectoryEntry | FileEntry | LinkEntry;

/** Sorted by the bytes of the path, each path once, every parent folder present (the root itself is not listed). */
export interface Tree {
	readonly entries: readonly Entry[];
}

/** The number of bytes of a content. */
export function sizeOf(content: Content): number {
	switch (content.kind) {
		case 'staged':
		case 'packed':
			return content.size;
		case 'bytes':
			return content.bytes.length;
		case 'patched':
			return sizeOf(content.source);
	}
}

/**
 * Makes a Tree of entries in any order; missing parent folders are added with mode 0755.
 * Throws a RangeError where a path comes twice, or where a parent is not a folder.
 */
export function treeOf(entries: Iterable<Entry>): Tree {
	const byPath = new Map<InstallPath, Entry>();
	for (const entry of entries) {
		if (byPath.has(entry.path)) {
			throw new RangeError(`${entry.path} comes twice`);
		}

		byPath.set(entry.path, entry);
	}

	for (const path of [...byPath.keys()]) {
		addParents(byPath, path);
	}

	return {entries: [...byPath.values()].sort((a, b) => compareBytes(a.path, b.path))};
}

function addParents(byPath: Map<InstallPath, Entry>, path: InstallPath): void {
	for (let parent = parentOf(path); parent !== '/'; parent = parentOf(parent)) {
		const known = byPath.get(parent);
		if (known?.kind === 'directory') {
			return;
		}

		if (known) {
			throw new RangeError(`${parent} holds ${path}, yet is no folder`);
		}

		byPath.set(parent, {kind: 'directory', path: parent, mode: 0o755});
	}
}
