import {hash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync, type Stats} from 'node:fs';
import type {HostPath} from '../model/paths.ts';

/** How everything below a folder looked at one moment: by path below it, beginning with a slash. */
export type Snapshot = ReadonlyMap<string, Look>;

interface Look {
	readonly kind: 'directory' | 'file' | 'link' | 'other';
	readonly mode: number;
	readonly size: number;
	/** Milliseconds; of what a file holds, and of anything about it. The second cannot be set by a program. */
	readonly written: number;
	readonly touched: number;
	readonly target: string;
}

export interface Difference {
	readonly path: string;
	readonly what: 'added' | 'changed' | 'removed';
}

/** Looks at everything below a folder; links are not followed, and nothing is read. */
export function snapshotOf(folder: HostPath): Snapshot {
	const found = new Map<string, Look>();
	look(folder, '', found);
	return found;
}

function look(root: HostPath, folder: string, found: Map<string, Look>): void {
	for (const name of readdirSync(`${root}${folder}`)) {
		const path = `${folder}/${name}`;
		const stats = lstatSync(`${root}${path}`);
		const kind = kindOf(stats);
		found.set(path, {
			kind,
			mode: stats.mode,
			size: kind === 'directory' ? 0 : stats.size,
			written: kind === 'directory' ? 0 : stats.mtimeMs,
			touched: stats.ctimeMs,
			target: kind === 'link' ? readlinkSync(`${root}${path}`) : '',
		});
		if (kind === 'directory') {
			look(root, path, found);
		}
	}
}

function kindOf(stats: Stats): Look['kind'] {
	return stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
}

/**
 * What differs now from a snapshot: names, modes, links, times of files and their content. A folder that came or went
 * stands for all that is in it. A file whose content was
 * replaced and whose time was set back is known by its digest: `digestOf` says what it was, hexadecimal sha256.
 */
export function differences(
	before: Snapshot,
	folder: HostPath,
	digestOf: (path: string) => string | undefined,
): readonly Difference[] {
	const after = snapshotOf(folder);
	const found: Difference[] = [];
	for (const path of new Set([...before.keys(), ...after.keys()])) {
		const [was, is] = [before.get(path), after.get(path)];
		if (was === undefined || is === undefined) {
			found.push({path, what: was === undefined ? 'added' : 'removed'});
		} else if (
			!isSame(was, is) ||
			(was.touched !== is.touched && hasOtherBytes(`${folder}${path}`, is, digestOf(path)))
		) {
			found.push({path, what: 'changed'});
		}
	}

	return outermost(found).sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** What came or went with a whole folder is told by the folder. */
function outermost(found: readonly Difference[]): Difference[] {
	const known = new Map(found.map(({path, what}) => [path, what]));
	return found.filter(({path, what}) => what === 'changed' || known.get(path.slice(0, path.lastIndexOf('/'))) !== what);
}

function isSame(was: Look, is: Look): boolean {
	return (['kind', 'mode', 'size', 'written', 'target'] as const).every(key => was[key] === is[key]);
}

function hasOtherBytes(file: string, {kind}: Look, digest: string | undefined): boolean {
	return kind === 'file' && digest !== undefined && hash('sha256', readFileSync(file)) !== digest;
}
