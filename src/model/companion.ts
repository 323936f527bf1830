import type {NewPackage} from './package.ts';
import type {HostPath} from './paths.ts';

/** A small file that lies beside an artifact: filters for a linter, a signature, a list of what is inside. */
export interface Companion {
	/** Its file name, such as `app-1.0-1.x86_64.rpmlint.toml`. */
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** An artifact that is complete and has no name yet. */
export interface CompletedArtifact {
	/** Such as `deb`. */
	readonly format: string;
	/** With what only this format holds. */
	readonly pkg: NewPackage;
	/** Where it lies now: a file, or a folder. */
	readonly file: HostPath;
	/** The file name that it is going to have. */
	readonly name: string;
	/** Of the file; of a folder, over its tree. Hexadecimal. */
	readonly sha256: string;
}

/** Makes what lies beside a completed artifact. `before` are the companions that it has already: a signature covers them too. */
export type CompanionMaker = (
	artifact: CompletedArtifact,
	before: readonly Companion[],
) => readonly Companion[] | Promise<readonly Companion[]>;
