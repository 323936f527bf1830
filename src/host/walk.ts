import {readdirSync} from 'node:fs';
import type {HostPath, InstallPath} from '../model/paths.ts';

/** All regular files below `<root><from>`, folder by folder, names only: links are not followed, nothing is looked at. */
export function* filesBelow(root: HostPath, from: InstallPath): Generator<InstallPath> {
	for (const entry of readdirSync(`${root}${from}`, {withFileTypes: true})) {
		const path = `${from}/${entry.name}` as InstallPath;
		if (entry.isDirectory()) {
			yield* filesBelow(root, path);
		} else if (entry.isFile()) {
			yield path;
		}
	}
}
