import type {Carries} from '../model/carries.ts';
import type {Owner} from '../model/owner.ts';
import {type InstallPath, isWithin} from '../model/paths.ts';
import {likelyPrefix} from '../model/prefix.ts';
import {type Tree, treeOf} from '../model/tree.ts';
import {holds, moved, movedPath, type PrefixEvidence, prefixOf} from './read-package.ts';

export interface Placed {
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly owners: ReadonlyMap<InstallPath, Owner>;
	/** What of the format this artifact carries. */
	readonly carries: Carries;
}

/**
 * Where an archive's content lies. What may be unpacked anywhere comes to where the user says, else to where its manifest
 * says that packages of it install it: then its paths are those of the manifest. Archives of such a tree hold nothing
 * besides.
 */
export function placed(evidence: PrefixEvidence, format: Pick<Placed, 'owners' | 'carries'>): Placed {
	const {tree, manifest, asked} = evidence;
	const isMovable = manifest?.layout?.relocatable === true;
	const owners = format.owners;
	const carries = isMovable ? {...format.carries, outsidePrefix: false} : format.carries;
	const from = likelyPrefix(tree);
	const to = asked ?? (isMovable ? manifest.prefix : undefined);
	const isFixed = manifest !== undefined && holds(tree, manifest.prefix);
	const isWhole = tree.entries.every(({kind, path}) => kind === 'directory' || isWithin(path, from));
	if (to === undefined || holds(tree, to) || isFixed || !isWhole) {
		return {tree, prefix: prefixOf(evidence), owners, carries};
	}

	const move = (path: InstallPath) => movedPath(path, from, to);
	const within = [...owners].filter(([path]) => isWithin(path, from));
	return {
		tree: treeOf(moved(tree, from, to)),
		prefix: to,
		owners: new Map(within.map(([path, owner]) => [move(path), owner])),
		carries,
	};
}
