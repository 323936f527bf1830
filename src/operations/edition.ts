import type {Format, OwnOptions} from '../formats/format.ts';
import type {FormatAdditions} from '../model/additions.ts';
import {InputError} from '../model/errors.ts';
import {type ExtendedTree, extendedTree} from '../model/extended-tree.ts';
import type {NewPackage} from '../model/package.ts';
import {compareBytes} from '../model/paths.ts';
import type {Entry, Tree} from '../model/tree.ts';

/** A package as one format has it. */
export interface FormatEdition {
	readonly pkg: NewPackage;
	/** What it holds that other formats do not, sorted. */
	readonly own: readonly Entry[];
}

/** Adds to a package what the configuration has for a format alone, and then what the format brings by itself. */
export function editionFor(format: Format, pkg: NewPackage, options: OwnOptions): FormatEdition {
	const asked = pkg.treatment.only.filter(({formats}) => formats.includes(format.name));
	const first = asked.reduce(withPart, {pkg, own: []});
	const own = format.own?.(first.pkg, options);
	return own === undefined ? first : withPart(first, {...own, ghosts: []});
}

function withPart(
	{pkg, own}: FormatEdition,
	{entries, marks, ghosts}: Pick<FormatAdditions, 'entries' | 'marks' | 'ghosts'>,
): FormatEdition {
	const {tree, added} = treeWith(pkg.tree, entries);
	const treatment = {
		...pkg.treatment,
		marks: new Map([...pkg.treatment.marks, ...marks]),
		ghosts: [...pkg.treatment.ghosts, ...ghosts].sort((one, other) => compareBytes(one.path, other.path)),
	};
	return {
		pkg: {...pkg, tree, treatment},
		own: [...own, ...added].sort((one, other) => compareBytes(one.path, other.path)),
	};
}

/** The same as `extendedTree`, for entries that a user may have asked for. Throws an InputError (PLACE_OCCUPIED). */
export function treeWith(tree: Tree, entries: readonly Entry[]): ExtendedTree {
	try {
		return extendedTree(tree, entries);
	} catch (cause) {
		if (!(cause instanceof RangeError)) {
			throw cause;
		}

		throw new InputError(`what is added to the environment has no place: ${cause.message}`, {
			code: 'PLACE_OCCUPIED',
			hint: 'give what the configuration adds another place',
			input: '[[files]]',
			cause,
		});
	}
}
