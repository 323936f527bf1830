/** What a package says of itself, from the project's own metadata or the configuration. */
export interface Metadata {
	/** Normalised for packages: lower-case letters, digits, `+`, `-`, `.`. */
	readonly name: string;
	/** PEP 440, as the project writes it; each format maps it to its own order. */
	readonly version: string;
	/** The packaging of that version, such as `1`. */
	readonly release: string;
	/** One line. */
	readonly summary: string;
	/** Paragraphs, plain text. */
	readonly description: string;
	/** An SPDX expression where the project gives one, else its own words; empty where it says nothing. */
	readonly license: string;
	/** `Name <address>`. */
	readonly maintainer: string;
	readonly vendor: string;
	readonly homepage: string;
}

/** An installed distribution, as its dist-info says. */
export interface Distribution {
	readonly name: string;
	readonly version: string;
	/** Of its METADATA, such as `>=3.9`; empty where it says nothing. */
	readonly requiresPython: string;
	readonly license: string;
	/** Where it came from. */
	readonly origin: 'index' | 'built' | 'file' | 'venv';
	/** The file that was installed; empty where only a venv is known. */
	readonly wheel: string;
	/** Of that wheel, in hexadecimal. For what was built here: of the sdist, where there is one; of a venv: over what its RECORD says. */
	readonly sha256: string;
	/** Console and GUI scripts, by name. */
	readonly scripts: readonly string[];
}
