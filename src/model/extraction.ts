import type {HostPath, InstallPath} from './paths.ts';

/** What was unpacked of an artifact. */
export interface ExtractResult {
	/** As it was named: a path of this machine, or an address. */
	readonly artifact: string;
	/** Such as `asar`. */
	readonly format: string;
	/** The folder that it was unpacked into; undefined where the bytes of one file were handed over. */
	readonly out: HostPath | undefined;
	/** Which path of the artifact lies at the top of `out`: its prefix, or `/`. */
	readonly top: InstallPath;
	/** What was asked for, by its installed path; empty: everything. */
	readonly paths: readonly InstallPath[];
	readonly files: number;
	readonly links: number;
	/** Of the files. */
	readonly bytes: number;
	/** How many of the files were compared with a sha256 that the artifact holds of them. */
	readonly verified: number;
}
