import {below, type InstallPath} from './paths.ts';

/** What a package is made of, as a bill of materials tells it. */
export interface Inventory {
	readonly name: string;
	readonly version: string;
	/** An SPDX expression, or the project's own words; empty where it says nothing. */
	readonly license: string;
	readonly summary: string;
	/** Seconds since 1970 UTC. */
	readonly epoch: number;
	/** Of venvpack. */
	readonly tool: string;
	/** The interpreter's minor, such as `3.11`. */
	readonly python: string;
	/** Sorted by name. */
	readonly components: readonly InventoryComponent[];
	/** Names of the components that the application asks for itself. */
	readonly roots: readonly string[];
	/** What came along of the builder, the interpreter first; absent: nothing did. */
	readonly carried?: readonly InventoryPart[];
}

/** Something of the builder that came along. */
export interface InventoryPart {
	readonly kind: 'interpreter' | 'libraries';
	readonly name: string;
	/** Empty where nobody knows. */
	readonly version: string;
	readonly license: string;
	readonly purl: string;
	/** By which lists of known holes name it; empty: not known. */
	readonly cpe: string;
	/** Of the archive that it came in, hexadecimal; empty where there is none. */
	readonly sha256: string;
	/** Its programs and libraries, as they lie in the package. */
	readonly binaries: InventoryComponent['libraries'];
}

export interface InventoryComponent {
	/** Normalised. */
	readonly name: string;
	readonly version: string;
	readonly license: string;
	readonly summary: string;
	/** Of the file that it came in, hexadecimal; empty where there is none. */
	readonly sha256: string;
	/** That file's name; empty where there is none. */
	readonly file: string;
	readonly origin: 'index' | 'built' | 'file' | 'venv';
	/** Names of the components that it asks for. */
	readonly dependencies: readonly string[];
	/** Shared libraries that its wheel carries. */
	readonly libraries: ReadonlyArray<{readonly name: string; readonly path: string; readonly sha256: string}>;
	/** What its own bills of materials list (PEP 770). */
	readonly embedded: readonly EmbeddedComponent[];
}

/** A component of a bill of materials that a wheel brings. */
export interface EmbeddedComponent {
	readonly type: 'library' | 'application' | 'framework' | 'file' | 'operating-system';
	readonly name: string;
	readonly version: string;
	/** Empty where it has none. */
	readonly purl: string;
	/** An SPDX expression or name; empty where it says nothing. */
	readonly license: string;
	/** The file, relative to the dist-info folder, that lists it. */
	readonly source: string;
}

/** Where the bill of materials of a package lies in it. */
export function inventoryPath(prefix: InstallPath, name: string): InstallPath {
	return below(prefix, `share/sbom/${name}.cdx.json`);
}
