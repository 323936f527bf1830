/**
 * CPython's marshal format (Python/marshal.c), as 3.8 to 3.14 write code objects into pyc files.
 *
 * What marshal.dumps gives depends on more than the object. Three things in it come from what the process did before:
 * - FLAG_REF stands on every object with more than one owner, and the whole process owns interned names;
 * - the members of a frozenset stand in the order of their hashes, which for None is an address (before 3.11),
 *   or of their bytes, flags included;
 * - whether a string of at most one character is marked as interned: a process has one such object only.
 * `normalizeMarshal` takes these out; marshal.loads makes the same value of the result.
 */

import {rewrite} from './marshal-sets.ts';
import {flagRef, layoutOf, type Stream, survey} from './marshal-stream.ts';

/**
 * Takes the marshalled code object of a module, as Python `minor` (such as `3.11`) wrote it, and returns the bytes that
 * every process would have written. The argument's own bytes are overwritten.
 * Throws a RangeError where the stream is cut short, or holds what no known version writes.
 */
export function normalizeMarshal(bytes: Uint8Array, minor: string): Uint8Array {
	const stream = survey(bytes, layoutOf(minor));
	if (stream.hasSets) {
		return rewrite(stream);
	}

	renumber(stream);
	return bytes;
}

/** Takes the flags off that nobody refers to, in place: no byte moves. */
function renumber({bytes, view, flagged, uses, references}: Stream): void {
	const numbers = new Uint32Array(flagged.length);
	let next = 0;
	for (let index = 0; index < flagged.length; index++) {
		if (uses[index] === 0) {
			const at = flagged[index] ?? 0;
			bytes[at] = (bytes[at] ?? 0) & ~flagRef;
		} else {
			numbers[index] = next++;
		}
	}

	for (const at of references) {
		view.setUint32(at + 1, numbers[view.getUint32(at + 1, true)] ?? 0, true);
	}
}
