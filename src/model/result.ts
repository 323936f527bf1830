import type {BundleSizes} from './bundle-sizes.ts';
import type {StageName} from './events.ts';
import type {Finding} from './findings.ts';
import type {Distribution} from './metadata.ts';
import type {Needs} from './package.ts';
import type {HostPath, InstallPath} from './paths.ts';
import type {Plan} from './plan.ts';

export interface Artifact {
	readonly path: HostPath;
	/** Such as `deb`. */
	readonly format: string;
	/** The target that it was made for, such as `debian-12`. */
	readonly target: string;
	/** In bytes; of a folder, all its files together. */
	readonly size: number;
	/** Hexadecimal; of a folder, the digest of its tree. */
	readonly sha256: string;
	/** The files that belong to it and lie beside it. */
	readonly companions: readonly ArtifactCompanion[];
}

export interface ArtifactCompanion {
	readonly path: HostPath;
	/** In bytes. */
	readonly size: number;
	/** Hexadecimal. */
	readonly sha256: string;
}

/** What a build made. */
export interface BuildResult {
	readonly artifacts: readonly Artifact[];
	/** One digest over paths, modes, links and bytes: the same tree in every format. Hexadecimal. */
	readonly tree: string;
	readonly findings: readonly Finding[];
	/** Seconds. */
	readonly timings: Readonly<Partial<Record<StageName, number>>>;
	readonly plan: Plan;
	readonly arch: string;
	readonly needs: Needs;
	readonly distributions: readonly Distribution[];
	/** Console scripts, where they will lie. */
	readonly scripts: readonly InstallPath[];
	/** Files in the tree, and their bytes. */
	readonly files: number;
	readonly bytes: number;
	/** Of the interpreter that comes along; absent where none does. */
	readonly bundle?: BundleSizes | undefined;
}
