import {compareBytes, type InstallPath, parentOf} from './paths.ts';
import type {Entry, Tree} from './tree.ts';

/** As many links as Linux follows before it says ELOOP. */
const mostLinks = 40;

/** What lies where in a tree. Without a map: a tree may have very many entries, and they are sorted. */
export class Places {
	readonly #entries: readonly Entry[];
	/** Where the last search ended: what is asked next often comes next. */
	#last = 0;

	constructor(tree: Tree) {
		this.#entries = tree.entries;
	}

	/** The entry of exactly this path; undefined where the tree has none. */
	at(path: InstallPath): Entry | undefined {
		return this.#entries[this.indexOf(path)];
	}

	/** The place of a path among the entries; -1 where the tree has none. */
	indexOf(path: InstallPath): number {
		const next = this.#last + 1;
		this.#last = this.#entries[next]?.path === path ? next : this.#firstFrom(path);
		return this.#entries[this.#last]?.path === path ? this.#last : -1;
	}

	/** What a folder holds, in order; nothing for what is no folder. */
	*in(folder: InstallPath): Generator<Entry> {
		for (const entry of this.below(folder)) {
			if (parentOf(entry.path) === folder) {
				yield entry;
			}
		}
	}

	/** All entries below a folder, in order. */
	below(folder: InstallPath): Generator<Entry> {
		return this.startingWith(folder === '/' ? '/' : `${folder}/`);
	}

	/** All entries whose paths begin so, in order. */
	*startingWith(beginning: string): Generator<Entry> {
		for (let at = this.#firstFrom(beginning); this.#entries[at]?.path.startsWith(beginning); at++) {
			const entry = this.#entries[at];
			if (entry) {
				yield entry;
			}
		}
	}

	/**
	 * Where a path ends when the kernel follows it, with every link of the tree on the way; outside of the tree nothing is
	 * known, and links are not followed. Undefined for links in a circle.
	 */
	follow(path: InstallPath): InstallPath | undefined {
		const todo = componentsOf(path);
		let here = '/' as InstallPath;
		let links = 0;
		for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
			const next = part === '..' ? parentOf(here) : (`${here === '/' ? '' : here}/${part}` as InstallPath);
			const entry = this.at(next);
			if (entry?.kind !== 'link') {
				here = next;
			} else if (++links > mostLinks) {
				return undefined;
			} else {
				todo.push(...componentsOf(entry.target));
				here = entry.target.startsWith('/') ? ('/' as InstallPath) : here;
			}
		}

		return here;
	}

	/** The first entry that does not sort before `path`. */
	#firstFrom(path: string): number {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const entry = this.#entries[middle];
			if (entry && compareBytes(entry.path, path) < 0) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}

		return low;
	}
}

/** The last one first. */
function componentsOf(path: string): string[] {
	return path
		.split('/')
		.filter(part => part !== '' && part !== '.')
		.reverse();
}

/** Whether a file of the tree at `path` may be run: a mode with any executable bit. */
export function isExecutable(entry: Entry | undefined): boolean {
	return entry?.kind === 'file' && (entry.mode & 0o111) !== 0;
}
