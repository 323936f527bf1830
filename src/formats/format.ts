import type {Additions} from '../model/additions.ts';
import type {Companion} from '../model/companion.ts';
import type {NeededLibrary, NewPackage} from '../model/package.ts';
import type {HostPath} from '../model/paths.ts';
import type {Compression} from '../model/plan.ts';
import type {Settings, SettingValues} from '../model/settings.ts';
import type {Target} from '../model/target.ts';
import type {Entry} from '../model/tree.ts';

/** One way to write a Package. Adding a format is one file or folder beside this one, and one line in formats.ts. */
export interface Format {
	/** As in `--format`, such as `deb`. */
	readonly name: string;
	/** Whose packages these are; undefined where no package manager is involved. */
	readonly packager: Target['packager'] | undefined;
	/** The format's own table of the configuration. */
	readonly settings: Settings;
	/** What the target can read, the best first; the first is the default. */
	compressions(target: Target): readonly Compression[];
	/**
	 * What only packages of this format hold, such as documentation where its distribution looks for it. It lies outside of
	 * the prefix and stands in no manifest. Absent: nothing.
	 */
	own?(pkg: NewPackage, options: OwnOptions): Pick<Additions, 'entries' | 'marks'>;
	/** Files that lie beside an artifact of this format, known from the package with its own entries. Absent: none. */
	companions?(pkg: NewPackage, options: OwnOptions): readonly Companion[];
	/**
	 * Libraries that nothing certain needs and that the package says nothing of, since nobody is known to bring them. Absent:
	 * the format does not speak of libraries. Throws an ArtifactError where one is missing that the tree cannot do without.
	 */
	left?(pkg: NewPackage, options: OwnOptions): readonly NeededLibrary[];
	/** What of a package it has no place for, for a note; undefined: nothing. Absent: it holds everything. */
	omits?(pkg: NewPackage, settings?: SettingValues): string | undefined;
	/** The name of the artifact, such as `app_1.0-1_amd64.deb`. */
	fileName(pkg: NewPackage): string;
	/** Refuses, with an ArtifactError or a ConfigError, what the format cannot hold, before anything is written. */
	check(pkg: NewPackage, options: WriteOptions): void;
	/** Begins an artifact at `options.file`, which does not exist yet. */
	open(pkg: NewPackage, options: WriteOptions): Promise<PackageWriter>;
}

export interface OwnOptions {
	readonly target: Target;
	readonly settings: SettingValues;
	readonly compression: Compression;
}

export interface WriteOptions extends OwnOptions {
	/** A temporary name in the output folder; the caller renames it. */
	readonly file: HostPath;
	/** A private folder for what must be spooled. */
	readonly scratch: HostPath;
}

/**
 * Takes a tree entry by entry, so that one reading of the files feeds every format. The caller gives the entries of
 * `pkg.tree` in their order, the manifest last, and awaits each call before the next. In `pkg.tree` the manifest is
 * an empty file that holds its place; the entry given to `begin` has its true size and content.
 */
export interface PackageWriter {
	/** A folder or link is complete with this; a file's bytes follow. */
	begin(entry: Entry): void | Promise<void>;
	/** The next bytes of the file begun. They are the writer's only until the call returns or its promise resolves. */
	write(chunk: Uint8Array): void | Promise<void>;
	/** The file begun is complete. */
	end(digests: FileDigests): void | Promise<void>;
	/** Completes the artifact: all is on disk and synced. */
	finish(): Promise<void>;
	/** Lets go of everything after a failure; the caller removes the file. */
	abort(): Promise<void>;
}

/** Hexadecimal: texts live in V8's own heap, where small buffers by the hundred thousand would not be given back soon. */
export interface FileDigests {
	readonly sha256: string;
	readonly md5: string;
}
