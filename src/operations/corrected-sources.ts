import {readContent} from '../host/read.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Staged} from '../model/staged.ts';
import {placeOf} from '../relocate/place.ts';
import {applyRules} from '../relocate/relocate.ts';

/**
 * The Python sources of a carried interpreter that the rules change, as they leave them; undefined: it goes. Bytecode is
 * made of these, since it is never checked against its source.
 */
export function correctedSources(staged: Staged): ReadonlyMap<InstallPath, Uint8Array | undefined> {
	const place = placeOf(staged, readContent);
	const changed = new Map<InstallPath, Uint8Array | undefined>();
	for (const entry of staged.tree.entries) {
		if (entry.kind === 'file' && entry.path.endsWith('.py') && staged.carried.has(entry.path)) {
			const {result} = applyRules(entry, place);
			if (result !== entry) {
				changed.set(entry.path, result?.kind === 'file' ? readContent(result.content) : undefined);
			}
		}
	}

	return changed;
}
