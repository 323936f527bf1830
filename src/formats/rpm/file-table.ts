import {headerBroken} from '../../codecs/rpm-header-values.ts';
import type {Owner} from '../../model/owner.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {ArchiveEntries} from '../archive-entries.ts';
import type {Columns} from './opened-header.ts';
import {fileFlags, readTags, toldFlags} from './read-tags.ts';
import {tags} from './tags.ts';

/** The bits of st_mode that say what a file is, and those of links, folders and plain files. */
const typeBits = 0o170_000;
const kinds: ReadonlyMap<number, ListedFile['kind']> = new Map([
	[0o040_000, 'directory'],
	[0o100_000, 'file'],
	[0o120_000, 'link'],
]);

/** A file as the header lists it. */
export interface ListedFile {
	readonly path: InstallPath;
	/** `special`: a device, a pipe or a socket. */
	readonly kind: 'directory' | 'file' | 'link' | 'special';
	/** Permission bits. */
	readonly mode: number;
	/** In bytes. */
	readonly size: number;
	readonly target: string;
	readonly flags: number;
	readonly owner: Owner;
	/** Files with the same two are hard links of each other. */
	readonly device: number;
	readonly inode: number;
}

/**
 * The files that a header lists, in its order.
 * Throws an ArtifactError: RPM_HEADER_BROKEN, and what `entries` refuses of paths.
 */
export function listFiles(header: Columns, entries: ArchiveEntries): readonly ListedFile[] {
	const pathAt = pathReader(header, entries);
	if (pathAt === undefined) {
		return [];
	}

	const {count} = pathAt;
	const number = (tag: number) => header.numbers(tag, count);
	const text = (tag: number) => header.texts(tag, count);
	const sizes = number(tags.longFileSizes) ?? number(tags.fileSizes);
	const [modes, flags, devices, inodes] = [tags.fileModes, tags.fileFlags, tags.fileDevices, tags.fileInodes].map(
		number,
	);
	const [users, groups, targets] = [tags.fileUsers, tags.fileGroups, tags.fileLinks].map(text);
	return Array.from({length: count}, (_, at): ListedFile => {
		const mode = modes?.at(at) ?? 0;
		return {
			path: pathAt.at(at),
			kind: kinds.get(mode & typeBits) ?? 'special',
			mode: mode & 0o7777,
			size: sizes?.at(at) ?? 0,
			target: targets?.at(at) ?? '',
			flags: flags?.at(at) ?? 0,
			owner: ownerOf(users?.at(at) ?? 'root', groups?.at(at) ?? 'root'),
			device: devices?.at(at) ?? 0,
			inode: inodes?.at(at) ?? -at,
		};
	});
}

const root: Owner = {user: 'root', group: 'root'};

/** One for all files of root, which are most: a package has many. */
function ownerOf(user: string, group: string): Owner {
	return user === root.user && group === root.group ? root : {user, group};
}

interface PathReader {
	readonly count: number;
	readonly at: (index: number) => InstallPath;
}

/** Folders and names since rpm 4, whole paths before. Undefined for a package without files. */
function pathReader(header: Columns, entries: ArchiveEntries): PathReader | undefined {
	const names = header.texts(tags.baseNames);
	if (names === undefined) {
		const whole = header.texts(readTags.oldFileNames);
		return whole && {count: whole.count, at: index => entries.place(whole.at(index))};
	}

	const folders = header.texts(tags.directoryNames);
	const indexes = header.numbers(tags.directoryIndexes, names.count);
	if (folders === undefined || indexes === undefined) {
		throw headerBroken('the header names files, and not their folders', 0);
	}

	return {
		count: names.count,
		at: index => {
			const folder = indexes.at(index);
			const name = names.at(index);
			if (folder >= folders.count || name.includes('/')) {
				throw headerBroken(`file ${index} of the header lies in folder ${folder} of ${folders.count}`, 0);
			}

			return entries.place(`${folders.at(folder)}${name}`);
		},
	};
}

/** Whether a file is in the payload, and so in the tree. A ghost is only known of. */
export function isPacked(file: ListedFile): boolean {
	return (file.flags & fileFlags.ghost) === 0;
}

export function isConfig(file: ListedFile): boolean {
	return (file.flags & fileFlags.config) !== 0;
}

/** What a spec file says of files that the tree has no word for: lists of paths, by the word of the spec file. */
export function toldOf(files: readonly ListedFile[], header: Columns): ReadonlyMap<string, string> {
	const told = new Map<string, string>();
	const tell = (name: string, lines: readonly string[]) => {
		if (lines.length > 0) {
			told.set(name, lines.join('\n'));
		}
	};
	for (const [name, flag] of Object.entries(toldFlags)) {
		tell(name, pathsOf(files.filter(file => (file.flags & flag) !== 0)));
	}

	const capabilities = header.texts(readTags.fileCapabilities, files.length);
	tell(
		'%caps',
		files.map((file, at) => `${capabilities?.at(at) ?? ''} ${file.path}`).filter(line => !line.startsWith(' ')),
	);
	return told;
}

function pathsOf(files: readonly ListedFile[]): string[] {
	return files.map(file => file.path);
}
