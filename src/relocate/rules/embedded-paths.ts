import type {Elf} from '../../codecs/elf.ts';
import type {Patch} from '../../model/tree.ts';
import {elfOf} from '../elf-file.ts';
import {moveText, occurrences, textMoves} from '../moved.ts';
import {isBinary} from '../place.ts';
import type {Place, Rule} from '../rule.ts';

/** As long as a path may be (PATH_MAX), with some words around it. */
const longest = 8192;

/**
 * Compilers write paths into programs: `__FILE__` of an assert, a folder that configure found. A C string that begins
 * with a moved path gets the new one in its place, NULs behind it, as long as it is no longer. Anything else the leak
 * audit reports: prefix maps at compile time are the better way.
 */
export const embeddedPaths: Rule = {
	name: 'embedded-paths',
	because: 'a program that was compiled here names the folders of the builder',
	applies: isBinary,
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const bytes = place.bytes(entry);
		const elf = elfOf(bytes);
		const patches = elf ? patchesOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), elf, place) : [];
		return patches.length === 0 ? entry : {...entry, content: {kind: 'patched', source: entry.content, patches}};
	},
};

function patchesOf(bytes: Buffer, elf: Elf, place: Place): Patch[] {
	const moves = textMoves(place.moves);
	return occurrences(bytes, moves).flatMap(({start}) => {
		const end = bytes.indexOf(0, start);
		const isString = bytes[start - 1] === 0 && end > start && end - start <= longest && !isDynamicString(elf, start);
		const text = isString ? moveText(bytes.subarray(start, end), moves) : undefined;
		const padding = end - start - (text?.length ?? 0);
		return text && padding >= 0 ? [{offset: start, bytes: Buffer.concat([text, Buffer.alloc(padding)])}] : [];
	});
}

/** Those are the loader's, may be the tail of one another, and are the rule runpath's. */
function isDynamicString({strings}: Elf, at: number): boolean {
	return strings !== undefined && at >= strings.offset && at < strings.offset + strings.size;
}
