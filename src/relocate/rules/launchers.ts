import {encodeLauncher} from '../../codecs/launcher.ts';
import {nameOf, parentOf} from '../../model/paths.ts';
import type {Rule} from '../rule.ts';

/** Of every venv; CPython 3.14 gives its own one name more. */
const names = new Set(['python', 'python3', '\u{1d70b}thon']);

/**
 * In a tree that may be moved, `bin/python` and `bin/python3` are programs of sh instead of links: they find their folder
 * by its real path, some unpackers lose links, and where the interpreter is the machine's, they look for it.
 */
export const launchers: Rule = {
	name: 'launchers',
	because: 'a link says neither where the tree lies nor which interpreter of the machine fits',
	applies: (entry, {layout, bin}) =>
		layout.relocatable && entry.kind === 'link' && parentOf(entry.path) === bin && names.has(nameOf(entry.path)),
	rewrite({path}, {layout, python}) {
		const text = encodeLauncher({minor: python.minor, searches: layout.bundle === undefined});
		return {kind: 'file', path, mode: 0o755, content: {kind: 'bytes', bytes: Buffer.from(text)}};
	},
};
