import type {InstallPath} from './paths.ts';

/** What differs between two artifacts, as far as both formats can tell it: distributions, then metadata, then files. */
export interface Comparison {
	readonly a: ComparedArtifact;
	readonly b: ComparedArtifact;
	/** Whether nothing differs. */
	readonly equal: boolean;
	/** By name. */
	readonly distributions: readonly DistributionChange[];
	readonly metadata: readonly MetadataChange[];
	/** By path. */
	readonly files: readonly FileChange[];
	/** Bytecode whose source differs as well, and the manifest: they follow from the rest, and are not listed. */
	readonly following: number;
	/** What is known of one side only, because the other's format does not carry it, such as `owners`. */
	readonly uncompared: readonly string[];
}

export interface ComparedArtifact {
	/** As the user named it. */
	readonly artifact: string;
	/** Such as `deb`. */
	readonly format: string;
	/** Empty where the artifact does not say. */
	readonly name: string;
	readonly version: string;
	/** Of the artifact, in bytes. */
	readonly size: number;
	readonly files: number;
	/** Of its files together. */
	readonly bytes: number;
}

export interface DistributionChange {
	/** `rebuilt`: the same version with other content. */
	readonly kind: 'added' | 'removed' | 'updated' | 'downgraded' | 'rebuilt';
	/** As the distribution writes it. */
	readonly name: string;
	/** Versions; undefined on the side that does not have it. */
	readonly from: string | undefined;
	readonly to: string | undefined;
}

/** A value that differs; of a list, one item. */
export interface MetadataChange {
	/** Such as `version`, `requires` or `command`. */
	readonly field: string;
	/** Undefined where that side has none. */
	readonly from: string | undefined;
	readonly to: string | undefined;
}

export interface FileChange {
	readonly kind: 'added' | 'removed' | 'renamed' | 'changed';
	/** Where it lies in B; of what was removed, where it lay in A. */
	readonly path: InstallPath;
	/** Of what was renamed: where it lay in A. */
	readonly from: InstallPath | undefined;
	/** What of it differs; empty but for `changed`. */
	readonly aspects: readonly FileAspect[];
	/** Bytes of a file; undefined for a link or folder, and on the side that does not have it. */
	readonly sizes: readonly [a: number | undefined, b: number | undefined];
}

export interface FileAspect {
	readonly what: 'kind' | 'content' | 'target' | 'mode' | 'owner';
	readonly from: string;
	readonly to: string;
}
