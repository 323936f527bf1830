import {existsSync, readdirSync, readFileSync, realpathSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {decodeElf, type Elf, isElf} from '../../codecs/elf.ts';
import {decodeLoaderCache} from '../../codecs/loader-cache.ts';
import {ArtifactError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';

/** A library or program of this machine, as its loader would take it. */
export interface LoadedFile {
	/** Links followed. */
	readonly path: HostPath;
	readonly elf: Elf;
	/** What the loader adds to the folders in which it looks: DT_RPATH of those that loaded it, the nearest first. */
	readonly inherited: readonly string[];
}

/** ld.so(8): where it looks last. With those of Debian's multiarch, which are compiled into its loader. */
const lastFolders = ['/lib', '/usr/lib', '/lib64', '/usr/lib64'];
const multiarch = /^[\w]+-linux-gnu\w*$/;

/** Larger ones are none that an interpreter needs. */
const largest = 512 * 1024 * 1024;

/**
 * Finds libraries on this machine as ld.so(8) does, for a process with an empty environment: RPATH where there is no
 * RUNPATH, RUNPATH, the cache of ldconfig, the default folders. LD_LIBRARY_PATH is whoever's builds here, and is not asked.
 */
export class Loader {
	readonly #cache = new Map<string, string[]>();
	readonly #folders: readonly string[];
	readonly #read = new Map<string, Elf | undefined>();

	/** `root` plays `/`, for tests. */
	constructor(root = '') {
		const cache = `${root}/etc/ld.so.cache`;
		for (const {soname, path} of existsSync(cache) ? decodeLoaderCache(readFileSync(cache)) : []) {
			this.#cache.set(soname, [...(this.#cache.get(soname) ?? []), `${root}${path}`]);
		}

		this.#folders = lastFolders.flatMap(folder => {
			const names = existsSync(`${root}${folder}`) ? readdirSync(`${root}${folder}`) : [];
			return [
				...names.filter(name => multiarch.test(name)).map(name => `${root}${folder}/${name}`),
				`${root}${folder}`,
			];
		});
	}

	/** A file to ask for its libraries; undefined where it is no ELF file, or a damaged one. */
	open(path: string): LoadedFile | undefined {
		const elf = this.#elfOf(path);
		return elf && {path: hostPath(realpathSync(path)), elf, inherited: []};
	}

	/** Who gives `file` the library that it calls `soname`; undefined where nobody does. */
	find(soname: string, file: LoadedFile): LoadedFile | undefined {
		const {elf, inherited} = file;
		const own = foldersOf((elf.runpath ?? elf.rpath)?.text ?? '', file.path);
		const rpath = elf.runpath ? [] : [...(elf.rpath ? own : []), ...inherited];
		const candidates = [
			...(elf.runpath ? own : rpath).map(folder => `${folder}/${soname}`),
			...(this.#cache.get(soname) ?? []),
			...this.#folders.map(folder => `${folder}/${soname}`),
		];
		for (const path of soname.includes('/') ? [] : candidates) {
			const found = this.#elfOf(path);
			if (found && fits(found, elf)) {
				return {path: hostPath(realpathSync(path)), elf: found, inherited: rpath};
			}
		}

		return undefined;
	}

	#elfOf(path: string): Elf | undefined {
		if (!this.#read.has(path)) {
			this.#read.set(path, readElf(path));
		}

		return this.#read.get(path);
	}
}

function readElf(path: string): Elf | undefined {
	const stats = statSync(path, {throwIfNoEntry: false});
	if (!stats?.isFile() || stats.size > largest) {
		return undefined;
	}

	try {
		const bytes = readFileSync(path);
		return isElf(bytes) ? decodeElf(bytes) : undefined;
	} catch (error) {
		if (error instanceof ArtifactError) {
			return undefined;
		}

		throw error;
	}
}

/** Entries with `$LIB` and `$PLATFORM` depend on how the loader was built, relative ones on the folder of the process. */
function foldersOf(text: string, path: HostPath): string[] {
	return text
		.split(':')
		.map(folder => folder.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, dirname(path)))
		.filter(folder => folder.startsWith('/') && !folder.includes('$'));
}

function fits(library: Elf, user: Elf): boolean {
	return library.machine === user.machine && library.bits === user.bits && library.byteOrder === user.byteOrder;
}
