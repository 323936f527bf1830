import {readSome} from '../../src/host/contents.ts';
import type {OpenedPackage} from '../../src/model/package.ts';
import type {InstallPath} from '../../src/model/paths.ts';
import type {FileEntry} from '../../src/model/tree.ts';
import {type OpenedArtifact, openArtifact} from '../../src/operations/open.ts';

/** Opens an artifact of this machine as every command does. */
export async function opened(file: string, prefix?: InstallPath): Promise<OpenedArtifact> {
	return openArtifact({artifact: file, prefix}, {listener: () => undefined, environment: {}, version: '0.0.0'});
}

/** All its files, by path. */
export async function contentsOf({pkg}: OpenedPackage): Promise<ReadonlyMap<InstallPath, Uint8Array>> {
	return readSome(
		pkg.tree.entries.filter((entry): entry is FileEntry => entry.kind === 'file'),
		Number.POSITIVE_INFINITY,
	);
}
