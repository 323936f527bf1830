import {isElf} from '../codecs/elf.ts';
import {RelocationError} from '../model/errors.ts';
import type {Objection} from '../model/objection.ts';
import {type InstallPath, isWithin} from '../model/paths.ts';
import type {ReadContent, Staged} from '../model/staged.ts';
import type {Entry} from '../model/tree.ts';
import {occurrences, textMoves} from './moved.ts';
import {isBinary, placeOf} from './place.ts';
import {applyRules} from './relocate.ts';
import type {Place} from './rule.ts';

/**
 * Everything in a tree that the rules refuse, where `relocate` stops at the first, and every program in which a path
 * of the stage stays because the new one does not fit into its place. Nothing is changed.
 */
export function objections(staged: Staged, read: ReadContent): Objection[] {
	const place = placeOf(staged, read);
	return staged.tree.entries.flatMap(entry => objectionTo(entry, place, read) ?? []);
}

function objectionTo(entry: Entry, place: Place, read: ReadContent): Objection | undefined {
	try {
		const {result} = applyRules(entry, place);
		return result && unmoved(result, place, read);
	} catch (error) {
		if (error instanceof RelocationError) {
			const {code, message, hint = ''} = error;
			return {path: relative(error.path, place), code, what: inWords(message, error.path, place), remedy: hint};
		}

		throw error;
	}
}

/** A program that still names the stage after all rules. */
function unmoved(entry: Entry, place: Place, read: ReadContent): Objection | undefined {
	if (entry.kind !== 'file' || !isBinary(entry, place)) {
		return undefined;
	}

	const bytes = Buffer.from(read(entry.content));
	const stages = textMoves(place.moves).filter(({what}) => what === 'stage');
	const [found] = isElf(bytes) ? occurrences(bytes, stages) : [];
	return (
		found && {
			path: relative(entry.path, place),
			code: 'COMPILED_PATH',
			what: `names ${found.move.from} at offset ${found.start}, and ${found.move.to} does not fit into its place`,
			remedy: `choose a prefix of at most ${Buffer.byteLength(found.move.from)} bytes, or build it anew with -ffile-prefix-map and without a path of the venv; where it does no harm, --allow-leak '${entry.path}'`,
		}
	);
}

function relative(path: InstallPath, {prefix}: Place): string {
	return isWithin(path, prefix) ? path.slice(prefix.length + 1) : path;
}

/** Messages of rules begin with the path, and name the prefix, where the venv does not lie yet. */
function inWords(message: string, path: InstallPath, {prefix}: Place): string {
	const rest = message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
	return rest.replace(`outside ${prefix}`, 'outside the venv');
}
