import type {LibraryWishes} from './libraries.ts';
import type {Metadata} from './metadata.ts';
import type {PlannedFile} from './planned-file.ts';
import type {RecordedInterpreter} from './python-archive.ts';
import type {SettingValues} from './settings.ts';
import type {Exposed, PlannedUnit} from './units.ts';

/**
 * What a rebuild needs beside the rest of the manifest. It holds nothing of this machine: no path, no address with a
 * credential, no time but those that were built with.
 */
export interface Recipe {
	/** What was packaged. */
	readonly input: 'project' | 'wheel' | 'sdist' | 'venv' | 'requirements';
	readonly extras: readonly string[];
	readonly groups: readonly string[];
	/** The full version of the interpreter that built, such as `3.11.7`. */
	readonly python: string;
	/** Absent: none came along. */
	readonly interpreter?: RecordedInterpreter;
	/** The distributions that did not come as a wheel of an index, in the order of the manifest. */
	readonly sources: readonly RecipeSource[];
	/** Commands run in the staged venv, as the user wrote them: `${NAME}` still stands in them. */
	readonly hooks: readonly (readonly string[])[];
	/** What was built here was stripped; absent: it was not. */
	readonly strip?: boolean;
	readonly metadata: Pick<Metadata, 'description' | 'maintainer' | 'vendor' | 'homepage'>;
	readonly wishes: FormatWishes;
	/** Absent: none, as in the next two. */
	readonly files?: ReadonlyArray<Omit<PlannedFile, 'path'> & {readonly path: string}>;
	/** The names of the changelog and the documentation; they lie in packages. Absent: there are none. */
	readonly documents?: {readonly changelog?: string; readonly docs: readonly string[]};
	readonly expose?: readonly Exposed[];
	readonly units?: readonly PlannedUnit[];
	/** Absent: there is one. */
	readonly sbom?: boolean;
	/** Absent: nothing is said of them. */
	readonly libraries?: LibraryWishes;
}

/** From what a distribution came that is no wheel of an index. */
export interface RecipeSource {
	/** The distribution, normalised. */
	readonly name: string;
	/** `file`: a wheel or an sdist with an address of its own, or one that lay on the builder. */
	readonly kind: 'project' | 'directory' | 'repository' | 'sdist' | 'file';
	/** The name of the sdist that was built; absent where there is none. */
	readonly sdist?: string;
	/** Of the repository or the file, without credentials and query; absent where it has none. */
	readonly url?: string;
	readonly commit?: string;
	/** Where in the repository or sdist the project lies; absent for its top. */
	readonly subdirectory?: string;
	/** Of a directory: relative to the project; absent where it lies too far away to be named. */
	readonly path?: string;
	/** The SOURCE_DATE_EPOCH that it was built with; absent where nothing was built. */
	readonly epoch?: number;
	/** What its build had installed, such as `hatchling==1.27.0`, in order; absent where that is nothing. */
	readonly tools?: readonly string[];
}

/** What was asked of formats, of those that were not made as well: the tree must not depend on which are made. */
export interface FormatWishes {
	/** Absent: the best that the target reads. */
	readonly compression?: string;
	readonly level?: number;
	/** The target by packager, such as `{dpkg: 'debian-12'}`; absent in what an older venvpack made. */
	readonly targets?: Readonly<Record<string, string>>;
	/** By format, what differs from the defaults. */
	readonly settings: Readonly<Record<string, SettingValues>>;
}
