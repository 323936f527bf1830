import {type InstallPath, parentOf} from '../model/paths.ts';
import type {Tree} from '../model/tree.ts';

/** Where the files of one owner lie. */
export interface Territory {
	/** Folders that hold files of this owner only, each as high up as it goes. */
	readonly folders: readonly InstallPath[];
	/** Files in folders that others share. */
	readonly files: readonly InstallPath[];
}

/** Of a folder that files of several owners, or of none, lie below. */
const shared = -2;
const nobody = -1;

/**
 * Tells for each owner, given by the paths of its files, where in the tree they lie. Paths that are not in the tree count
 * for nothing; a file that several name belongs to the first.
 */
export function territories({entries}: Tree, owners: ReadonlyArray<readonly InstallPath[]>): readonly Territory[] {
	const ownerOf = new Map<InstallPath, number>();
	for (const [owner, paths] of owners.entries()) {
		for (const path of paths) {
			ownerOf.set(path, ownerOf.get(path) ?? owner);
		}
	}

	const folders = new Map<InstallPath, number>();
	for (const {kind, path} of entries) {
		if (kind !== 'directory') {
			claim(folders, parentOf(path), ownerOf.get(path) ?? nobody);
		}
	}

	const lands = owners.map(() => ({folders: [] as InstallPath[], files: [] as InstallPath[]}));
	const isInner = (path: InstallPath) => (folders.get(parentOf(path)) ?? shared) >= 0;
	for (const {kind, path} of entries) {
		const owner = (kind === 'directory' ? folders : ownerOf).get(path) ?? nobody;
		if (owner >= 0 && !isInner(path)) {
			lands[owner]?.[kind === 'directory' ? 'folders' : 'files'].push(path);
		}
	}

	return lands;
}

/** Marks a folder and those above it, until one is known to be shared. */
function claim(folders: Map<InstallPath, number>, from: InstallPath, owner: number): void {
	for (let folder = from; folder !== '/'; folder = parentOf(folder)) {
		const known = folders.get(folder);
		const next = known === undefined || known === owner ? owner : shared;
		if (known === next) {
			return;
		}

		folders.set(folder, next);
	}
}
