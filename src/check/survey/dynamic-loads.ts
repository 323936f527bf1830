import {isElf} from '../../codecs/elf.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {DynamicLoad, ElfFile} from '../../model/survey.ts';
import type {FileEntry} from '../../model/tree.ts';
import {mayBeElf} from './elf-files.ts';
import {addLoadsOfPython, addSonames, namesDlopen, noLoads} from './named-loads.ts';
import {Sliding} from './sliding.ts';
import type {Collector, Taker} from './taker.ts';

/** Of all files, and of those that are named with each. */
const [mostNames, mostFiles] = [2000, 5];
/** The names in ELF files until these are known. */
const mostFound = 20_000;
/** What comes with an interpreter loads what that needs, if it is called at all. */
const standardLibrary = /\/(?:python|pypy)3\.\d+t?\/(?!(?:site|dist)-packages\/)/;

interface Found {
	readonly path: InstallPath;
	readonly names: readonly string[];
}

/**
 * Collects the names of libraries that a tree may load while it runs: those that Python code names in a call of ctypes or
 * cffi, and sonames in ELF files that know dlopen(3). Whether they are loaded, nothing here can tell.
 */
export class DynamicLoads implements Collector {
	readonly #inPython: Found[] = [];
	readonly #inElf: Found[] = [];
	#room = mostFound;
	#found = noLoads();
	#hasDlopen = false;
	/** Hard links are open at the same time, and say the same: the first is enough. */
	#isOpen = false;
	readonly #python = new Sliding((bytes, from) => addLoadsOfPython(this.#found, bytes, from));
	readonly #elf = new Sliding((bytes, from) => {
		this.#hasDlopen ||= namesDlopen(bytes);
		addSonames(this.#found, bytes, from);
	});

	wants(entry: FileEntry): boolean {
		return isPython(entry) || mayBeElf(entry);
	}

	open(entry: FileEntry): Taker | undefined {
		if (this.#isOpen || !this.wants(entry)) {
			return undefined;
		}

		this.#isOpen = true;
		this.#found = noLoads();
		this.#hasDlopen = false;
		return isPython(entry) ? this.#takerOfPython(entry) : this.#takerOfElf(entry);
	}

	/** `elf`: all of the tree, whose own names and needs are no finds. By name. */
	finish(elf: readonly ElfFile[]): readonly DynamicLoad[] {
		const known = new Map(elf.map(({path, needed, soname = ''}) => [path, new Set([...needed, soname].map(original))]));
		const inElf = this.#inElf.flatMap(({path, names}) => {
			const own = known.get(path);
			return own ? [{path, names: names.filter(name => !own.has(original(name)))}] : [];
		});
		const loads = new Map<string, {by: InstallPath[]; files: number}>();
		for (const {path, names} of [...this.#inPython, ...inElf]) {
			for (const name of names) {
				add(loads, name, path);
			}
		}

		return [...loads].map(([name, {by, files}]) => ({name, by, files})).sort((a, b) => (a.name < b.name ? -1 : 1));
	}

	#takerOfPython({path}: FileEntry): Taker {
		this.#python.begin();
		return {push: chunk => this.#python.push(chunk), close: () => this.#close(path, this.#inPython)};
	}

	#takerOfElf({path}: FileEntry): Taker {
		let start = Buffer.alloc(0);
		this.#elf.begin();
		return {
			push: chunk => {
				if (start.length < 4) {
					// A chunk may be one byte.
					start = Buffer.concat([start, chunk.subarray(0, 4)]);
				}

				// Without its first three bytes at most: no string begins there.
				if (isElf(start)) {
					this.#elf.push(chunk);
				}
			},
			close: () => {
				if (!this.#hasDlopen) {
					this.#found.names.clear();
				}

				this.#close(path, this.#inElf);
			},
		};
	}

	#close(path: InstallPath, found: Found[]): void {
		const names = [...this.#found.names].slice(0, this.#room);
		this.#isOpen = false;
		this.#room -= names.length;
		if (names.length > 0) {
			found.push({path, names});
		}
	}
}

/**
 * The name without its version, and without the digest that auditwheel puts into the names of what it bundles: patchelf
 * writes these elsewhere, and the ones before stay as strings that nothing leads to.
 */
function original(name: string): string {
	return name.replace(/(?:-[0-9a-f]{8})?\.so(?:\.[\w.]*)?$/, '');
}

function isPython({path}: FileEntry): boolean {
	return path.endsWith('.py') && !standardLibrary.test(path);
}

function add(loads: Map<string, {by: InstallPath[]; files: number}>, name: string, path: InstallPath): void {
	const load = loads.get(name) ?? {by: [], files: 0};
	if (load.files > 0 || loads.size < mostNames) {
		loads.set(name, load);
		load.files++;
		if (load.by.length < mostFiles) {
			load.by.push(path);
		}
	}
}
