import type {InstallPath} from './paths.ts';
import type {RecordedArchive} from './python-archive.ts';

/** A package of the builder's distribution. */
export interface SystemPackage {
	readonly manager: 'deb' | 'rpm';
	/** The `ID` of os-release, such as `debian`. */
	readonly distribution: string;
	/** With `VERSION_ID`, such as `debian-12`; the same as above where there is none. */
	readonly release: string;
	readonly name: string;
	readonly version: string;
	/** As the package manager has it, such as `amd64`. */
	readonly arch: string;
	/** An SPDX expression, or the words of the package; empty where it says nothing that is short. */
	readonly license: string;
}

/** Something of the builder that came along: the interpreter, or the libraries of one package. */
export interface CarriedPart {
	readonly kind: 'interpreter' | 'libraries';
	/** Such as `cpython`, or `libssl3`; of a library that no package of the builder owns, its soname. */
	readonly name: string;
	/** Empty where nobody knows. */
	readonly version: string;
	readonly license: string;
	/** Absent: the builder's distribution does not know it. */
	readonly package?: SystemPackage | undefined;
	readonly archive?: RecordedArchive | undefined;
	/** What of the tree it is. Sorted. */
	readonly files: readonly InstallPath[];
	/** Licences and notices, by the name that they get in the package. */
	readonly texts: ReadonlyArray<{readonly name: string; readonly text: string}>;
}
