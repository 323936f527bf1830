import type {Treatment} from './additions.ts';
import type {Carries} from './carries.ts';
import type {Documents} from './documents.ts';
import type {SymbolVersion} from './library-table.ts';
import type {ManifestSummary} from './manifest.ts';
import type {Distribution, Metadata} from './metadata.ts';
import type {Notice} from './notice.ts';
import type {Owner} from './owner.ts';
import type {InstallPath} from './paths.ts';
import type {Tree} from './tree.ts';

/** What any format holds: what a build writes, and what reading gives back as far as the format carries it. */
export interface Package {
	/** Empty strings for what the artifact does not say. */
	readonly metadata: Metadata;
	readonly prefix: InstallPath;
	/** As uname(1) says, or `any` where nothing in the tree depends on the machine; empty where nothing says. */
	readonly arch: string;
	/** All files, the manifest among them. */
	readonly tree: Tree;
	/** Undefined in what venvpack did not make. */
	readonly manifest: ManifestSummary | undefined;
	/** Seconds since 1970 UTC. */
	readonly epoch: number;
}

/** A package that a build made: complete, with a place for the manifest, whose content is known last. */
export interface NewPackage extends Package {
	/** Where the manifest lies in the tree. */
	readonly manifestPath: InstallPath;
	readonly manifest: ManifestSummary;
	readonly needs: Needs;
	readonly distributions: readonly Distribution[];
	readonly treatment: Treatment;
	/** What each distribution says of its owners and its licence, in the order of their folders. */
	readonly notices: readonly Notice[];
	readonly documents: Documents;
}

/** What the tree asks of the machine that it is installed on. */
export interface Needs {
	readonly interpreter: {
		readonly path: InstallPath;
		/** Such as `3.11`. */
		readonly minor: string;
		/** Such as `3.11.2`; `3.11` where every patch level will do. */
		readonly minimum: string;
	};
	/** The lowest glibc that has all symbols which files ask for, such as `2.34`; empty where they ask for none. */
	readonly glibc: string;
	/** Shared libraries that the tree does not hold, sorted by soname. */
	readonly libraries: readonly NeededLibrary[];
}

/** A shared library that the loader has to find on the target. */
export interface NeededLibrary {
	/** Such as `libpq.so.5`. */
	readonly soname: string;
	readonly bits: 32 | 64;
	/** The symbols and versions of it that are asked for, sorted; none where it is only loaded. */
	readonly asked: readonly SymbolVersion[];
	/** The files that ask, sorted: never empty. */
	readonly by: readonly InstallPath[];
	/**
	 * `certain`: a program, or a module that the interpreter loads, cannot do without. `optional`: only files ask that nothing
	 * is known to load, such as plugins. `held`: the tree has a file of that name where the loader does not look, which the
	 * application may load itself.
	 */
	readonly need: 'certain' | 'optional' | 'held';
	/** What the configuration says to depend on instead, by format; empty where it is to be looked up. */
	readonly declared: Readonly<Record<string, string>>;
}

/** An artifact that was read: its Package, and what its format says besides. */
export interface OpenedPackage {
	/** Of the reader, such as `deb`. */
	readonly format: string;
	readonly carries: Carries;
	readonly pkg: Package;
	readonly declared: Declared;
}

export type RelationKind =
	| 'requires'
	| 'recommends'
	| 'suggests'
	| 'provides'
	| 'conflicts'
	| 'replaces'
	| 'breaks'
	| 'enhances';

/** What a package manager is told. Empty where the format has no word for it. */
export interface Declared {
	/** In the format's own words, one relation each: `libc6 (>= 2.36)`, `libc.so.6(GLIBC_2.34)(64bit)`. */
	readonly relations: Readonly<Partial<Record<RelationKind, readonly string[]>>>;
	/** Maintainer scripts and triggers, by their name in the format, such as `postinst` or `%pre`. */
	readonly scripts: ReadonlyMap<string, string>;
	readonly conffiles: readonly InstallPath[];
	/** Entries that do not belong to root:root. */
	readonly owners: ReadonlyMap<InstallPath, Owner>;
	/** What the package manager would compare files with. Hexadecimal. */
	readonly digests: {readonly algorithm: string; readonly files: ReadonlyMap<InstallPath, string>} | undefined;
	/** Signatures that are present, not that they hold: `_gpgorigin`, `RSA header signature`. */
	readonly signatures: readonly string[];
	/** Every other field or tag that says something, by its name in the format: `Installed-Size`, `Vendor`. */
	readonly fields: ReadonlyMap<string, string>;
}
