import {createHash} from 'node:crypto';
import {decodeCoreMetadata} from '../../codecs/core-metadata.ts';
import {decodeEntryPoints} from '../../codecs/entry-points.ts';
import {decodeRecord} from '../../codecs/record.ts';
import {readContent} from '../../host/read.ts';
import type {Distribution} from '../../model/metadata.ts';
import {below, compareBytes, type InstallPath, isWithin, linkDestination, nameOf, parentOf} from '../../model/paths.ts';
import type {Entry, FileEntry} from '../../model/tree.ts';

/** A distribution that is installed in a venv, as its dist-info or egg-info says. */
export interface Installed {
	readonly distribution: Distribution;
	/** Its METADATA or PKG-INFO. */
	readonly metadata: FileEntry;
	/** Installed from a folder, a repository or a file, and not by its name. */
	readonly isDirect: boolean;
	/** Came as a wheel that somebody published, as far as the venv can tell: see `isPublished`. */
	readonly isPublished: boolean;
	/** Its wheel's tags name a platform. */
	readonly isNative: boolean;
	/** Path → sha256, hexadecimal, of all that RECORD lists with one. */
	readonly recorded: ReadonlyMap<InstallPath, string>;
}

/** The place of the packages of a venv. */
export interface Library {
	readonly prefix: InstallPath;
	readonly sitePackages: InstallPath;
}

/** What installers write themselves; no wheel holds it, and two installations of one wheel may differ in it. */
const installersFiles = ['INSTALLER', 'RECORD', 'REQUESTED', 'direct_url.json', 'uv_cache.json', 'uv_build.json'];

/** Whether an installer wrote a file for itself: RECORD lists some of these, and yet no wheel holds them. */
export function isInstallersOwn(path: InstallPath): boolean {
	return parentOf(path).endsWith('.dist-info') && installersFiles.includes(nameOf(path));
}

/** Reads what is installed, in the order of the tree. What has neither name nor version is no distribution. */
export function installedIn(entries: readonly Entry[], library: Library): Installed[] {
	const files = new Map<InstallPath, FileEntry>();
	for (const entry of entries) {
		if (entry.kind === 'file' && isMetadata(entry.path, library)) {
			files.set(entry.path, entry);
		}
	}

	const scripts = new Set(
		entries.flatMap(({kind, path}) => (kind === 'file' && isScript(path, library) ? [path] : [])),
	);
	return [...files.values()]
		.filter(({path}) => isDescription(path, library))
		.map(metadata => new Reader(metadata, {files, scripts, library}).installed())
		.filter(({distribution}) => distribution.name !== '' && distribution.version !== '');
}

/** A file of a `.dist-info` or `.egg-info` folder, or an `.egg-info` that is a file by itself, as distutils writes it. */
function isMetadata(path: InstallPath, {sitePackages}: Library): boolean {
	const folder = parentOf(path);
	return (
		(parentOf(folder) === sitePackages && /\.(?:dist|egg)-info$/.test(folder)) ||
		(folder === sitePackages && path.endsWith('.egg-info'))
	);
}

function isDescription(path: InstallPath, {sitePackages}: Library): boolean {
	const folder = parentOf(path);
	return folder === sitePackages || nameOf(path) === (folder.endsWith('.dist-info') ? 'METADATA' : 'PKG-INFO');
}

function isScript(path: InstallPath, {prefix}: Library): boolean {
	return parentOf(path) === below(prefix, 'bin');
}

interface Known {
	readonly files: ReadonlyMap<InstallPath, FileEntry>;
	readonly scripts: ReadonlySet<InstallPath>;
	readonly library: Library;
}

class Reader {
	readonly #metadata: FileEntry;
	readonly #known: Known;

	constructor(metadata: FileEntry, known: Known) {
		this.#metadata = metadata;
		this.#known = known;
	}

	installed(): Installed {
		const {name, version, requiresPython, license} = decodeCoreMetadata(textOf(this.#metadata));
		const rows = this.#rows();
		const recorded = new Map(rows.flatMap(({path, sha256}) => (sha256 === '' ? [] : [[path, sha256] as const])));
		const origin = originOf(this.#beside('direct_url.json'));
		const platforms = [...this.#beside('WHEEL').matchAll(/^Tag:\s*[^-\s]+-[^-\s]+-(\S+)/gim)].map(
			match => match[1] ?? '',
		);
		return {
			metadata: this.#metadata,
			isDirect: origin !== 'index',
			isPublished: recorded.size > 0 && isPublished(origin, platforms),
			isNative: platforms.some(platform => platform !== 'any'),
			recorded,
			distribution: {
				name,
				version,
				requiresPython,
				license,
				origin: 'venv',
				wheel: '',
				sha256: this.#digest(recorded),
				scripts: this.#scripts(rows.map(({path}) => path)),
			},
		};
	}

	#beside(name: string): string {
		const entry = this.#known.files.get(below(parentOf(this.#metadata.path), name));
		return entry && parentOf(this.#metadata.path) !== this.#known.library.sitePackages ? textOf(entry) : '';
	}

	#rows(): Array<{readonly path: InstallPath; readonly sha256: string}> {
		const base = parentOf(this.#metadata.path);
		return decodeRecord(this.#beside('RECORD'))
			.filter(({path}) => path !== '' && !path.startsWith('/'))
			.map(({path, hash}) => ({path: linkDestination(base, path), sha256: hexOf(hash)}));
	}

	/** Those that are there: an entry point may have been taken away since. */
	#scripts(rows: readonly InstallPath[]): string[] {
		const {scripts, library} = this.#known;
		const points = decodeEntryPoints(this.#beside('entry_points.txt'))
			.filter(({group}) => /^(?:console|gui)_scripts$/.test(group))
			.map(({name}) => linkDestination(below(library.prefix, 'bin/_'), name));
		const found = [...points, ...rows].filter(path => scripts.has(path));
		return [...new Set(found.map(nameOf))].sort();
	}

	/** What the wheel held, as far as RECORD still tells: the same for each installation of the same wheel. */
	#digest(recorded: Installed['recorded']): string {
		const {prefix} = this.#known.library;
		const hash = createHash('sha256').update(textOf(this.#metadata));
		const rows = [...recorded].filter(([path]) => !isWithin(path, below(prefix, 'bin')) && !isInstallersOwn(path));
		for (const [path, sha256] of rows.sort(([one], [other]) => compareBytes(one, other))) {
			hash.update(`${sha256}  ${path.slice(prefix.length)}\n`);
		}

		return hash.digest('hex');
	}
}

/** PEP 610: without the file it came from an index; else from a place that is a wheel or sdist to fetch, or one of the builder. */
function originOf(directUrl: string): 'index' | 'archive' | 'builder' {
	if (directUrl === '') {
		return 'index';
	}

	return /"url"\s*:\s*"https?:/.test(directUrl) && directUrl.includes('"archive_info"') ? 'archive' : 'builder';
}

/**
 * An index takes no wheel tagged `linux_x86_64`: such a one was compiled here (pip and uv build what comes as source,
 * and write no word of it elsewhere), and so was what came from a folder or a repository.
 */
function isPublished(origin: 'index' | 'archive' | 'builder', platforms: readonly string[]): boolean {
	return origin !== 'builder' && platforms.length > 0 && !platforms.some(platform => platform.startsWith('linux_'));
}

function hexOf(hash: string): string {
	return hash.startsWith('sha256=') ? Buffer.from(hash.slice('sha256='.length), 'base64url').toString('hex') : '';
}

function textOf(entry: FileEntry): string {
	return Buffer.from(readContent(entry.content)).toString('utf8');
}
