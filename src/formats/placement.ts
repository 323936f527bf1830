import type {Carries} from '../model/carries.ts';
import type {Owner} from '../model/owner.ts';
import {type InstallPath, isWithin} from '../model/paths.ts';
import {likelyPrefix} from '../model/prefix.ts';
import {type Tree, treeOf} from '../model/tree.ts';
import {holds, moved, movedPath, type PrefixEvidence, placeAsked, prefixOf, worksAnywhere} from './read-package.ts';

export interface Placed {
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly owners: ReadonlyMap<InstallPath, Owner>;
	/** What of the format this artifact carries. */
	readonly carries: Carries;
}

/**
 * Where an archive's content lies. A tree that works anywhere comes to where its manifest says that packages install it,
 * whatever the user says: there its paths are those of the manifest and of its bytecode, and none of it depends on the
 * place. Archives of such a tree hold nothing besides. What else may be unpacked anywhere comes to where the user says.
 */
export function placed(evidence: PrefixEvidence, format: Pick<Placed, 'owners' | 'carries'>): Placed {
	const {tree, manifest} = evidence;
	const asked = placeAsked(evidence);
	const {owners} = format;
	const carries = worksAnywhere(manifest) ? {...format.carries, outsidePrefix: false} : format.carries;
	const from = likelyPrefix(tree);
	const isFixed = manifest !== undefined && holds(tree, manifest.prefix);
	const isWhole = tree.entries.every(({kind, path}) => kind === 'directory' || isWithin(path, from));
	if (asked === undefined || holds(tree, asked) || isFixed || !isWhole) {
		return {tree, prefix: prefixOf({...evidence, asked}), owners, carries};
	}

	const move = (path: InstallPath) => movedPath(path, from, asked);
	const within = [...owners].filter(([path]) => isWithin(path, from));
	return {
		tree: treeOf(moved(tree, from, asked)),
		prefix: asked,
		owners: new Map(within.map(([path, owner]) => [move(path), owner])),
		carries,
	};
}
