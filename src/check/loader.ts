import {type InstallPath, nameOf, parentOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {ElfFile, Survey} from '../model/survey.ts';
import type {Tree} from '../model/tree.ts';

/** Who gives a file one of the libraries that it needs. */
export interface Provider {
	/** Such as `libm.so.6`; a path where it is needed by one. */
	readonly soname: string;
	/** The file of the tree that the loader would take; undefined: the machine has to have it. */
	readonly path: InstallPath | undefined;
	/** Files of the tree that have this name and that the loader would not find. */
	readonly hidden: readonly InstallPath[];
}

/** A file and its libraries, in the order in which it names them. */
export interface Linked {
	readonly file: ElfFile;
	readonly needs: readonly Provider[];
}

/** Where a loader looks for what no path names; what `ldconfig` finds below them is found as well. */
const defaultFolders = /^(?:\/usr(?:\/local)?)?\/lib(?:32|64|x32)?(?:\/[\w-]+-linux-(?:gnu|musl)\w*)?$/;

/**
 * For each dynamic ELF file of a tree, where each library that it needs comes from, as ld.so(8) would look: the RPATH of
 * the file and of those that need it where it has no RUNPATH, its RUNPATH, the default folders; what somebody who loads the
 * file has loaded already counts as found, as in a process. Libraries of another machine or size are passed over.
 */
export function providersOf(survey: Pick<Survey, 'elf'>, tree: Tree): readonly Linked[] {
	return new Loader(survey.elf, tree).all();
}

class Loader {
	readonly #places: Places;
	readonly #files: readonly ElfFile[];
	readonly #byPath: ReadonlyMap<InstallPath, ElfFile>;
	/** By file name and by soname. */
	readonly #byName = new Map<string, Set<ElfFile>>();
	/** Names of libraries that somebody needs and that something in the tree has; of all others nobody has to ask twice. */
	readonly #present: Set<string>;
	/** Who needs a file, by its path. */
	readonly #parents = new Map<InstallPath, Set<ElfFile>>();

	constructor(files: readonly ElfFile[], tree: Tree) {
		this.#places = new Places(tree);
		this.#files = files.filter(({dynamic}) => dynamic);
		this.#byPath = new Map(this.#files.map(file => [file.path, file]));
		for (const file of this.#files) {
			for (const name of new Set([nameOf(file.path), file.soname ?? nameOf(file.path)])) {
				this.#byName.set(name, (this.#byName.get(name) ?? new Set()).add(file));
			}
		}

		const needed = new Set(this.#files.flatMap(file => file.needed));
		this.#present = new Set();
		for (const {path} of tree.entries) {
			const name = nameOf(path);
			if (needed.has(name)) {
				this.#present.add(name);
			}
		}
	}

	all(): readonly Linked[] {
		const direct = this.#files.map(file => ({
			file,
			found: file.needed.map(soname => this.#search(file, soname, ownFolders(file))),
		}));
		for (const {file, found} of direct) {
			for (const path of found) {
				this.#adopt(path, file);
			}
		}

		return direct.map(({file, found}) => ({
			file,
			needs: file.needed.map((soname, at) => this.#provider(file, soname, found[at])),
		}));
	}

	#provider(file: ElfFile, soname: string, found: InstallPath | undefined): Provider {
		const path = found ?? this.#inherited(file, soname);
		this.#adopt(path, file);
		const hidden = path === undefined ? this.#named(soname, file) : [];
		return {soname, path, hidden};
	}

	/** By those that load the file: their RPATH, and what they have loaded themselves under that name. */
	#inherited(file: ElfFile, soname: string): InstallPath | undefined {
		if (!this.#present.has(soname)) {
			return undefined;
		}

		const takesRpath = file.runpath === undefined || file.isRpath;
		for (const ancestor of this.#ancestors(file)) {
			const inherited = takesRpath ? this.#search(file, soname, rpathOf(ancestor)) : undefined;
			const isLoaded = inherited === undefined && ancestor.needed.includes(soname);
			const found = isLoaded ? this.#search(ancestor, soname, ownFolders(ancestor)) : inherited;
			if (found !== undefined) {
				return found;
			}
		}

		return undefined;
	}

	/** All through which a file can come to be loaded, the nearest first. */
	*#ancestors(file: ElfFile): Generator<ElfFile> {
		const seen = new Set([file]);
		for (const child of seen) {
			for (const parent of this.#parents.get(child.path) ?? []) {
				if (!seen.has(parent)) {
					seen.add(parent);
					yield parent;
				}
			}
		}
	}

	#search(file: ElfFile, soname: string, folders: readonly string[]): InstallPath | undefined {
		if (soname.includes('/')) {
			return this.#fitting(absolute(soname), file);
		}

		if (!this.#present.has(soname)) {
			return undefined;
		}

		for (const folder of folders) {
			const found = this.#fitting(absolute(`${folder}/${soname}`), file);
			if (found !== undefined) {
				return found;
			}
		}

		return this.#named(soname, file).find(path => defaultFolders.test(parentOf(path)));
	}

	/** The file that a path leads to, if the loader would take it for `file`. */
	#fitting(path: InstallPath | undefined, file: ElfFile): InstallPath | undefined {
		const place = path && this.#places.follow(path);
		const found = place && this.#byPath.get(place);
		return found && fits(found, file) ? found.path : undefined;
	}

	#named(soname: string, file: ElfFile): InstallPath[] {
		return [...(this.#byName.get(soname) ?? [])].filter(one => one !== file && fits(one, file)).map(({path}) => path);
	}

	#adopt(child: InstallPath | undefined, parent: ElfFile): void {
		if (child !== undefined) {
			this.#parents.set(child, (this.#parents.get(child) ?? new Set()).add(parent));
		}
	}
}

function fits(library: ElfFile, user: ElfFile): boolean {
	return library.machine === user.machine && library.bits === user.bits && library.byteOrder === user.byteOrder;
}

/** Of the file itself: RPATH counts only where there is no RUNPATH, and the codec gives that one which counts. */
function ownFolders(file: ElfFile): string[] {
	return (file.runpath ?? '')
		.split(':')
		.filter(Boolean)
		.map(folder => folder.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, parentOf(file.path)));
}

/** What the libraries that a file loads inherit. */
function rpathOf(file: ElfFile): string[] {
	return file.isRpath ? ownFolders(file) : [];
}

/** Undefined for a relative one: that depends on the folder which the process is in. */
function absolute(path: string): InstallPath | undefined {
	return path.startsWith('/') ? (path as InstallPath) : undefined;
}
