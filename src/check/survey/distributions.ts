import {decodeCoreMetadata} from '../../codecs/core-metadata.ts';
import {decodeEntryPoints} from '../../codecs/entry-points.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {below, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {Places} from '../../model/places.ts';
import type {InstalledDistribution} from '../../model/survey.ts';
import {type Entry, type FileEntry, sizeOf, type Tree} from '../../model/tree.ts';
import {decodeDirectUrl} from './direct-url.ts';
import {type InfoFolder, infoFolders} from './info-folders.ts';
import {moduleOf, recordedFiles} from './recorded.ts';
import {beginning, type Collector, type Damaged, type Taker} from './taker.ts';

const mebibyte = 1024 * 1024;
/** How much is read of each, in bytes. More is damage, except for what only its beginning is wanted of. */
const limits: Readonly<Record<string, number>> = {
	METADATA: 4 * mebibyte,
	'PKG-INFO': 4 * mebibyte,
	RECORD: 64 * mebibyte,
	'entry_points.txt': mebibyte,
	'direct_url.json': mebibyte,
	INSTALLER: 4096,
	'top_level.txt': mebibyte,
};
/** More than any distribution has beside each other. */
const mostModules = 1000;
/** Of all files together. */
const mostKept = 128 * mebibyte;

/** What the files of a distribution tell of it. */
type Content = Pick<InstalledDistribution, 'size' | 'files' | 'editable' | 'topLevel'>;

/** Collects the installed distributions of a tree. */
export class Distributions implements Collector {
	readonly #places: Places;
	readonly #damaged: Damaged;
	readonly #folders: ReadonlyMap<InstallPath, InfoFolder>;
	readonly #files = new Map<InstallPath, Map<string, Buffer>>();
	/** Files outside of the folders of modules, such as scripts, with the distribution whose RECORD names them. */
	readonly #owners = new Map<InstallPath, string>();
	#kept = 0;

	constructor(tree: Tree, places: Places, damaged: Damaged) {
		this.#places = places;
		this.#damaged = damaged;
		this.#folders = new Map(infoFolders(tree).map(folder => [folder.path, folder]));
	}

	wants({path}: FileEntry): boolean {
		const isKnown = this.#folders.has(parentOf(path)) && limits[nameOf(path)] !== undefined;
		return isKnown || this.#folders.get(path)?.kind === 'file';
	}

	open({path}: FileEntry): Taker | undefined {
		const asFile = this.#folders.get(path);
		if (asFile?.kind === 'file') {
			return this.#takerOf(path, asFile, 'PKG-INFO');
		}

		const folder = this.#folders.get(parentOf(path));
		const name = nameOf(path);
		return folder && limits[name] !== undefined ? this.#takerOf(path, folder, name) : undefined;
	}

