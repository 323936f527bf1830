import type {Owner} from '../model/owner.ts';
import {type InstallPath, isWithin} from '../model/paths.ts';
import {likelyPrefix} from '../model/prefix.ts';
import {type Tree, treeOf} from '../model/tree.ts';
import {holds, moved, movedPath, type PrefixEvidence, prefixOf} from './read-package.ts';

export interface Placed {
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly owners: ReadonlyMap<InstallPath, Owner>;
}

/** Where it lies; what may be unpacked anywhere comes to where the user says. */
export function placed(evidence: PrefixEvidence, owners: ReadonlyMap<InstallPath, Owner>): Placed {
	const {tree, manifest, asked} = evidence;
	const from = likelyPrefix(tree);
	const isFixed = manifest !== undefined && holds(tree, manifest.prefix);
	const isWhole = tree.entries.every(({kind, path}) => kind === 'directory' || isWithin(path, from));
	if (asked === undefined || holds(tree, asked) || isFixed || !isWhole) {
		return {tree, prefix: prefixOf(evidence), owners};
	}

	const move = (path: InstallPath) => movedPath(path, from, asked);
	const within = [...owners].filter(([path]) => isWithin(path, from));
	return {
		tree: treeOf(moved(tree, from, asked)),
		prefix: asked,
		owners: new Map(within.map(([path, owner]) => [move(path), owner])),
	};
}
