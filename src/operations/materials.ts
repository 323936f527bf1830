import type {CompanionMaker} from '../model/companion.ts';
import {inventoryPath} from '../model/inventory.ts';
import {Places} from '../model/places.ts';

/** The bill of materials of a package beside its artifact, for who does not want to unpack it: the same bytes. */
export const materialsBeside: CompanionMaker = ({pkg: {tree, prefix, metadata}, name}) => {
	const entry = new Places(tree).at(inventoryPath(prefix, metadata.name));
	return entry?.kind === 'file' && entry.content.kind === 'bytes'
		? [{name: `${name}.cdx.json`, bytes: entry.content.bytes}]
		: [];
};
