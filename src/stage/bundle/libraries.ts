import {existsSync, statSync} from 'node:fs';
import {isElf} from '../../codecs/elf.ts';
import {headOf, locationOf} from '../../host/read.ts';
import type {PythonMove} from '../../model/moves.ts';
import {
	below,
	compareBytes,
	type HostPath,
	type InstallPath,
	installPath,
	isWithin,
	nameOf,
} from '../../model/paths.ts';
import type {Carried} from '../../model/staged.ts';
import type {FileEntry, Tree} from '../../model/tree.ts';
import {isOfGlibc} from './glibc.ts';
import {type LoadedFile, Loader} from './loader.ts';

/** A tree with an interpreter inside, whose shared libraries are still those of this machine. */
export interface LibraryGround {
	/** The venv and the interpreter. */
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly python: PythonMove;
	/** What of the tree came along of the interpreter. */
	readonly carried: ReadonlyMap<InstallPath, Carried>;
	/** What nobody may rewrite, and so cannot be led to a library that is carried. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** `bundle-libraries`: without, only the interpreter's own libpython comes along, since no target has it. */
	readonly libraries: boolean;
}

/** A shared library that comes along: `entry` lies in `<prefix>/lib` under its soname, its content on this machine. */
export interface CarriedLibrary {
	readonly entry: FileEntry;
	/** Where it lies on this machine, links followed. */
	readonly origin: HostPath;
	readonly as: Carried;
}

/** A library that somebody needs and that this machine does not have either. */
export interface AbsentLibrary {
	readonly soname: string;
	readonly by: InstallPath;
}

export interface CarriedLibraries {
	/** Sorted by path. */
	readonly libraries: readonly CarriedLibrary[];
	/** Sorted by soname: modules that cannot be imported here, and not there either. */
	readonly absent: readonly AbsentLibrary[];
}

const libpython = /^libpython3\.\d+[a-z]*\.so\.\d/;

/**
 * The shared libraries that a carried interpreter needs and the tree does not hold, and those that they need, as the
 * loader of this machine finds them. Never those of glibc: they belong to the loader and the kernel of the target.
 * A libpython comes along where a program or module that was built here is linked with it, as it may be where the
 * interpreter itself is not.
 */
export function carriedLibraries(ground: LibraryGround): CarriedLibraries {
	return new Collection(ground).all();
}

class Collection {
	readonly #ground: LibraryGround;
	readonly #loader = new Loader();
	readonly #found = new Map<string, CarriedLibrary>();
	readonly #absent = new Map<string, AbsentLibrary>();
	readonly #names: ReadonlySet<string>;

	constructor(ground: LibraryGround) {
		this.#ground = ground;
		const folder = below(ground.prefix, 'lib');
		this.#names = new Set(
			ground.tree.entries.filter(({path}) => path === below(folder, nameOf(path))).map(({path}) => nameOf(path)),
		);
	}

	all(): CarriedLibraries {
		for (const entry of this.#ground.tree.entries) {
			if (entry.kind === 'file' && this.#mayAsk(entry) && isElf(headOf(entry.content, 4))) {
				this.#ask(entry);
			}
		}

		return {
			libraries: [...this.#found.values()].sort((one, other) => compareBytes(one.entry.path, other.entry.path)),
			absent: [...this.#absent.values()].sort((one, other) => compareBytes(one.soname, other.soname)),
		};
	}

	#mayAsk({path, mode}: FileEntry): boolean {
		const {carried, downloaded, prefix} = this.#ground;
		const isOwn = carried.has(path) || !downloaded.has(path);
		const isLoadable = carried.has(path) || isWithin(path, below(prefix, 'bin')) || /\.so(?:\.|$)/.test(path);
		return isOwn && (isLoadable || (mode & 0o111) !== 0);
	}

	#ask(entry: FileEntry): void {
		const {carried, libraries} = this.#ground;
		const isInterpreter = carried.has(entry.path);
		const file = this.#loader.open(this.#originOf(entry));
		if (file) {
			this.#follow(file, entry.path, soname => libpython.test(soname) || (isInterpreter && libraries));
		}
	}

	/** Its place in the interpreter that it came from, by which its own `$ORIGIN` finds what is beside it. */
	#originOf({path, content}: FileEntry): string {
		const {python, prefix, carried} = this.#ground;
		const original = `${python.builderPrefix}${path.slice(prefix === '/' ? 0 : prefix.length)}`;
		const staged = content.kind === 'staged' ? locationOf(content) : original;
		return carried.has(path) && existsSync(original) ? original : staged;
	}

	#follow(file: LoadedFile, by: InstallPath, isAsked: (soname: string) => boolean): void {
		for (const soname of file.elf.needed) {
			if (isAsked(soname) && !isOfGlibc(soname) && !this.#names.has(soname) && !this.#found.has(soname)) {
				this.#take(soname, file, by);
			}
		}
	}

	#take(soname: string, file: LoadedFile, by: InstallPath): void {
		const found = this.#loader.find(soname, file);
		if (!found) {
			this.#absent.set(soname, this.#absent.get(soname) ?? {soname, by});
			return;
		}

		if (isOfGlibc(soname, found.elf)) {
			return;
		}

		const path = below(below(this.#ground.prefix, 'lib'), soname);
		const {size} = statSync(found.path);
		this.#found.set(soname, {
			entry: {
				kind: 'file',
				path,
				mode: 0o644,
				content: {kind: 'staged', root: '' as HostPath, path: installPath(found.path), size},
			},
			origin: found.path,
			as: libpython.test(soname) ? 'interpreter' : 'library',
		});
		this.#follow(found, path, needed => this.#ground.libraries || libpython.test(needed));
	}
}
