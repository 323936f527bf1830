import {compareBytes} from './paths.ts';
import {Places} from './places.ts';
import {type Entry, type Tree, treeOf} from './tree.ts';

/** A tree with more entries in it. */
export interface ExtendedTree {
	readonly tree: Tree;
	/** What it has more: the entries, and the folders that were missing above them. Sorted. */
	readonly added: readonly Entry[];
}

/**
 * Adds entries to a tree, and with mode 0755 the folders that are missing above them. A folder that is there already stays
 * as it is. Nothing but the list of entries is copied, and not even that where there is nothing to add.
 * Throws a RangeError where a path is taken by something else, or where a parent is not a folder.
 */
export function extendedTree(tree: Tree, entries: readonly Entry[]): ExtendedTree {
	const places = new Places(tree);
	const added = treeOf(entries).entries.filter(entry => {
		const known = places.at(entry.path);
		if (known !== undefined && (known.kind !== 'directory' || entry.kind !== 'directory')) {
			throw new RangeError(`${entry.path} is in the tree already`);
		}

		return known === undefined;
	});
	return added.length === 0 ? {tree, added} : {tree: {entries: merged(tree.entries, added)}, added};
}

function merged(entries: readonly Entry[], added: readonly Entry[]): Entry[] {
	const all: Entry[] = [];
	let next = 0;
	for (const entry of entries) {
		for (let one = added[next]; one && compareBytes(one.path, entry.path) < 0; one = added[next]) {
			all.push(one);
			next++;
		}

		all.push(entry);
	}

	all.push(...added.slice(next));
	return all;
}
