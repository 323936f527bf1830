import {createHash} from 'node:crypto';
import {lstatSync, readFileSync} from 'node:fs';
import {below, type InstallPath, isWithin} from '../model/paths.ts';
import type {FileEntry, Tree} from '../model/tree.ts';

/** File systems stamp with the clock of the last tick, some tens of milliseconds ago. */
const tick = 100;

/**
 * Of the downloaded files (path → sha256), those that still are what they were. Installers write the first lines of
 * scripts anew; hooks may change anything: what lies in `bin`, or changed since `installed` (milliseconds since 1970),
 * is hashed again. The paths of the result are those of the tree, so that each is held once.
 */
export function untouched(
	downloaded: ReadonlyMap<InstallPath, string>,
	tree: Tree,
	venv: {prefix: InstallPath; installed: number},
): Map<InstallPath, string> {
	const bin = below(venv.prefix, 'bin');
	const same = new Map<InstallPath, string>();
	for (const entry of tree.entries) {
		const sha256 = entry.kind === 'file' ? downloaded.get(entry.path) : undefined;
		if (entry.kind === 'file' && sha256 !== undefined) {
			const suspect = isWithin(entry.path, bin) || changedSince(entry, venv.installed - tick);
			if (!suspect || hashOf(entry) === sha256) {
				same.set(entry.path, sha256);
			}
		}
	}

	return same;
}

function changedSince(entry: FileEntry, time: number): boolean {
	return lstatSync(locationOf(entry)).ctimeMs >= time;
}

function hashOf(entry: FileEntry): string {
	return createHash('sha256')
		.update(readFileSync(locationOf(entry)))
		.digest('hex');
}

function locationOf({content, path}: FileEntry): string {
	return content.kind === 'staged' ? `${content.root}${path}` : path;
}
