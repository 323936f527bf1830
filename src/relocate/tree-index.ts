import {below, compareBytes, type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import type {Entry} from '../model/tree.ts';

/** Finds by path without a map: a tree may have very many entries, and they are sorted. */
export class TreeIndex {
	readonly #entries: readonly Entry[];

	constructor(entries: readonly Entry[]) {
		this.#entries = entries;
	}

	/** Rows may take the way through the link lib64 → lib. */
	throughLib64(path: InstallPath, prefix: InstallPath): InstallPath {
		const lib64 = below(prefix, 'lib64');
		return isWithin(path, lib64) && this.find(lib64)?.kind === 'link'
			? below(prefix, `lib${path.slice(lib64.length)}`)
			: path;
	}

	find(path: InstallPath): Entry | undefined {
		const entry = this.#entries[this.#from(path)];
		return entry?.path === path ? entry : undefined;
	}

	/** Names that begin with the last component of `start` and go on as PEP 3147 says: a tag, perhaps a level. */
	bytecode(start: InstallPath): string[] {
		const names: string[] = [];
		for (let at = this.#from(start); this.#entries[at]?.path.startsWith(start); at++) {
			const path = this.#entries[at]?.path ?? start;
			if (/^[a-z]+-\d+t?(?:\.opt-\d+)?\.pyc$/.test(path.slice(start.length))) {
				names.push(nameOf(path));
			}
		}

		return names;
	}

	/** The first entry that does not sort before `path`. */
	#from(path: InstallPath): number {
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
