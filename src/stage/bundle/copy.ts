import {chmodSync, constants, copyFileSync, mkdirSync, symlinkSync} from 'node:fs';
import {dirname} from 'node:path';
import {below, type HostPath, type InstallPath, parentOf, relativeTarget} from '../../model/paths.ts';
import type {Selected} from './selection.ts';

export interface CopyPlace {
	/** The folder that plays the target's `/`, on this machine. */
	readonly root: HostPath;
	readonly prefix: InstallPath;
	/** Whether what the builder has as a link may be one: a zip that loses links does without. */
	readonly links: boolean;
}

/**
 * Copies what was selected below `<root><prefix>`. Never a hard link: what is done to the copy is not done to the
 * interpreter that builds. A link to what is copied as well is a relative link; any other becomes what it leads to.
 */
export function copySelected(selected: readonly Selected[], {root, prefix, links}: CopyPlace): void {
	const places = new Map(selected.filter(one => !one.isLink).map(({from, to}) => [from, below(prefix, to)]));
	const made = new Set<string>();
	for (const {from, to, isLink, mode} of selected) {
		const path = below(prefix, to);
		const file = `${root}${path}`;
		const folder = dirname(file);
		if (!made.has(folder)) {
			mkdirSync(folder, {recursive: true, mode: 0o755});
			made.add(folder);
		}

		const target = isLink && links ? places.get(from) : undefined;
		if (target === undefined) {
			copyFileSync(from, file, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
			chmodSync(file, mode);
		} else {
			symlinkSync(relativeTarget(parentOf(path), target), file);
		}
	}
}
