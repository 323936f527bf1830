import type {OpenedPackage} from '../model/package.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';
import type {Context} from './context.ts';

/** Which artifact is meant. */
export interface ArtifactRequest {
	/** A file, a folder, or an http(s) address. */
	readonly artifact: string;
	/** Where it will lie, for what does not say so itself. */
	readonly prefix?: InstallPath | undefined;
}

/** An artifact at hand. */
export interface OpenedArtifact extends OpenedPackage {
	/** The file or folder on this machine; a download lies in a temporary folder. */
	readonly file: HostPath;
	/** In bytes; of a folder, all its files together. */
	readonly size: number;
	/** Lets go of what was downloaded or unpacked. */
	close(): void;
}

/**
 * Opens an artifact of any format for reading.
 * Throws an ArtifactError where it cannot be read, a HostError where it cannot be had.
 */
export async function openArtifact(request: ArtifactRequest, context: Context): Promise<OpenedArtifact> {
	throw new Error(`${request.artifact} of ${context.version}: not built yet`);
}
