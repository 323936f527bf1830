import {below, type InstallPath, nameOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {Entry} from '../model/tree.ts';

/** Finds what rows of RECORD name. */
export class TreeIndex {
	readonly #places: Places;
	/** `/opt/app/lib64/`, where that is a link to lib; rows may take the way through it. */
	readonly #lib64: string | undefined;
	readonly #lib: string;

	constructor(entries: readonly Entry[], prefix: InstallPath) {
		this.#places = new Places({entries});
		this.#lib = `${below(prefix, 'lib')}/`;
		const lib64 = below(prefix, 'lib64');
		this.#lib64 = this.#places.at(lib64)?.kind === 'link' ? `${lib64}/` : undefined;
	}

	/** The entry at a path. */
	find(path: InstallPath): Entry | undefined {
		return this.#places.at(this.#throughLink(path));
	}

	/** Names that begin with the last component of `beginning` and go on as PEP 3147 says: a tag, perhaps a level. */
	bytecode(beginning: InstallPath): string[] {
		const start = this.#throughLink(beginning);
		return this.#places
			.startingWith(start)
			.filter(({path}) => /^[a-z]+-\d+t?(?:\.opt-\d+)?\.pyc$/.test(path.slice(start.length)))
			.map(({path}) => nameOf(path))
			.toArray();
	}

	#throughLink(path: InstallPath): InstallPath {
		const isThere = this.#lib64 !== undefined && path.startsWith(this.#lib64);
		return isThere ? ((this.#lib + path.slice(this.#lib64?.length)) as InstallPath) : path;
	}
}
