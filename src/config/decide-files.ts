import {dirname} from 'node:path';
import type {Mark} from '../model/additions.ts';
import {suggestion} from '../model/nearest.ts';
import {hostPath, type InstallPath, installPath, isWithin, parentOf} from '../model/paths.ts';
import type {PlannedFile} from '../model/planned-file.ts';
import type {Config} from './config.ts';
import {checkInstallPath, checkMode, checkNotReserved, checkOwnerName} from './install-places.ts';
import {flagPlace, type Place, refusal, shown} from './place.ts';
import {findSources, type SourceFile} from './source-files.ts';
import type {FilesTable} from './tables/files.ts';
import type {FoldersTable} from './tables/folders.ts';

/** A planned file, and the value of the configuration that asks for it. */
interface Asked {
	readonly file: PlannedFile;
	readonly place: Place;
	/** A folder that only came along with what is in it. */
	readonly isImplied?: boolean;
}

/**
 * Everything that `[[files]]` and `[[folders]]` ask for, globs and folders taken apart, complete.
 * Throws a ConfigError: FILE_SOURCE_*, FILE_PATH_INVALID, FILE_PATH_SYSTEM, FILE_PATH_TWICE, FILE_MODE_INVALID,
 * FILE_OWNER_INVALID, FILE_TABLE_INVALID, FORMAT_UNKNOWN.
 */
export function filesOf(config: Config): PlannedFile[] {
	const {files, folders} = config.tables;
	const asked = [
		...folders.map((table, at) => folderOf(table, new TableReader(config, `folders[${at}]`))),
		...files.flatMap((table, at) => asksOf(table, new TableReader(config, `files[${at}]`))),
	];
	for (const {file, place} of asked) {
		checkNotReserved(file.path, config.prefix, place);
	}

	const wanted = withoutImplied(asked);
	refuseTwice(wanted);
	return wanted.map(({file}) => file);
}

/** What the two kinds of table share. */
class TableReader {
	readonly config: Config;
	readonly #key: string;

	constructor(config: Config, key: string) {
		this.config = config;
		this.#key = key;
	}

	place(key: string): Place {
		const full = `${this.#key}.${key}`;
		return this.config.placeOf?.(full) ?? flagPlace(full);
	}

	common({owner, group, formats}: FoldersTable): Pick<PlannedFile, 'user' | 'group' | 'formats'> {
		const known = this.config.formats.map(({name}) => name);
		const strange = formats?.find(name => !known.includes(name));
		if (strange !== undefined) {
			throw refusal(this.place('formats'), `is ${shown(strange)}, which is no format`, {
				code: 'FORMAT_UNKNOWN',
				hint: suggestion(strange, known),
			});
		}

		return {
			user: owner === undefined ? 'root' : checkOwnerName(owner, this.place('owner')),
			group: group === undefined ? 'root' : checkOwnerName(group, this.place('group')),
			...(formats === undefined ? {} : {formats}),
		};
	}

	mode(text: string | undefined, kind: 'file' | 'directory', otherwise: number): number {
		return text === undefined ? otherwise : checkMode(text, kind, this.place('mode'));
	}
}

function folderOf(table: FoldersTable, reader: TableReader): Asked {
	const place = reader.place('path');
	const path = checkInstallPath(table.path, place);
	const mode = reader.mode(table.mode, 'directory', 0o755);
	return {place, file: {kind: 'directory', path, mode, role: 'plain', ...reader.common(table)}};
}

function asksOf(table: FilesTable, reader: TableReader): Asked[] {
	refuseMixed(table, reader);
	switch (table.type) {
		case 'link':
			return [linkOf(table, reader)];
		case 'ghost':
			return [ghostOf(table, reader)];
		default:
			return sourcesOf(table, reader);
	}
}

/** Keys that the kind has no use for, and those that it needs. */
function refuseMixed({type, source, target, mode}: FilesTable, reader: TableReader): void {
	const isLink = type === 'link';
	const hasSource = !isLink && type !== 'ghost';
	const faults: ReadonlyArray<readonly [boolean, string, string]> = [
		[hasSource && source === undefined, 'source', 'is missing'],
		[!hasSource && source !== undefined, 'source', `has no meaning for a ${type ?? 'file'}`],
		[isLink && target === undefined, 'target', 'is missing'],
		[!isLink && target !== undefined, 'target', 'has a meaning for a link only'],
		[isLink && mode !== undefined, 'mode', 'has no meaning for a link'],
	];
	const fault = faults.find(([isSo]) => isSo);
	if (fault) {
		throw refusal(reader.place(fault[1]), fault[2], {
			code: 'FILE_TABLE_INVALID',
			hint: 'a file has a source and a path, a link a path and a target, a ghost a path alone',
		});
	}
}

