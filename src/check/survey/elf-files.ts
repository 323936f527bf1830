import {decodeElf, type Elf, isElf} from '../../codecs/elf.ts';
import type {ElfParts} from '../../codecs/elf-bytes.ts';
import {neededVersions} from '../../codecs/elf-versions.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {ElfFile} from '../../model/survey.ts';
import {type Content, type FileEntry, sizeOf} from '../../model/tree.ts';
import {ElfWindows, headSize} from './elf-windows.ts';
import type {Collector, Damaged, Taker} from './taker.ts';

/** What no loader is asked to load, and so is not looked into: sources, bytecode, texts, pictures, data. */
const neverLoaded =
	/\.(?:pyc?|pyi|pxd|pyx|[ch](?:pp)?|txt|md|rst|html?|css|js|json|ipynb|map|xml|csv|svg|png|gif|jpe?g|ttf|otf|woff2?|pdf|ya?ml|toml|ini|cfg|mo|po|pot|typed|dat|npy|npz|pkl|gz|xz|bz2|zst|zip|whl|exe|dll)$/;
/** The smallest ELF header. */
const smallest = 52;

/** Whether a file may be one that a loader is asked for, by its name and size alone. */
export function mayBeElf({path, content}: FileEntry): boolean {
	return sizeOf(content) >= smallest && !neverLoaded.test(path);
}

/** A file that is being read, or has to be read again, and others that are hard links to the same bytes. */
interface Reading {
	readonly entry: FileEntry;
	readonly others: InstallPath[];
	windows: ElfWindows<ElfFile> | undefined;
}

/** Reads the ELF files of a tree. Large ones are read a second time where the first did not tell all. */
export class ElfFiles implements Collector {
	readonly #damaged: Damaged;
	readonly #found: ElfFile[] = [];
	readonly #again = new Map<InstallPath, Reading>();
	/** The one whose bytes come by now. Hard links to it are open at the same time. */
	#current: Reading | undefined;
	/** Lent to one file after the other. */
	#head: Buffer | undefined;

	constructor(damaged: Damaged) {
		this.#damaged = damaged;
	}

	wants(entry: FileEntry): boolean {
		return mayBeElf(entry);
	}

	open(entry: FileEntry): Taker | undefined {
		if (!this.wants(entry)) {
			return undefined;
		}

		if (this.#current && isSame(this.#current.entry.content, entry.content)) {
			this.#current.others.push(entry.path);
			return undefined;
		}

		const reading = this.#again.get(entry.path) ?? {entry, others: [], windows: undefined};
		this.#current = reading;
		return this.#takerOf(reading, sizeOf(entry.content));
	}

	/** Files that have to be read again, each from its beginning. */
	unfinished(): readonly FileEntry[] {
		return [...this.#again.values()].map(({entry}) => entry);
	}

	/** In the order in which they came. */
	finish(): readonly ElfFile[] {
		for (const {entry} of this.#again.values()) {
			this.#damaged.set(entry.path, 'it was not read to its end');
		}

		return this.#found;
	}

	#takerOf(reading: Reading, size: number): Taker {
		let start = Buffer.alloc(0);
		let isSound = true;
		const push = (chunk: Uint8Array) => {
			if (!reading.windows && start.length < 4) {
				// A chunk may be one byte.
				const missing = 4 - start.length;
				start = Buffer.concat([start, chunk.subarray(0, missing)]);
				if (start.length === 4 && isElf(start)) {
					reading.windows = this.#windows(reading.entry.path, size);
					reading.windows.push(start);
				}

				reading.windows?.push(chunk.subarray(missing));
			} else {
				reading.windows?.push(chunk);
			}
		};
		return {
			push: chunk => {
				isSound = isSound && this.#guard(reading, () => push(chunk));
			},
			close: () => {
				isSound = isSound && this.#guard(reading, () => this.#close(reading));
				this.#current = undefined;
			},
		};
	}

	#windows(path: InstallPath, size: number): ElfWindows<ElfFile> {
		this.#head ??= Buffer.allocUnsafeSlow(headSize);
		return new ElfWindows(size, this.#head, parts => elfFile(path, parts));
	}

	#close(reading: Reading): void {
		const {entry, others, windows} = reading;
		const answer = windows?.end();
		if (answer) {
			this.#again.delete(entry.path);
			this.#found.push(answer.value, ...others.map(path => ({...answer.value, path})));
		} else if (windows) {
			this.#again.set(entry.path, reading);
		}
	}

	/** Whether `act` came to its end: a damaged file is data, and nothing more is asked of it. */
	#guard({entry, others}: Reading, act: () => void): boolean {
		try {
			act();
			return true;
		} catch (error) {
			if (!(error instanceof ArtifactError || error instanceof RangeError)) {
				throw error;
			}

			this.#again.delete(entry.path);
			for (const path of [entry.path, ...others]) {
				this.#damaged.set(path, error.message);
			}

			return false;
		}
	}
}

function isSame(one: Content, other: Content): boolean {
	return (
		one.kind === 'packed' &&
		other.kind === 'packed' &&
		one.stretch === other.stretch &&
		one.offset === other.offset &&
		one.size === other.size
	);
}

/** Throws an ArtifactError (ELF_DAMAGED), and ElfUnread where a part is missing. */
function elfFile(path: InstallPath, parts: ElfParts): ElfFile {
	return surveyedElf(path, decodeElf(parts));
}

/** What a survey keeps of an ELF file. Throws an ArtifactError (ELF_DAMAGED), and ElfUnread where a part is missing. */
export function surveyedElf(path: InstallPath, elf: Elf): ElfFile {
	const search = elf.runpath ?? elf.rpath;
	return {
		path,
		bits: elf.bits,
		byteOrder: elf.byteOrder,
		type: elf.type,
		machine: elf.machine,
		interpreter: elf.interpreter,
		soname: elf.soname,
		needed: elf.needed,
		runpath: search?.text,
		isRpath: search !== undefined && elf.runpath === undefined,
		versions: neededVersions(elf),
		dynamic: elf.dynamic.length > 0,
	};
}
