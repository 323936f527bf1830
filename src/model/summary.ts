import type {ManifestSummary} from './manifest.ts';
import type {RelationKind} from './package.ts';
import type {InstallPath} from './paths.ts';
import type {DynamicLoad, ServiceUnit} from './survey.ts';

/** What an artifact holds and what it needs, told without running any of it. Empty where nothing says. */
export interface Summary {
	readonly artifact: SummaryArtifact;
	readonly name: string;
	readonly version: string;
	readonly release: string;
	/** As uname(1) says, or `any`; empty where nothing says. */
	readonly arch: string;
	readonly summary: string;
	readonly license: string;
	readonly homepage: string;
	readonly maintainer: string;
	readonly prefix: InstallPath;
	readonly contents: SummaryContents;
	/** Undefined where the tree holds no venv. */
	readonly interpreter: SummaryInterpreter | undefined;
	readonly layout: SummaryLayout;
	/** The largest first. */
	readonly distributions: readonly SummaryDistribution[];
	readonly commands: readonly SummaryCommand[];
	readonly services: readonly ServiceUnit[];
	/** What the package manager is told, in the words of the format. */
	readonly relations: Readonly<Partial<Record<RelationKind, readonly string[]>>>;
	/** Libraries that the machine has to have, those that most files ask for first. */
	readonly libraries: readonly SummaryLibrary[];
	/** The target that `packages` are of, such as `debian-12`; empty where no table was asked. */
	readonly librariesOf: string;
	/** Libraries that may be loaded by their names, and that no ELF file asks for; those that are not inside first. */
	readonly loads: readonly SummaryLoad[];
	/** The lowest glibc that has all symbols which are asked for, such as `2.34`; empty where none is. */
	readonly glibc: string;
	/** What ELF files are made for, such as `x86-64`, and how many; more than one machine is mostly data. */
	readonly machines: Readonly<Record<string, number>>;
	/** The largest first. */
	readonly largest: readonly SizedPath[];
	/** What has an executable bit and lies in no `bin`, libraries left out. */
	readonly executables: readonly InstallPath[];
	/** Setuid, setgid, sticky, or writable by everybody. */
	readonly oddModes: ReadonlyArray<{readonly path: InstallPath; readonly mode: number}>;
	/** What does not belong to root:root. */
	readonly owners: ReadonlyArray<{readonly path: InstallPath; readonly user: string; readonly group: string}>;
	readonly conffiles: readonly InstallPath[];
	/** What the package manager runs. */
	readonly maintainerScripts: ReadonlyArray<{readonly name: string; readonly lines: number}>;
	/** Signatures that are present, not that they hold. */
	readonly signatures: readonly string[];
	/** Undefined where venvpack did not make it. */
	readonly built: SummaryBuild | undefined;
	/** Every other field or tag that says something, by its name in the format. */
	readonly fields: Readonly<Record<string, string>>;
	/** Files that say what they are, and cannot be read. */
	readonly damaged: ReadonlyArray<{readonly path: InstallPath; readonly why: string}>;
}

/** One line of a listing. */
export interface ListedEntry {
	readonly path: InstallPath;
	readonly kind: 'file' | 'directory' | 'link';
	/** Permission bits; of a link, which has none of its own, 0o777. */
	readonly mode: number;
	/** Of a file, in bytes; else 0. */
	readonly size: number;
	/** Of a link, as written; else empty. */
	readonly target: string;
	readonly user: string;
	readonly group: string;
}

export interface SummaryArtifact {
	/** On this machine, absolute; an address where it was downloaded. */
	readonly file: string;
	/** Such as `deb`. */
	readonly format: string;
	/** In bytes; of a folder, all its files together. */
	readonly size: number;
	/** Hexadecimal; empty for a folder, and for what was not fetched as a whole. */
	readonly sha256: string;
	/**
	 * Only the index of an archive on a server was read: nothing is known of what its files alone tell, such as the sizes
	 * of distributions. Absent: all of it was.
	 */
	readonly indexOnly?: true;
}