	/** By the path of their folder. */
	finish(): readonly InstalledDistribution[] {
		const links = new Set(
			[...this.#folders.values()].filter(({kind}) => kind === 'link').map(({name}) => normalizedName(name)),
		);
		const others = new Set(
			[...this.#folders.values()].filter(({kind}) => kind !== 'link').map(({name}) => normalizedName(name)),
		);
		return [...this.#folders.values()]
			.filter(({kind, name}) => kind !== 'link' || !others.has(normalizedName(name)))
			.map(folder => this.#distribution(folder, links.has(normalizedName(folder.name))));
	}

	/** The distribution, normalised, whose RECORD names a file outside of the folders of modules. Known after `finish`. */
	ownerOf(path: InstallPath): string {
		return this.#owners.get(path) ?? '';
	}

	#takerOf(path: InstallPath, folder: InfoFolder, name: string): Taker {
		const limit = limits[name] ?? 0;
		return beginning(limit, (bytes, isAll) => {
			const isMetadata = name === 'METADATA' || name === 'PKG-INFO';
			const kept = isMetadata ? headersOf(bytes) : bytes;
			this.#kept += kept.length;
			if (this.#kept > mostKept) {
				this.#damaged.set(path, 'the distributions say more of themselves than is read');
			} else if (!isAll && kept.length === limit) {
				this.#damaged.set(path, `at most ${limit} bytes are expected of it`);
			} else {
				const files = this.#files.get(folder.path) ?? new Map<string, Buffer>();
				this.#files.set(folder.path, files.set(name, kept));
			}
		});
	}

	#distribution(folder: InfoFolder, isLinked: boolean): InstalledDistribution {
		const {path, parent} = folder;
		const files = this.#files.get(path);
		const text = (name: string) => files?.get(name)?.toString('utf8') ?? '';
		const metadata = decodeCoreMetadata(text('METADATA') || text('PKG-INFO'));
		const record = files?.get('RECORD');
		const name = metadata.name || folder.name;
		const named = wordsOf(text('top_level.txt'));
		const content = record ? this.#recorded(record, parent, name) : this.#unrecorded(folder, named);
		const direct = this.#directUrl(folder, text('direct_url.json'));
		return {
			path,
			name,
			version: metadata.version || folder.version,
			license: metadata.license,
			summary: metadata.summary,
			requiresPython: metadata.requiresPython,
			requiresDist: metadata.requiresDist,
			get record() {
				return record && recordedFiles(record, parent);
			},
			entryPoints: decodeEntryPoints(text('entry_points.txt')),
			directUrl: direct.url,
			editable: direct.editable || content.editable || isLinked,
			installer: text('INSTALLER').trim(),
			size: content.size,
			files: content.files,
			topLevel: content.topLevel,
		};
	}

	#recorded(record: Buffer, parent: InstallPath, name: string): Content {
		const modules = new Set<string>();
		const base = parent === '/' ? '/' : `${parent}/`;
		let [size, files, editable] = [0, 0, false];
		for (const {path, written} of recordedFiles(record, parent)) {
			const entry = path && this.#fileAt(path);
			if (entry) {
				size += sizeOf(entry.content);
				files++;
				modules.add(moduleOf(path, parent) ?? '');
				editable ||= written.startsWith('__editable__');
				if (!path.startsWith(base)) {
					this.#owners.set(entry.path, normalizedName(name));
				}
			}
		}

		modules.delete('');
		return {size, files, editable, topLevel: [...modules].sort()};
	}

	/** As distributions of Linux install them: without RECORD. */
	#unrecorded({path, parent}: InfoFolder, topLevel: readonly string[]): Content {
		const names = new Set(topLevel.filter(name => /^\w+$/.test(name)).slice(0, mostModules));
		const places = [...names].map(name => below(parent, name));
		const files = [path, ...places].flatMap(place => [...this.#places.below(place)]).filter(isFile);
		return {size: sum(files.map(({content}) => sizeOf(content))), files: files.length, editable: false, topLevel};
	}

	#fileAt(path: InstallPath): FileEntry | undefined {
		const entry = this.#places.at(path);
		if (entry) {
			return entry.kind === 'file' ? entry : undefined;
		}

		// A row may take the way through lib64, a link.
		const folder = this.#places.follow(parentOf(path));
		const followed = folder && this.#places.at(`${folder === '/' ? '' : folder}/${nameOf(path)}` as InstallPath);
		return followed?.kind === 'file' ? followed : undefined;
	}

	#directUrl(folder: InfoFolder, text: string): {readonly url: string; readonly editable: boolean} {
		const found = text === '' ? {url: '', editable: false} : decodeDirectUrl(text);
		if (!found) {
			this.#damaged.set(`${folder.path}/direct_url.json` as InstallPath, 'it is no JSON object with a url');
		}

		return found ?? {url: '', editable: false};
	}
}

function isFile(entry: Entry): entry is FileEntry {
	return entry.kind === 'file';
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** Up to the first empty line: the long description that follows is not wanted. */
function headersOf(bytes: Buffer): Buffer {
	const ends = ['\n\n', '\r\n\r\n'].map(end => bytes.indexOf(end)).filter(at => at >= 0);
	return ends.length === 0 ? bytes : Buffer.from(bytes.subarray(0, Math.min(...ends)));
}

function wordsOf(text: string): string[] {
	return text.split(/\s+/).filter(Boolean).sort();
}
