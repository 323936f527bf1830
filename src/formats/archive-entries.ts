import {ArtifactError} from '../model/errors.ts';
import type {Owner} from '../model/owner.ts';
import {compareBytes, type InstallPath, installPath, parentOf} from '../model/paths.ts';
import {type Entry, sizeOf, type Tree} from '../model/tree.ts';

/** PATH_MAX of Linux, in bytes. */
const longestPath = 4096;
/** Ten times what the largest application has: one costs some 300 bytes of memory. */
const mostEntries = 1_000_000;
/** Of all paths together, in characters. */
const longestPaths = 256 * 1024 * 1024;
/** What hard links may stand for, in bytes: as much as any archive may unpack to. */
const largestLinked = 8 * 2 ** 30;

/**
 * Gathers what an archive lists, in its order, into a tree. Every name is taken from the root: `./x`, `x` and `/x` are
 * one. Of two entries with one path the later counts, as tar has it, unless one is a folder and the other is not.
 * Its methods throw an ArtifactError: ARTIFACT_PATH_ESCAPES, ARTIFACT_PATHS_CONFLICT, ARTIFACT_DAMAGED,
 * ARTIFACT_TOO_LARGE, ARTIFACT_ENTRY_UNSUPPORTED.
 */
export class ArchiveEntries {
	readonly owners: Map<InstallPath, Owner> = new Map();
	readonly #format: string;
	readonly #byPath = new Map<InstallPath, Entry>();
	#length = 0;
	#linked = 0;

	constructor(format: string) {
		this.#format = format;
	}

	/** Where the archive puts what it calls `name`; `/` is the root itself. */
	place(name: string): InstallPath {
		let path: InstallPath;
		try {
			path = installPath(`/${name}`);
		} catch (cause) {
			throw this.refusal(
				'ARTIFACT_PATH_ESCAPES',
				`the name ${JSON.stringify(name.slice(0, 300))} leaves the root, or holds a NUL`,
				{
					hint: 'whoever made it may mean harm: do not install it',
					cause,
				},
			);
		}

		if (path.length > longestPath / 4 && Buffer.byteLength(path) > longestPath) {
			throw this.refusal(
				'ARTIFACT_TOO_LARGE',
				`${path.slice(0, 300)}… is a path of over ${longestPath} bytes, which Linux does not know`,
			);
		}

		return path;
	}

	/** A folder, file or link; the root folder is passed over. */
	add(entry: Entry, owner: Owner = root): void {
		if (entry.path === '/') {
			if (entry.kind !== 'directory') {
				throw this.refusal('ARTIFACT_PATHS_CONFLICT', `the root itself is a ${entry.kind}`);
			}

			return;
		}

		if (entry.kind === 'link' && (entry.target === '' || entry.target.includes('\0'))) {
			throw this.refusal('ARTIFACT_DAMAGED', `the link ${entry.path} has no target that a link can have`);
		}

		this.#addParents(entry.path);
		this.#set(entry);
		if (isRoot(owner.user) && isRoot(owner.group)) {
			this.owners.delete(entry.path);
		} else {
			this.owners.set(entry.path, owner);
		}
	}

	/**
	 * Another name of what came before; it becomes an entry like that. Each is read as a file of its own, so that their
	 * sizes together are bounded: else a few bytes would stand for any amount of work.
	 */
	addHardLink(path: InstallPath, target: InstallPath, owner?: Owner): void {
		const original = this.#byPath.get(target);
		if (original === undefined || original.kind === 'directory') {
			throw this.refusal('ARTIFACT_DAMAGED', `${path} is another name of ${target}, and no such file comes before it`);
		}

		this.#linked += original.kind === 'file' ? sizeOf(original.content) : 0;
		if (this.#linked > largestLinked) {
			throw this.refusal('ARTIFACT_TOO_LARGE', `its hard links stand for more than ${largestLinked} bytes`);
		}

		this.add({...original, path}, owner);
	}

	tree(): Tree {
		return {entries: [...this.#byPath.values()].sort((one, other) => compareBytes(one.path, other.path))};
	}

	/** An error about what the archive lists. */
	refusal(code: string, message: string, more: {hint?: string; cause?: unknown; offset?: number} = {}): ArtifactError {
		return new ArtifactError(message, {
			code,
			format: this.#format,
			reading: true,
			hint: 'the artifact is damaged, or made to do harm',
			...more,
		});
	}

	#addParents(path: InstallPath): void {
		for (let parent = parentOf(path); parent !== '/'; parent = parentOf(parent)) {
			const known = this.#byPath.get(parent);
			if (known?.kind === 'directory') {
				return;
			}

			if (known) {
				throw this.refusal('ARTIFACT_PATHS_CONFLICT', `${path} lies below ${parent}, which is a ${known.kind}`);
			}

			this.#set({kind: 'directory', path: parent, mode: 0o755});
		}
	}

	#set(entry: Entry): void {
		const known = this.#byPath.get(entry.path);
		if (known && (known.kind === 'directory') !== (entry.kind === 'directory')) {
			throw this.refusal('ARTIFACT_PATHS_CONFLICT', `${entry.path} is a ${known.kind} first, and then a ${entry.kind}`);
		}

		this.#length += entry.path.length;
		this.#byPath.set(entry.path, entry);
		if (this.#byPath.size > mostEntries || this.#length > longestPaths) {
			throw this.refusal(
				'ARTIFACT_TOO_LARGE',
				`it lists more than ${mostEntries} entries, or names of ${longestPaths} bytes together`,
			);
		}
	}
}

const root: Owner = {user: 'root', group: 'root'};

function isRoot(name: string): boolean {
	return name === 'root' || name === '0';
}
