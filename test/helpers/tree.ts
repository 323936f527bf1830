import {fixedLayout} from '../../src/model/layout.ts';
import type {Move, PythonMove} from '../../src/model/moves.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import type {ReadContent, Staged} from '../../src/model/staged.ts';
import {type Content, type Entry, type Tree, treeOf} from '../../src/model/tree.ts';

/** A file by its text or bytes, a link by where it points; a script is executable. */
export type Literal = string | Uint8Array | {readonly link: string};

/** A tree as a literal: `tree({'/opt/app/bin/x': '#!/stage/opt/app/bin/python\n'})`. */
export function tree(literals: Readonly<Record<string, Literal>>): Tree {
	return treeOf(Object.entries(literals).map(([path, literal]) => entryOf(installPath(path), literal)));
}

function entryOf(path: InstallPath, literal: Literal): Entry {
	if (typeof literal === 'object' && 'link' in literal) {
		return {kind: 'link', path, target: literal.link};
	}

	const bytes = typeof literal === 'string' ? Buffer.from(literal) : literal;
	return {
		kind: 'file',
		path,
		mode: bytes[0] === 0x23 && bytes[1] === 0x21 ? 0o755 : 0o644,
		content: {kind: 'bytes', bytes},
	};
}

/** Reads what `tree` made, and what rules made of it. */
export const readLiteral: ReadContent = content => {
	switch (content.kind) {
		case 'bytes':
			return content.bytes;
		case 'patched': {
			const bytes = Buffer.from(readLiteral(content.source));
			for (const patch of content.patches) {
				bytes.set(patch.bytes, patch.offset);
			}

			return bytes;
		}
		case 'packed':
		case 'staged':
			throw new RangeError('a literal tree has no staged files');
	}
};

/** The text of a file; undefined where there is none. */
export function textAt(of: Tree, path: string): string | undefined {
	const content = contentAt(of, path);
	return content && Buffer.from(readLiteral(content)).toString();
}

/** Where a link points; undefined where there is none. */
export function linkAt(of: Tree, path: string): string | undefined {
	const entry = of.entries.find(one => one.path === path);
	return entry?.kind === 'link' ? entry.target : undefined;
}

function contentAt(of: Tree, path: string): Content | undefined {
	const entry = of.entries.find(one => one.path === path);
	return entry?.kind === 'file' ? entry.content : undefined;
}

/** The builder of the tests: a stage at /stage, a Python of its own; the target has Debian's. */
export const builder: {readonly moves: readonly Move[]; readonly python: PythonMove} = {
	moves: [
		{what: 'stage', from: hostPath('/stage'), to: installPath('/')},
		{what: 'build', from: hostPath('/host/build'), to: installPath('/build')},
	],
	python: {
		builder: hostPath('/home/ada/.pyenv/versions/3.11.7/bin/python3.11'),
		builderPrefix: hostPath('/home/ada/.pyenv/versions/3.11.7'),
		target: installPath('/usr/bin/python3.11'),
		minor: '3.11',
		version: '3.11.7',
	},
};

/** A staged venv as a literal, at /opt/app unless said otherwise. */
export function staged(literals: Readonly<Record<string, Literal>>, differing: Partial<Staged> = {}): Staged {
	return {
		tree: tree(literals),
		prefix: installPath('/opt/app'),
		distributions: [],
		downloaded: new Map(),
		carried: new Map(),
		layout: fixedLayout,
		...builder,
		...differing,
	};
}
