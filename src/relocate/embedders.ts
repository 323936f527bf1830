import {embedderStarter} from '../codecs/launcher.ts';
import {below, type InstallPath, isWithin, nameOf, parentOf} from '../model/paths.ts';
import {type Entry, type FileEntry, treeOf} from '../model/tree.ts';
import {elfOf} from './elf-file.ts';
import {isBinary} from './place.ts';
import type {Place} from './rule.ts';

/** What the rules made of a tree. */
export interface Moved {
	/** Sorted as in a Tree. */
	readonly entries: readonly Entry[];
	/** Entry that was rewritten → names of the rules that did. */
	readonly rewritten: ReadonlyMap<InstallPath, readonly string[]>;
	/** Program of `bin` that something else starts now → where it lies itself. */
	readonly started: ReadonlyMap<InstallPath, InstallPath>;
}

/**
 * Programs of `bin` that were built here and have the interpreter in them as a library, such as uwsgi. In a tree that may
 * be moved they lie in `libexec`, and in `bin` what finds the tree and starts them: they hand CPython a name in a locale
 * that knows ASCII alone, so below a folder such as `/srv/é` it would look for its modules in vain.
 */
export function withEmbeddersStarted(moved: Omit<Moved, 'started'>, place: Place): Moved {
	const {relocatable, bundle} = place.layout;
	const programs = relocatable && bundle ? moved.entries.filter(entry => isEmbedder(entry, place)) : [];
	const started = new Map(programs.map(({path}) => [path, below(place.prefix, `libexec/${nameOf(path)}`)]));
	const isFree = [...started.values()].every(path => moved.entries.every(entry => !isWithin(entry.path, path)));
	if (started.size === 0 || !isFree) {
		return {...moved, started: new Map()};
	}

	const rewritten = new Map(moved.rewritten);
	const entries = moved.entries.flatMap((entry): Entry[] => {
		const to = started.get(entry.path);
		if (to === undefined || entry.kind !== 'file') {
			return [entry];
		}

		const names = moved.rewritten.get(entry.path) ?? [];
		rewritten.set(to, names).set(entry.path, [...names, 'embedders']);
		return [
			{...entry, content: {kind: 'bytes', bytes: Buffer.from(embedderStarter)}},
			{...entry, path: to},
		];
	});
	return {entries: treeOf(entries).entries, rewritten, started};
}

function isEmbedder(entry: Entry, place: Place): entry is FileEntry {
	if (entry.kind !== 'file' || parentOf(entry.path) !== place.bin || place.carried.has(entry.path)) {
		return false;
	}

	const elf = isBinary(entry, place) ? elfOf(place.bytes(entry)) : undefined;
	return elf?.needed.some(name => name.startsWith(`libpython${place.python.minor}.so`)) ?? false;
}
