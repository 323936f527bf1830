import {nameOf} from '../../model/paths.ts';
import type {FileEntry, Patch} from '../../model/tree.ts';
import {isOfInterpreter} from '../carried.ts';
import {elfOf} from '../elf-file.ts';
import type {Rule} from '../rule.ts';
import {unknownText} from '../unknown-text.ts';

/** What the site of virtualenv's old venvs had, and what every sys has: of one length. */
const asked = 'real_prefix';
const answered = 'base_prefix';

/**
 * CPython from 3.11 on has its site module in the program, frozen, and Debian's is patched: it takes site-packages for its
 * own only in a venv, which it knows by `sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix")`. Asking for an
 * attribute that is there makes that true; then site-packages comes first, and what else it looks for is not in the tree.
 */
export const frozenSite: Rule = {
	name: 'frozen-site',
	because: 'Debian’s site module, which is part of the program, leaves out site-packages',
	applies: (entry, place) => isOfInterpreter(entry, place) && /^(?:python|libpython)3[\w.]*$/.test(nameOf(entry.path)),
	rewrite(entry, place) {
		if (entry.kind !== 'file') {
			return entry;
		}

		const content = place.bytes(entry);
		const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
		if (!elfOf(content) || constants(bytes, 'dist-packages').length === 0) {
			return entry;
		}

		return {...entry, content: {kind: 'patched', source: entry.content, patches: [patchOf(bytes, entry)]}};
	},
};

function patchOf(bytes: Buffer, {path}: FileEntry): Patch {
	const [offset, ...more] = constants(bytes, asked);
	if (offset === undefined || more.length > 0) {
		throw unknownText(path, 'frozen-site', {reason: 'has a frozen site module of Debian’s that is not known'});
	}

	return {offset, bytes: Buffer.from(answered)};
}

/** Where a text is a constant: with NULs around it as 3.11 has it, or after its length in a marshal stream. */
function constants(bytes: Buffer, text: string): number[] {
	const places: number[] = [];
	for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) {
		const before = bytes[at - 1];
		if (before === text.length || (before === 0 && bytes[at + text.length] === 0)) {
			places.push(at);
		}
	}

	return places;
}
