import type {ManifestSummary} from './manifest.ts';
import type {Metadata} from './metadata.ts';
import type {InstallPath} from './paths.ts';
import type {Tree} from './tree.ts';

/** What any format writes, and what reading an artifact gives back. */
export interface Package {
	readonly metadata: Metadata;
	readonly prefix: InstallPath;
	/** As uname(1) says, or `any` where nothing in the tree depends on the machine. */
	readonly arch: string;
	/** All files, the manifest among them: its content is known only when every other file was read. */
	readonly tree: Tree;
	/** Where the manifest lies in the tree. */
	readonly manifestPath: InstallPath;
	readonly manifest: ManifestSummary;
	/** Seconds since 1970 UTC. */
	readonly epoch: number;
	readonly needs: Needs;
}

/** What the tree asks of the machine that it is installed on. */
export interface Needs {
	readonly interpreter: {
		readonly path: InstallPath;
		/** Such as `3.11`. */
		readonly minor: string;
		/** Such as `3.11.2`; `3.11` where every patch level will do. */
		readonly minimum: string;
	};
}
