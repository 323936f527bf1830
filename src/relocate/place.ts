import type {Move, PythonMove} from '../model/moves.ts';
import {below, type InstallPath, installPath, isWithin, parentOf} from '../model/paths.ts';
import type {ReadContent, Staged} from '../model/staged.ts';
import {type Content, type Entry, type FileEntry, sizeOf} from '../model/tree.ts';
import type {Place} from './rule.ts';

/** What the rules need, from what was staged. */
export function placeOf(staged: Staged, read: ReadContent): Place {
	const {prefix, python, layout, distributions, tree, downloaded, carried} = staged;
	const bin = below(prefix, 'bin');
	let last: {content: Content; bytes: Uint8Array} | undefined;
	return {
		prefix,
		bin,
		interpreter: below(bin, 'python'),
		python,
		layout,
		moves: movesOf(staged.moves, python),
		distributions,
		tree,
		downloaded,
		carried,
		bytes(entry: FileEntry): Uint8Array {
			if (last?.content !== entry.content) {
				last = {content: entry.content, bytes: read(entry.content)};
			}

			return last.bytes;
		},
	};
}

/** The stage's moves, then the interpreter's own, which also serve where the stage names none. */
function movesOf(moves: readonly Move[], python: PythonMove): Move[] {
	const interpreter: Move[] = [
		{what: 'interpreter', from: python.builder, to: python.target},
		{what: 'interpreter', from: python.builderPrefix, to: prefixOf(python.target)},
	];
	return [...moves, ...interpreter].filter(
		({from, to}, at, all) =>
			from !== (to as string) && from !== '/' && all.findIndex(move => move.from === from) === at,
	);
}

/** `/usr` of `/usr/bin/python3.11`. */
function prefixOf(executable: InstallPath): InstallPath {
	return parentOf(parentOf(executable));
}

/** The folders from which modules are imported, such as `/opt/app/lib/python3.11/site-packages`. */
export function isSitePackages(folder: string, prefix: InstallPath): boolean {
	return (
		isWithin(folder, prefix) &&
		/^\/lib(?:64)?\/python3\.\d+t?\/(?:site|dist)-packages$/.test(folder.slice(prefix === '/' ? 0 : prefix.length))
	);
}

/** The installed path that `path` (of the builder, or already installed) stands for; undefined for what is no such path. */
export function asInstalled(path: string): InstallPath | undefined {
	try {
		return installPath(path);
	} catch {
		return undefined;
	}
}

/** Programs and libraries with their debugging information are large; nothing larger is ever held, nor rewritten. */
export const largestBinary: number = 512 * 1024 * 1024;

/** Larger files are not looked into; the leak audit, which streams, still sees them. */
const largest = 64 * 1024 * 1024;

/** Whether rules that look into files look into this one: made by this build, no bytecode, and of a size to be held. */
export function isExaminable(entry: Entry, place: Place): boolean {
	return isMadeHere(entry, place) && isOfScriptSize(entry);
}

/** Whether a file may be a script or another text; what is larger are data and programs. */
export function isOfScriptSize(entry: Entry): boolean {
	return entry.kind === 'file' && sizeOf(entry.content) <= largest;
}

/** The same for files that may be programs and libraries. */
export function isBinary(entry: Entry, place: Place): boolean {
	return isMadeHere(entry, place) && sizeOf(entry.content) <= largestBinary;
}

function isMadeHere(entry: Entry, place: Place): entry is FileEntry {
	return entry.kind === 'file' && !place.downloaded.has(entry.path) && !entry.path.endsWith('.pyc');
}

/** Whether the file lies in the dist-info folder of an installed distribution. */
export function isDistInfo(path: InstallPath, prefix: InstallPath): boolean {
	const folder = parentOf(path);
	return folder.endsWith('.dist-info') && isSitePackages(parentOf(folder), prefix);
}