export interface SummaryContents {
	readonly files: number;
	readonly folders: number;
	readonly links: number;
	/** Of the files, in bytes. */
	readonly bytes: number;
}

export interface SummaryInterpreter {
	/** Where bin/python leads to; undefined where there is none. */
	readonly path: InstallPath | undefined;
	/**
	 * `bundled`: in the package. `system`: where distributions have it. `outside`: elsewhere on the machine, where nothing
	 * promises that it is. `absent`: there is no bin/python.
	 */
	readonly origin: 'bundled' | 'system' | 'outside' | 'absent';
	/** Such as `3.11`. */
	readonly minor: string;
	/** The lowest full version, such as `3.11.2`; empty where the manifest does not tell. */
	readonly minimum: string;
	/** Declared relations that bring it. */
	readonly declared: readonly string[];
}

/** Where it may lie, and what it carries of an interpreter. */
export interface SummaryLayout {
	/** Whether the manifest says that it works wherever it is unpacked. */
	readonly relocatable: boolean;
	/** Undefined where the interpreter is the machine's. */
	readonly carried: SummaryCarried | undefined;
}

/** An interpreter that is inside, with its standard library and its shared libraries. */
export interface SummaryCarried {
	/** Such as `3.11.7`; the minor alone where the manifest does not tell. */
	readonly version: string;
	readonly files: number;
	/** Of the files, in bytes; bytecode and libraries are among them. */
	readonly bytes: number;
	/** Of the bytes of all files, from 0 to 1. */
	readonly share: number;
	/** Shared libraries beside it, its own left out, by soname. */
	readonly libraries: readonly CarriedLibrary[];
}

export interface CarriedLibrary {
	/** Such as `libssl.so.3`. */
	readonly soname: string;
	readonly path: InstallPath;
	/** In bytes. */
	readonly size: number;
}

export interface SummaryDistribution {
	readonly name: string;
	readonly version: string;
	readonly license: string;
	/** Of its files, in bytes, as its RECORD names them. */
	readonly size: number;
	readonly files: number;
	/** As the manifest tells: from an index, built from source, given as a file, or from a venv; empty where it does not. */
	readonly origin: string;
	/** Where direct_url.json says that it came from. */
	readonly url: string;
	readonly editable: boolean;
	readonly requiresPython: string;
	readonly path: InstallPath;
}

export interface SummaryCommand {
	readonly name: string;
	readonly path: InstallPath;
	/** Such as `pkg.module:main`; empty where no entry point says so. */
	readonly entryPoint: string;
	/** Normalised; empty where nobody claims it. */
	readonly distribution: string;
	/** What starts it, such as `/opt/app/bin/python`; empty for a program of its own. */
	readonly interpreter: string;
	/** Links outside the prefix that lead to it, such as /usr/bin/app. */
	readonly exposed: readonly InstallPath[];
}

export interface SummaryLibrary {
	/** Such as `libc.so.6`. */
	readonly soname: string;
	/** ELF files that need it. */
	readonly neededBy: readonly InstallPath[];
	/** The highest of each family of versions that is asked for, such as `GLIBC_2.34`. */
	readonly versions: readonly string[];
	/** What brings it in the distribution of `librariesOf`, such as `libc6 (>= 2.34)`; empty where that is not known. */
	readonly packages: readonly string[];
	/** Declared relations that bring it, where that can be told. */
	readonly declared: readonly string[];
	/** Files of the tree that have the name, and that the loader would not find. */
	readonly hidden: readonly InstallPath[];
}

/** Unproven: nobody knows whether it is loaded, and what happens without it. */
export interface SummaryLoad extends DynamicLoad {
	/** Files of the tree that have the name. */
	readonly inside: readonly InstallPath[];
}

export interface SizedPath {
	readonly path: InstallPath;
	/** In bytes. */
	readonly size: number;
}

export type SummaryBuild = Pick<ManifestSummary, 'venvpack' | 'epoch' | 'inputs' | 'allowedLeaks' | 'recipe'>;
