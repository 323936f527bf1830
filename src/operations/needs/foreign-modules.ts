import {folderOf} from '../../check/folders.ts';
import {type InstallPath, isWithin} from '../../model/paths.ts';
import type {TreeNeeds} from './tree-needs.ts';

/** A module that only another system could load. */
export interface ForeignModule {
	readonly path: InstallPath;
	/** Such as `a library of macOS`. */
	readonly what: string;
}

/**
 * Extension modules for macOS of packages that have none for this machine. A wheel may bring modules for several systems; that
 * none of them is for this one, is what is wrong.
 */
export function foreignModules({elf, venv}: Pick<TreeNeeds, 'elf' | 'venv'>): readonly ForeignModule[] {
	const folders = new Set(venv.sitePackages);
	return elf.forMac.flatMap(path => {
		const folder = folderOf(path, folders);
		const top = folder && (`${folder}/${path.slice(folder.length + 1).split('/')[0]}` as InstallPath);
		const hasOwn = top !== undefined && elf.files.some(file => isWithin(file.path, top));
		return top === undefined || hasOwn ? [] : [{path, what: 'a library of macOS'}];
	});
}
