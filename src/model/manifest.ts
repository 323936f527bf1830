import type {Layout} from './layout.ts';
import type {InstallPath} from './paths.ts';
import type {Recipe} from './recipe.ts';

/** What an artifact says of itself in `<prefix>/venvpack.json`. It never holds a path of the builder. */
export interface ManifestSummary {
	readonly manifest: 1;
	/** The version of venvpack that made it. */
	readonly venvpack: string;
	readonly name: string;
	readonly version: string;
	readonly release: string;
	readonly summary: string;
	readonly license: string;
	/** As uname(1) says, or `any`. */
	readonly arch: string;
	readonly prefix: InstallPath;
	readonly python: {
		readonly path: InstallPath;
		readonly minor: string;
		/** The lowest full version that every distribution accepts, such as `3.11.2`. */
		readonly minimum: string;
	};
	/** Absent: correct at the prefix alone, with the interpreter of the machine. */
	readonly layout?: Layout | undefined;
	/** Of the machine besides the interpreter; absent in what an older venvpack made. */
	readonly needs?: ManifestNeeds | undefined;
	readonly distributions: ReadonlyArray<{
		readonly name: string;
		readonly version: string;
		readonly license: string;
		readonly origin: 'index' | 'built' | 'file' | 'venv';
		readonly wheel: string;
		readonly sha256: string;
	}>;
	/** Console scripts in `<prefix>/bin`. */
	readonly scripts: readonly string[];
	/** Over the distributions and their hashes, the prefix and the interpreter: the same inputs, the same digest. */
	readonly inputs: string;
	/** Stamped into the artifact: seconds since 1970 UTC. */
	readonly epoch: number;
	/** Globs of paths in which the builder of this artifact allowed traces of itself. */
	readonly allowedLeaks: readonly string[];
	/** What a rebuild needs besides; absent in what an older venvpack made. */
	readonly recipe?: Recipe | undefined;
}

/** What the ELF files of a tree ask of the machine. */
export interface ManifestNeeds {
	/** The lowest glibc that has all that is asked of it, such as `2.34`; empty where nothing is. */
	readonly glibc: string;
	/** Sonames of the shared libraries that it does not hold, sorted. */
	readonly libraries: readonly string[];
}

export interface ManifestFile {
	/** Hexadecimal. */
	readonly sha256: string;
	/** Of the rules that rewrote it. */
	readonly rules?: readonly string[];
}

export interface Manifest extends ManifestSummary {
	/** Every file of the artifact but the manifest itself. */
	readonly files: Readonly<Record<InstallPath, ManifestFile>>;
}
