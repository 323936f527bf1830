import {moveText, textMoves} from '../moved.ts';
import {isExaminable} from '../place.ts';
import {type Rule, withBytes} from '../rule.ts';

/** As git and grep decide: a NUL early on means that it is no text. */
const looksAt = 8000;

/**
 * Everything else that this build wrote: activate scripts of any shell, .pc and *-config files, _sysconfigdata, man
 * pages, data that a hook generated.
 */
export const text: Rule = {
	name: 'text',
	because: 'a file made in the stage says where it was made',
	applies: isExaminable,
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const bytes = place.bytes(entry);
		if (bytes.subarray(0, looksAt).includes(0)) {
			return entry;
		}

		const moved = moveText(bytes, textMoves(place.moves));
		return moved ? withBytes(entry, place, moved) : entry;
	},
};
