import {lstatSync} from 'node:fs';
import {type HostPath, type InstallPath, isWithin, parentOf} from '../model/paths.ts';
import type {Entry, Tree} from '../model/tree.ts';

/**
 * A tree for a prefix with the modes that its files and folders have in a venv that it is to replace: what only its owner could
 * read stays so. What is new, such as bytecode, lets nobody do what the folder that it lies in does not.
 */
export function withModesOf(venv: HostPath, {tree, prefix}: {tree: Tree; prefix: InstallPath}): Tree {
	const folders = new Map<InstallPath, number>();
	const within = (entry: Entry): Entry => {
		if (entry.kind === 'link' || !isWithin(entry.path, prefix)) {
			return entry;
		}

		const found = foundMode(`${venv}${entry.path.slice(prefix.length)}`, entry.kind);
		const mode = found ?? entry.mode & (folders.get(parentOf(entry.path)) ?? 0o777);
		if (entry.kind === 'directory') {
			folders.set(entry.path, mode);
		}

		return {...entry, mode};
	};
	return {entries: tree.entries.map(within)};
}

/** Undefined where there is no such thing of that kind. */
function foundMode(path: string, kind: 'file' | 'directory'): number | undefined {
	const stats = lstatSync(path, {throwIfNoEntry: false});
	const isSame = kind === 'file' ? stats?.isFile() : stats?.isDirectory();
	return stats && isSame ? stats.mode & 0o1777 : undefined;
}
