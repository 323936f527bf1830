import type {Inspection, ListedEntry} from '../src/index.ts';
import {oneLine, type Row, writeTable} from './table.ts';
import {count, size, type Terminal} from './terminal.ts';

/** The share of the whole below which a folder or file is counted only. */
const small = 0.01;

/** Writes one line for each entry: mode, owner where any is not root, size, path. */
export function writeListing({summary, entries}: Inspection, terminal: Terminal): void {
	const widest = String(summary.largest[0]?.size ?? 0).length;
	for (const entry of entries()) {
		const whose = summary.owners.length === 0 ? '' : `${oneLine(`${entry.user}:${entry.group}`)}  `;
		const bytes = (entry.kind === 'file' ? String(entry.size) : '').padStart(widest);
		const target = entry.kind === 'link' ? ` -> ${oneLine(entry.target)}` : '';
		terminal.line(`${modeOf(entry)}  ${whose}${bytes}  ${oneLine(entry.path)}${target}`);
	}
}

interface Folder {
	readonly name: string;
	size: number;
	files: number;
	readonly folders: Map<string, Folder>;
	/** Name and bytes of the files that are large enough to be shown. */
	readonly large: Array<readonly [string, number]>;
}

/**
 * Writes the folders with the sizes of all that is in them, the largest first. What has less than a hundredth of the whole
 * is counted, unless `all` is wanted.
 */
export function writeTree({entries, summary}: Inspection, terminal: Terminal, {all}: {readonly all: boolean}): void {
	const least = all ? 0 : summary.contents.bytes * small;
	const root = folderOf('');
	for (const {kind, path, size: bytes} of entries()) {
		if (kind === 'file') {
			add(root, path.split('/').slice(1), {bytes, least});
		}
	}

	const rows: Row[] = [];
	addRows(root, rows, {depth: -1, least});
	writeTable(rows, {terminal, right: [0], indent: ''});
}

function add(
	root: Folder,
	parts: readonly string[],
	{bytes, least}: {readonly bytes: number; readonly least: number},
): void {
	let folder = root;
	folder.size += bytes;
	folder.files++;
	for (const part of parts.slice(0, -1)) {
		const next = folder.folders.get(part) ?? folderOf(part);
		folder.folders.set(part, next);
		next.size += bytes;
		next.files++;
		folder = next;
	}

	if (bytes >= least) {
		folder.large.push([parts.at(-1) ?? '', bytes]);
	}
}

function addRows(folder: Folder, rows: Row[], {depth, least}: {readonly depth: number; readonly least: number}): void {
	const folders = [...folder.folders.values()].filter(one => one.size >= least);
	const only = folders[0];
	// A folder with nothing but one folder in it is no level of its own: opt/app/lib.
	if (only && folders.length === 1 && only.files === folder.files) {
		addRows({...only, name: `${folder.name}/${only.name}`}, rows, {depth, least});
		return;
	}

	const shown = folders.length + folder.large.length;
	const files = folder.files - folder.large.length - folders.reduce((sum, one) => sum + one.files, 0);
	const title = `${'  '.repeat(Math.max(0, depth + 1))}${folder.name}/`;
	rows.push([size(folder.size), shown === 0 ? `${title}  ${count(files, 'files')}` : title]);
	const inside = '  '.repeat(depth + 2);
	const parts = [
		...folders.map(one => ({bytes: one.size, write: () => addRows(one, rows, {depth: depth + 1, least})})),
		...folder.large.map(([name, bytes]) => ({
			bytes,
			write: () => void rows.push([size(bytes), inside + name]),
		})),
	];
	for (const {write} of parts.sort((a, b) => b.bytes - a.bytes)) {
		write();
	}

	const rest = folder.size - parts.reduce((sum, {bytes}) => sum + bytes, 0);
	if (files > 0 && shown > 0) {
		rows.push([size(rest), `${inside}and ${count(files, 'files')}`]);
	}
}

function folderOf(name: string): Folder {
	return {name, size: 0, files: 0, folders: new Map(), large: []};
}

/** As ls(1) writes it. */
function modeOf(entry: ListedEntry): string {
	if (entry.kind === 'link') {
		return 'lrwxrwxrwx';
	}

	const letters = [...'rwxrwxrwx'].map((letter, at) => ((entry.mode >> (8 - at)) & 1 ? letter : '-'));
	for (const [at, bit, letter] of [
		[2, 0o4000, 's'],
		[5, 0o2000, 's'],
		[8, 0o1000, 't'],
	] as const) {
		if (entry.mode & bit) {
			letters[at] = letters[at] === 'x' ? letter : letter.toUpperCase();
		}
	}

	return (entry.kind === 'directory' ? 'd' : '-') + letters.join('');
}
