import type {Carries} from '../model/carries.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';

/**
 * One way to read an artifact, ours or not. Adding a reader is one file beside this one, and one line in readers.ts.
 * What it reads is hostile: sizes and counts are bounded before anything is allocated, no path leaves the root, every
 * failure is an ArtifactError with `reading`.
 */
export interface Reader {
	/** Such as `deb`; as messages and `--json` name it. */
	readonly name: string;
	readonly carries: Carries;
	/** Whether an artifact that begins so is of this format. By magic bytes, never by the name. */
	recognises(head: ArtifactHead): boolean;
	/** Reads what the artifact says of itself and lists its entries. Contents stay where they are: see `Stretch`. */
	read(artifact: ArtifactFile): Promise<OpenedPackage>;
}

export interface ArtifactHead {
	readonly isDirectory: boolean;
	/** The first 4 KiB, or all of a shorter file. */
	readonly bytes: Uint8Array;
	/** What the compressed stream that it begins with unpacks to, its first 4 KiB; empty where it is none. */
	readonly unpacked: Uint8Array;
	/** The last 66 KiB, or all of a shorter file: a zip archive is recognised by its end where a script precedes it. */
	readonly tail: Uint8Array;
}

export interface ArtifactFile {
	readonly file: HostPath;
	readonly head: ArtifactHead;
	/** In bytes. */
	readonly size: number;
	/** Where the user says that it will lie; undefined: the artifact tells. */
	readonly prefix: InstallPath | undefined;
	/** Leaves out the digests that a format has of its files, which have some megabytes in a large package; default: false. */
	readonly withoutDigests?: boolean;
}
