import type {ZipMember} from '../codecs/zip.ts';
import {readContents} from '../host/contents.ts';
import type {Content, Entry, FileEntry, LinkEntry} from '../model/tree.ts';
import {listedPath, listingRefused} from './listing.ts';
import type {PlacedMember} from './zip-members.ts';

const format = 'zip';
const typeBits = 0o170_000;
const fileBits = 0o100_000;
const directoryBits = 0o040_000;
const linkBits = 0o120_000;
/** PATH_MAX of Linux, in bytes: no link can say more. */
const targetLimit = 4096;

/**
 * The entries that the members of an archive stand for, with paths from its top.
 * Throws an ArtifactError: ARTIFACT_PATH_INVALID, ARTIFACT_ENTRY_INVALID, ARTIFACT_DAMAGED.
 */
export async function entriesOf(members: readonly PlacedMember[]): Promise<readonly Entry[]> {
	const ofKind = (kind: Entry['kind']) => members.filter(({member}) => kindOf(member) === kind);
	return [
		...ofKind('directory').flatMap(directoryOf),
		...ofKind('file').map(fileOf),
		...(await readTargets(ofKind('link').map(fileOf))),
	];
}

function kindOf({name, mode, size, headerAt}: ZipMember): Entry['kind'] {
	const type = mode & typeBits;
	const isFolder = name.endsWith('/') || (type === directoryBits && size === 0);
	if (isFolder && size === 0 && (type === directoryBits || type === 0 || type === fileBits)) {
		return 'directory';
	}

	if (isFolder || (type !== 0 && type !== fileBits && type !== linkBits)) {
		const what = isFolder ? 'is named as a folder, and is none' : 'is neither file nor folder nor link';
		throw listingRefused('ARTIFACT_ENTRY_INVALID', `${JSON.stringify(name)} ${what}`, {format, offset: headerAt});
	}

	return type === linkBits ? 'link' : 'file';
}

function pathOf({name, headerAt}: ZipMember) {
	// A program on Windows takes the first for a separator; the others would be placed outside of where they are unpacked.
	if (name.includes('\\') || name.startsWith('/') || name === '') {
		throw listingRefused('ARTIFACT_PATH_INVALID', `${JSON.stringify(name)} is no name that a member may have`, {
			format,
			offset: headerAt,
		});
	}

	return listedPath(name, {format, offset: headerAt});
}

function directoryOf({member}: PlacedMember): Entry[] {
	const path = pathOf(member);
	return path === '/' ? [] : [{kind: 'directory', path, mode: modeOf(member, 0o755)}];
}

function fileOf({member, stretch}: PlacedMember): FileEntry {
	const content: Content = {kind: 'packed', stretch, offset: 0, size: member.size};
	return {kind: 'file', path: pathOf(member), mode: modeOf(member, 0o644), content};
}

/** Permission bits; what was made on a system without them has the usual ones. */
function modeOf({mode}: ZipMember, usual: number): number {
	return mode === 0 ? usual : mode & 0o7777;
}

/** The content of a link is where it points; all of them are read in one go. */
async function readTargets(files: readonly FileEntry[]): Promise<readonly LinkEntry[]> {
	const found: LinkEntry[] = [];
	const long = files.find(({content}) => content.kind === 'packed' && content.size >= targetLimit);
	if (long !== undefined) {
		throw listingRefused('ARTIFACT_ENTRY_INVALID', `the link ${long.path} has a longer text than Linux takes`, {
			format,
		});
	}

	await readContents(files, ({path}) => {
		const parts: Buffer[] = [];
		return {
			push: chunk => void parts.push(Buffer.from(chunk)),
			close: () => void found.push({kind: 'link', path, target: Buffer.concat(parts).toString()}),
		};
	});
	return found;
}
