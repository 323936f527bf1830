import {type InstallPath, parentOf} from '../model/paths.ts';

/** The outermost of some folders that a path is, or lies in; undefined where it lies in none. As quick for many folders as for one. */
export function folderOf(path: InstallPath, folders: ReadonlySet<InstallPath>): InstallPath | undefined {
	let found: InstallPath | undefined;
	let here = path;
	while (folders.size > 0) {
		found = folders.has(here) ? here : found;
		if (here === '/') {
			return found;
		}

		here = parentOf(here);
	}

	return undefined;
}