function linkOf(table: FilesTable, reader: TableReader): Asked {
	const place = reader.place('path');
	const path = checkInstallPath(table.path, place);
	const target = table.target ?? '';
	if (target === '' || /\p{Cc}|[\u2028\u2029]/u.test(target)) {
		throw refusal(reader.place('target'), `is ${shown(target)}, which no link can lead to`, {
			code: 'FILE_PATH_INVALID',
			hint: 'write a path, such as /opt/app/bin/app',
		});
	}

	return {place, file: {kind: 'link', path, target, mode: 0o777, role: 'plain', ...reader.common(table)}};
}

function ghostOf(table: FilesTable, reader: TableReader): Asked {
	const place = reader.place('path');
	const path = checkInstallPath(table.path, place, true);
	const kind = table.path.endsWith('/') ? 'directory' : 'file';
	const mode = reader.mode(table.mode, kind, kind === 'file' ? 0o644 : 0o755);
	return {place, file: {kind, path, mode, role: 'ghost', ...reader.common(table)}};
}

function sourcesOf(table: FilesTable, reader: TableReader): Asked[] {
	const {config} = reader;
	const root = hostPath(dirname(config.file ?? config.cwd));
	const source = table.source ?? '';
	const {files, several} = findSources(root, source, reader.place('source'));
	const place = reader.place('path');
	const path = checkInstallPath(table.path, place);
	const common = reader.common(table);
	const of = (found: SourceFile, at: InstallPath): PlannedFile => {
		const mode = found.kind === 'file' ? reader.mode(table.mode, 'file', found.mode) : found.mode;
		const target = found.kind === 'link' ? {target: found.target} : {};
		const from = found.kind === 'file' ? {source: found.source} : {};
		return {kind: found.kind, path: at, ...from, ...target, mode, role: roleOf(found, at, table.type), ...common};
	};
	if (!several) {
		const name = source.split('/').at(-1) ?? '';
		const at = table.path.endsWith('/') ? checkInstallPath(`${path}/${name}`, place) : path;
		return files.map(file => ({place, file: of(file, at)}));
	}

	// A folder is the package's with all that is in it; what a glob names goes into one that may be anybody's.
	const isFolder = !/[*?]/.test(source);
	const own: PlannedFile = {kind: 'directory', path, mode: 0o755, role: 'plain', ...common};
	return [
		...(isFolder ? [{place, file: own, isImplied: true}] : []),
		...files.map(file => ({
			place,
			file: of(file, checkInstallPath(`${path}/${file.below}`, place)),
			isImplied: file.kind === 'directory',
		})),
	];
}

/** Whoever administrates a machine changes what lies in /etc: Debian Policy 10.7. */
function roleOf({kind}: SourceFile, path: InstallPath, type: FilesTable['type']): Mark['role'] {
	if (kind !== 'file' || type === 'file') {
		return 'plain';
	}

	return type === undefined || type === 'link' ? (isWithin(path, '/etc') ? 'conffile' : 'plain') : type;
}

/** What `[[folders]]` says of a folder counts, and two tables may lay files into one. */
function withoutImplied(asked: readonly Asked[]): readonly Asked[] {
	const isFolder = ({file, isImplied}: Asked) => isImplied && file.kind === 'directory';
	return asked.filter((one, at) => {
		const others = asked.filter((other, place) => other !== one && (!isFolder(other) || place < at));
		return !(
			isFolder(one) &&
			others.some(({file}) => file.kind === 'directory' && file.path === one.file.path && covers(file, one.file))
		);
	});
}

/** Whether every format that gets the one gets the other. */
function covers({formats}: PlannedFile, {formats: asked}: PlannedFile): boolean {
	return formats === undefined || (asked?.every(name => formats.includes(name)) ?? false);
}

/** Of two tables with one place, or with a file where the other needs a folder, nobody knows which counts. */
function refuseTwice(asked: readonly Asked[]): void {
	const byPath = new Map<InstallPath, Asked[]>();
	for (const one of asked) {
		const others = byPath.get(one.file.path) ?? [];
		const other = others.find(({file}) => inOneFormat(file, one.file));
		if (other) {
			throw twice(one, `is wanted by ${other.place.named} too`);
		}

		byPath.set(one.file.path, [...others, one]);
	}

	for (const one of asked) {
		for (let parent = parentOf(one.file.path); parent !== '/'; parent = parentOf(parent)) {
			const other = byPath.get(parent)?.find(({file}) => file.kind !== 'directory' && inOneFormat(file, one.file));
			if (other) {
				throw twice(one, `lies below ${parent}, which ${other.place.named} makes no folder`);
			}
		}
	}
}

function inOneFormat({formats: one}: PlannedFile, {formats: other}: PlannedFile): boolean {
	return one === undefined || other === undefined || one.some(name => other.includes(name));
}

function twice({file, place}: Asked, what: string): Error {
	return refusal(place, `asks for ${installPath(file.path)}, which ${what}`, {
		code: 'FILE_PATH_TWICE',
		hint: 'give one of them another place',
	});
}
