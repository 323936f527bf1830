import {mkdirSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {type HostPath, hostPath} from '../model/paths.ts';

/**
 * Makes a folder and those above it that are missing; one that is there already is fine. One by one: in /proc, Node 24 looks for
 * the missing parent of a path with `recursive` for ever. Throws what mkdir(2) says.
 */
export function makeFolder(folder: HostPath): void {
	if (statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
		return;
	}

	const above = hostPath(dirname(folder));
	if (above !== folder) {
		makeFolder(above);
	}

	try {
		mkdirSync(folder);
	} catch (error) {
		// Another build may have made it meanwhile.
		if (!statSync(folder, {throwIfNoEntry: false})?.isDirectory()) {
			throw error;
		}
	}
}
