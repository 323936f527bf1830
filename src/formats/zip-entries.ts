import type {ZipMember} from '../codecs/zip.ts';
import {readContents} from '../host/contents.ts';
import type {InstallPath} from '../model/paths.ts';
import type {Content, Entry, FileEntry} from '../model/tree.ts';
import {ArchiveEntries} from './archive-entries.ts';
import type {PlacedMember} from './zip-members.ts';

const typeBits = 0o170_000;
const fileBits = 0o100_000;
const directoryBits = 0o040_000;
const linkBits = 0o120_000;
/** PATH_MAX of Linux, in bytes: no link can say more. */
const targetLimit = 4096;

/**
 * The entries that the members of an archive stand for, with paths from its top.
 * Throws an ArtifactError: ZIP_NAME_INVALID, ARTIFACT_ENTRY_UNSUPPORTED, and what `ArchiveEntries` does.
 */
export async function entriesOf(members: readonly PlacedMember[], format: string): Promise<ArchiveEntries> {
	const entries = new ArchiveEntries(format);
	const seen = new Set<string>();
	const links: FileEntry[] = [];
	for (const {member, stretch} of members) {
		const path = placeOf(member, entries);
		if (seen.has(path)) {
			throw entries.refusal('ZIP_NAME_INVALID', `${path} is in the archive twice`, {offset: member.headerAt});
		}

		seen.add(path);
		const content: Content = {kind: 'packed', stretch, offset: 0, size: member.size};
		switch (kindOf(member, entries)) {
			case 'directory':
				entries.add({kind: 'directory', path, mode: modeOf(member, 0o755)});
				break;
			case 'file':
				entries.add({kind: 'file', path, mode: modeOf(member, 0o644), content});
				break;
			case 'link':
				links.push({kind: 'file', path, mode: 0o777, content});
		}
	}

	await addLinks(links, entries);
	return entries;
}

function kindOf({name, mode, size, headerAt}: ZipMember, entries: ArchiveEntries): Entry['kind'] {
	const type = mode & typeBits;
	const isFolder = name.endsWith('/') || (type === directoryBits && size === 0);
	if (isFolder && size === 0 && type !== linkBits) {
		return 'directory';
	}

	if (isFolder || (type !== 0 && type !== fileBits && type !== linkBits)) {
		const what = isFolder ? 'is named as a folder, and is none' : 'is neither file nor folder nor link';
		throw entries.refusal('ARTIFACT_ENTRY_UNSUPPORTED', `${JSON.stringify(name)} ${what}`, {offset: headerAt});
	}

	return type === linkBits ? 'link' : 'file';
}

function placeOf({name, headerAt}: ZipMember, entries: ArchiveEntries): InstallPath {
	// To Windows a backslash is a separator; an absolute name would be placed outside of where others unpack it.
	if (name.includes('\\') || name.startsWith('/') || name === '') {
		throw entries.refusal('ZIP_NAME_INVALID', `${JSON.stringify(name)} is no name that a member may have`, {
			offset: headerAt,
		});
	}

	return entries.place(name);
}

/** Permission bits; what was made on a system without them has the usual ones. */
function modeOf({mode}: ZipMember, usual: number): number {
	return mode === 0 ? usual : mode & 0o7777;
}

/** The content of a link is where it points; all of them are read in one go. */
async function addLinks(links: readonly FileEntry[], entries: ArchiveEntries): Promise<void> {
	const long = links.find(({content}) => content.kind === 'packed' && content.size > targetLimit);
	if (long !== undefined) {
		throw entries.refusal('ARTIFACT_TOO_LARGE', `the link ${long.path} has a longer text than Linux takes`);
	}

	await readContents(links, ({path}) => {
		const parts: Buffer[] = [];
		return {
			push: chunk => void parts.push(Buffer.from(chunk)),
			close: () => entries.add({kind: 'link', path, target: Buffer.concat(parts).toString()}),
		};
	});
}
