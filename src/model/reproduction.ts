import type {Comparison} from './comparison.ts';
import type {HostPath} from './paths.ts';

/** What came of building an artifact again. */
export interface Reproduction {
	/** Whether both have the same bytes, a signature inside left out; of a folder, the same tree. */
	readonly identical: boolean;
	/** The first layer that differs. `container`: only the way in which the same tree is packed. */
	readonly layer: 'none' | 'distributions' | 'metadata' | 'files' | 'container';
	readonly artifact: ReproducedArtifact;
	readonly rebuilt: ReproducedArtifact;
	/** Undefined where both are identical. */
	readonly comparison: Comparison | undefined;
}

export interface ReproducedArtifact {
	/** Undefined where it was thrown away. */
	readonly path: HostPath | undefined;
	/** Such as `deb`. */
	readonly format: string;
	/** In bytes; of a folder, all its files together. */
	readonly size: number;
	/** Hexadecimal; of a folder, the digest of its tree. */
	readonly sha256: string;
}
