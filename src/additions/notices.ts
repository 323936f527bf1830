import {decodeCoreMetadata, decodeMetadataFields} from '../codecs/core-metadata.ts';
import type {LicenceText, Notice} from '../model/notice.ts';
import {below, type InstallPath, parentOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {ReadContent} from '../model/staged.ts';
import {type FileEntry, sizeOf, type Tree} from '../model/tree.ts';
import {copyrightLines} from './copyright-lines.ts';
import {type DistInfo, textOf} from './dist-info.ts';
import {territories} from './territories.ts';

/** Names that licences and notices have: those of PEP 639, and what was found beside them. */
const licenceName = /^(?:LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|AUTHORS|UNLICENSE)/i;
/** A licence is text: what is larger than this (bytes) is something else. */
const largest = 512 * 1024;

/** What every distribution of a tree says of its owners and its licence, in the order of their folders. */
export function noticesOf(tree: Tree, infos: readonly DistInfo[], read: ReadContent): readonly Notice[] {
	const places = new Places(tree);
	const lands = territories(
		tree,
		infos.map(info => recorded(info, places)),
	);
	return infos.flatMap(({path, metadata}, at) =>
		metadata === undefined
			? []
			: [
					{
						...noticeOf({path: below(path, 'METADATA'), text: metadata}, textsIn(path, places, read)),
						...(lands[at] ?? {folders: [], files: []}),
					},
				],
	);
}

function noticeOf({path, text}: LicenceText, texts: readonly LicenceText[]): Omit<Notice, 'folders' | 'files'> {
	const {name, version, license, homepage, authors, maintainers} = decodeCoreMetadata(text);
	const stated = [...new Set(texts.flatMap(licence => copyrightLines(licence.text)))];
	const people = [...new Set([...authors, ...maintainers])];
	const holders = stated.length > 0 ? stated : people.length > 0 ? people : [`the authors of ${name}`];
	const declared = (decodeMetadataFields(text).fields.get('license') ?? [])
		.join('\n')
		.replaceAll(/^(?: {7}\|| {8})/gm, '');
	// Old METADATA may hold the whole text of the licence where its name belongs.
	const inline = declared.split('\n').length > 5 && texts.length === 0;
	return {
		name,
		version,
		license,
		homepage,
		holders,
		texts: inline ? [{path, text: declared}] : texts,
	};
}

function textsIn(info: InstallPath, places: Places, read: ReadContent): LicenceText[] {
	return [...places.below(info)].flatMap(entry => {
		const inside = entry.path.slice(info.length + 1);
		const counts = /^licen[cs]es?(?:_files)?\//.test(inside) || (!inside.includes('/') && licenceName.test(inside));
		// A list for programs is no text for people.
		const isText = !inside.endsWith('.json');
		return counts && isText && entry.kind === 'file' && sizeOf(entry.content) <= largest && sizeOf(entry.content) > 0
			? [licenceText(entry, read)]
			: [];
	});
}

/** The files that its RECORD names; without one, what lies in its folder. */
function recorded({path, record}: DistInfo, places: Places): InstallPath[] {
	const parent = parentOf(path);
	return record?.map(row => meant(row.path, parent)) ?? [...places.below(path)].map(entry => entry.path);
}

function meant(written: string, parent: InstallPath): InstallPath {
	if (!/(?:^|\/)\.{0,2}\/|^\/|\/\.\.?$/.test(written)) {
		return `${parent}/${written}` as InstallPath;
	}

	const parts = written.startsWith('/') ? [] : parent.split('/').filter(Boolean);
	for (const part of written.split('/')) {
		if (part === '..') {
			parts.pop();
		} else if (part !== '' && part !== '.') {
			parts.push(part);
		}
	}

	return `/${parts.join('/')}` as InstallPath;
}

function licenceText(entry: FileEntry, read: ReadContent): LicenceText {
	return {path: entry.path, text: textOf(entry, read)};
}
