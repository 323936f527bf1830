import {type InstallPath, isWithin, nameOf, parentOf} from '../../model/paths.ts';
import type {Tree} from '../../model/tree.ts';

/** Where a distribution says what it is. */
export interface InfoFolder {
	/** Of the dist-info or egg-info; of an egg-link, that file. */
	readonly path: InstallPath;
	/** The folder of modules that holds it; paths in its RECORD are relative to it. */
	readonly parent: InstallPath;
	/** As the name of the folder has it; empty where it has none. */
	readonly name: string;
	readonly version: string;
	/** A folder of files, an old egg-info that is one file, or a link to code that lies elsewhere. */
	readonly kind: 'folder' | 'file' | 'link';
}

/**
 * The dist-info and egg-info folders of a tree that Python would find, in order: those in a `site-packages` or
 * `dist-packages` or an egg, and else those that do not lie below the modules of another distribution, as those that setuptools
 * brings for itself do.
 */
export function infoFolders(tree: Tree): readonly InfoFolder[] {
	const found = tree.entries.flatMap(({kind, path}) => {
		const one = kind === 'link' ? undefined : infoFolder(path, kind === 'directory');
		return one === undefined ? [] : [one];
	});
	const parents = [...new Set(found.map(({parent}) => parent))];
	const counted = new Set(
		parents.filter(
			parent =>
				/^(?:site|dist)-packages$|\.egg$/.test(nameOf(parent)) ||
				!parents.some(other => other !== parent && isWithin(parent, other)),
		),
	);
	return found.filter(({parent}) => counted.has(parent));
}

function infoFolder(path: InstallPath, isFolder: boolean): InfoFolder | undefined {
	const folder = parentOf(path);
	const name = nameOf(path);
	if (isFolder && name === 'EGG-INFO' && folder.endsWith('.egg')) {
		return {path, parent: folder, kind: 'folder', ...named(nameOf(folder).slice(0, -'.egg'.length))};
	}

	const [, stem, kind] = /^(.+)\.(dist-info|egg-info|egg-link)$/.exec(name) ?? [];
	if (stem === undefined || (isFolder ? kind === 'egg-link' : kind === 'dist-info')) {
		return undefined;
	}

	return {path, parent: folder, kind: isFolder ? 'folder' : kind === 'egg-link' ? 'link' : 'file', ...named(stem)};
}

/** `NAME-VERSION`, `NAME-VERSION-py3.11` or `NAME`. */
function named(stem: string): {readonly name: string; readonly version: string} {
	const [name = '', version = ''] = stem.split('-');
	return {name, version};
}
