import type {InstallPath} from './paths.ts';

/** What a distribution in the tree says of who owns it, and on which terms it is given away. */
export interface Notice {
	/** The distribution, as its METADATA writes it. */
	readonly name: string;
	readonly version: string;
	/** In its own words: an SPDX expression, where it is of the newer ones. Empty where it says nothing. */
	readonly license: string;
	/** The copyright statements of its licence files, else its authors. */
	readonly holders: readonly string[];
	readonly homepage: string;
	/** Folders that hold nothing but what is its own, and its files elsewhere. Sorted. */
	readonly folders: readonly InstallPath[];
	readonly files: readonly InstallPath[];
	/** Its licences and notices, in the order of their paths. */
	readonly texts: readonly LicenceText[];
}

/** A licence or notice as it lies in the tree. */
export interface LicenceText {
	readonly path: InstallPath;
	/** Lines end with `\n`; what was no UTF-8 was read as Latin-1. */
	readonly text: string;
}
