import {below, compareBytes, type InstallPath, nameOf} from '../model/paths.ts';
import type {Entry} from '../model/tree.ts';

/** Finds by path without a map: a tree may have very many entries, and they are sorted. */
export class TreeIndex {
	readonly #entries: readonly Entry[];
	/** `/opt/app/lib64/`, where that is a link to lib; rows may take the way through it. */
	readonly #lib64: string | undefined;
	readonly #lib: string;
	/** Where the last search ended: what is asked next often comes next. */
	#last = 0;

	constructor(entries: readonly Entry[], prefix: InstallPath) {
		this.#entries = entries;
		this.#lib = `${below(prefix, 'lib')}/`;
		const lib64 = below(prefix, 'lib64');
		this.#lib64 = this.#at(lib64)?.kind === 'link' ? `${lib64}/` : undefined;
	}

	/** The entry at a path. */
	find(path: InstallPath): Entry | undefined {
		return this.#at(this.#throughLink(path));
	}

	/** Names that begin with the last component of `beginning` and go on as PEP 3147 says: a tag, perhaps a level. */
	bytecode(beginning: InstallPath): string[] {
		const start = this.#throughLink(beginning);
		const names: string[] = [];
		for (let at = this.#from(start); this.#entries[at]?.path.startsWith(start); at++) {
			const path = this.#entries[at]?.path ?? start;
			if (/^[a-z]+-\d+t?(?:\.opt-\d+)?\.pyc$/.test(path.slice(start.length))) {
				names.push(nameOf(path));
			}
		}

		return names;
	}

	#throughLink(path: InstallPath): InstallPath {
		const isThere = this.#lib64 !== undefined && path.startsWith(this.#lib64);
		return isThere ? ((this.#lib + path.slice(this.#lib64?.length)) as InstallPath) : path;
	}

	#at(path: InstallPath): Entry | undefined {
		const next = this.#entries[this.#last + 1];
		this.#last = next?.path === path ? this.#last + 1 : this.#from(path);
		const entry = this.#entries[this.#last];
		return entry?.path === path ? entry : undefined;
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
