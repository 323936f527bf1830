import {type Documents, noDocuments} from './documents.ts';
import type {Layout} from './layout.ts';
import {type LibraryWishes, noLibraryWishes} from './libraries.ts';
import type {Distribution, Metadata} from './metadata.ts';
import type {PythonMove} from './moves.ts';
import type {HostPath, InstallPath} from './paths.ts';
import type {PlannedFile} from './planned-file.ts';
import type {RecordedArchive} from './python-archive.ts';
import type {FormatWishes, Recipe, RecipeSource} from './recipe.ts';
import type {SettingValues} from './settings.ts';
import type {Target} from './target.ts';
import type {Exposed, PlannedUnit} from './units.ts';

/** What is packaged, before anything is known of it but its place. */
export type Input =
	| {readonly kind: 'project'; readonly directory: HostPath; readonly lock: Lock | undefined}
	| {readonly kind: 'wheel' | 'sdist'; readonly file: HostPath}
	/** A venv that exists already. */
	| {readonly kind: 'venv'; readonly directory: HostPath}
	/** Only what the requirements name. */
	| {readonly kind: 'requirements'};

export interface Lock {
	readonly kind: 'uv.lock' | 'pylock.toml';
	readonly file: HostPath;
}

/** All that resolving and downloading need. Complete. */
export interface InputPlan {
	readonly input: Input;
	/** Bare requirements, such as `httpie==3.2.4`. */
	readonly from: readonly string[];
	readonly requirements: readonly HostPath[];
	readonly constraints: readonly HostPath[];
	readonly extras: readonly string[];
	readonly groups: readonly string[];
	/** The member of a workspace, by its distribution's name; empty for the root. */
	readonly indexes: Indexes;
	readonly requireHashes: boolean;
	readonly offline: boolean;
	readonly python: PythonMove;
	readonly layout: Layout;
	/** What brought the interpreter. Absent: this machine has it. */
	readonly archive?: RecordedArchive;
	/** The full version of the interpreter that it will run with, such as `3.11.2`; empty where that is not known. */
	readonly targetVersion: string;
	/** Commands run in the staged venv, before relocation. */
	readonly hooks: readonly Hook[];
	/** Whether libraries and programs that were built here lose their debug sections. Absent: they keep them. */
	readonly strip?: boolean;
	/** As uname(1) says, such as x86_64. */
	readonly machine: string;
	/** The recipe that is followed; then nothing is resolved. Absent in every build but a rebuild. */
	readonly rebuild?: Rebuild;
}

/** Exactly these distributions, and none besides. */
export interface Rebuild {
	readonly recipe: Recipe;
	readonly pins: readonly Pin[];
}

export interface Pin extends Pick<Distribution, 'name' | 'version' | 'origin' | 'wheel' | 'sha256'> {
	/** Undefined for a wheel of an index. */
	readonly source: RecipeSource | undefined;
	/** What it is built from, where that is a folder of this machine. */
	readonly directory: HostPath | undefined;
}

export interface Indexes {
	/** Empty: the default of uv and pip, with their own environment and configuration. May hold credentials: never log it. */
	readonly indexUrl: string;
	readonly extraIndexUrls: readonly string[];
	readonly findLinks: readonly string[];
}

export interface Hook {
	/** Program and arguments; no shell. */
	readonly command: readonly string[];
	/** The same as the user wrote it, where variables stood in it: what they hold may be a secret. */
	readonly written?: readonly string[] | undefined;
}

export interface FormatPlan {
	/** Such as `deb`. */
	readonly name: string;
	readonly target: Target;
	/** The format's own table of the configuration, complete. */
	readonly settings: SettingValues;
	readonly compression: Compression;
}

export interface Compression {
	/** `deflate` is that of a zip archive, where each file is compressed by itself. */
	readonly method: 'zstd' | 'xz' | 'gzip' | 'deflate' | 'none';
	readonly level: number;
}

/** What a plan says of a package that holds nothing but its venv. */
export const nothingBeside: Pick<
	Plan,
	'files' | 'documents' | 'expose' | 'units' | 'libraries' | 'sbom' | 'provenance'
> = {
	files: [],
	documents: noDocuments,
	expose: [],
	units: [],
	libraries: noLibraryWishes,
	sbom: false,
	provenance: '',
};

/** Everything that a build does, decided. After it there is no default left to apply. */
export interface Plan {
	readonly input: InputPlan;
	readonly metadata: Metadata;
	readonly prefix: InstallPath;
	readonly formats: readonly FormatPlan[];
	readonly out: HostPath;
	/** `auto`: from the tree. Else as uname(1) says, or `any`. */
	readonly arch: string;
	/** Stamped into artifacts: seconds since 1970 UTC. */
	readonly epoch: number;
	/** Globs of install paths whose leaks the user knows of. */
	readonly allowLeaks: readonly string[];
	readonly keepStage: boolean;
	readonly wishes: FormatWishes;
	/** What the package holds besides, out of the project. */
	readonly files: readonly PlannedFile[];
	readonly documents: Documents;
	readonly expose: readonly Exposed[];
	readonly units: readonly PlannedUnit[];
	readonly libraries: LibraryWishes;
	/** Whether a bill of materials lies in the package and beside it. */
	readonly sbom: boolean;
	/** The address of whoever builds, for a statement of provenance beside each artifact; empty: there is none. */
	readonly provenance: string;
	/** For each dotted key of the plan, where its value came from, such as `venvpack.toml` or `default`. */
	readonly origins: Readonly<Record<string, string>>;
}
