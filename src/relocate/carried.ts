import {type InstallPath, isWithin} from '../model/paths.ts';
import type {Entry, FileEntry} from '../model/tree.ts';
import type {CarriedFrom} from './carried-variables.ts';
import type {Place} from './rule.ts';

/** Whether the entry is a file that came along of the builder's interpreter. */
export function isOfInterpreter(entry: Entry, place: Place): entry is FileEntry {
	return entry.kind === 'file' && place.carried.get(entry.path) === 'interpreter';
}

/** Where it lies below the prefix, such as `lib/python3.11/site.py`; empty for what does not. */
export function belowPrefix(path: InstallPath, {prefix}: Place): string {
	return isWithin(path, prefix) ? path.slice(prefix === '/' ? 1 : prefix.length + 1) : '';
}

/** Where the builder has the interpreter, by all its names. */
export function carriedFrom({moves, python, prefix}: Place): CarriedFrom {
	const named = moves.filter(({what, to}) => what === 'interpreter' && to === prefix).map(({from}) => from);
	return {origins: [...new Set([python.builderPrefix, ...named])], minor: python.minor};
}
