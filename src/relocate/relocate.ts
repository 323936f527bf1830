import type {InstallPath} from '../model/paths.ts';
import type {ReadContent, Relocated, Staged} from '../model/staged.ts';
import type {Entry} from '../model/tree.ts';
import {withEmbeddersStarted} from './embedders.ts';
import {placeOf} from './place.ts';
import {records} from './record.ts';
import type {Place} from './rule.ts';
import {rules} from './rules.ts';

/**
 * Makes a staged tree correct at its prefix. Nothing on disk changes: what must differ comes back as bytes or patches
 * of its entry. RECORD files come last, when all is known that they list.
 * Throws a RelocationError for what cannot be made correct: editable installs, links and paths that leave the prefix.
 */
export function relocate(staged: Staged, read: ReadContent): Relocated {
	const place = placeOf(staged, read);
	const rewritten = new Map<InstallPath, readonly string[]>();
	const moved = staged.tree.entries.flatMap(entry => {
		const {result, names} = applyRules(entry, place);
		if (result && names.length > 0) {
			rewritten.set(entry.path, names);
		}

		return result ? [result] : [];
	});
	return records(withEmbeddersStarted({entries: moved, rewritten}, place), place);
}

/** One entry under every rule: what became of it, and the names of the rules that changed it. */
export function applyRules(entry: Entry, place: Place): {result: Entry | undefined; names: string[]} {
	const names: string[] = [];
	let result: Entry = entry;
	for (const rule of rules) {
		if (!rule.applies(result, place)) {
			continue;
		}

		const next = rule.rewrite(result, place);
		if (next === undefined) {
			return {result: undefined, names};
		}

		if (next !== result) {
			names.push(rule.name);
			result = next;
		}
	}

	return {result, names};
}
