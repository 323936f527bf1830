import {decodeRecord, type RecordRow} from '../codecs/record.ts';
import {below, type InstallPath, nameOf, parentOf} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {ReadContent} from '../model/staged.ts';
import {type FileEntry, sizeOf, type Tree} from '../model/tree.ts';

/** In bytes: what is larger is no METADATA and no RECORD. */
const largest = 64 * 1024 * 1024;

/** The dist-info folder of a distribution, with what is asked of it more than once. */
export interface DistInfo {
	readonly path: InstallPath;
	/** The text of METADATA; undefined where there is none. */
	readonly metadata: string | undefined;
	/** The rows of RECORD that name a file; undefined where there is none. */
	readonly record: readonly RecordRow[] | undefined;
}

/** Reads the dist-info folders in the folders of modules of a tree, in their order. */
export function distInfosOf(tree: Tree, read: ReadContent): readonly DistInfo[] {
	const places = new Places(tree);
	const textAt = (path: InstallPath) => {
		const entry = places.at(path);
		return entry?.kind === 'file' && sizeOf(entry.content) <= largest ? textOf(entry, read) : undefined;
	};
	return tree.entries
		.filter(({kind, path}) => kind === 'directory' && isInfoFolder(path))
		.map(({path}) => {
			const record = textAt(below(path, 'RECORD'));
			return {
				path,
				metadata: textAt(below(path, 'METADATA')),
				record: record === undefined ? undefined : decodeRecord(record).filter(row => row.path !== ''),
			};
		});
}

function isInfoFolder(path: InstallPath): boolean {
	return path.endsWith('.dist-info') && /^(?:site|dist)-packages$/.test(nameOf(parentOf(path)));
}

/** A file as people read it: UTF-8, else Latin-1, its lines ended by `\n`. */
export function textOf({content}: FileEntry, read: ReadContent): string {
	const bytes = read(content);
	let text: string;
	try {
		text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch {
		text = new TextDecoder('latin1').decode(bytes);
	}

	return text.replaceAll(/\r\n?/g, '\n');
}
