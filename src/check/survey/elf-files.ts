import {decodeElf, isElf} from '../../codecs/elf.ts';
import type {ElfParts} from '../../codecs/elf-bytes.ts';
import {neededVersions} from '../../codecs/elf-versions.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {ElfFile} from '../../model/survey.ts';
import {type FileEntry, sizeOf} from '../../model/tree.ts';
import {ElfWindows, headSize} from './elf-windows.ts';
import type {Collector, Damaged, Taker} from './taker.ts';

/** What no loader is asked to load, and so is not looked into: sources, bytecode, texts, pictures. */
const neverLoaded =
	/\.(?:pyc?|pyi|pxd|pyx|[ch](?:pp)?|txt|md|rst|html?|css|js|json|map|svg|png|gif|jpg|ya?ml|toml|mo|po)$/;
/** The smallest ELF header. */
const smallest = 52;

/** Reads the ELF files of a tree. Large ones are read a second time where the first did not tell all. */
export class ElfFiles implements Collector {
	readonly #damaged: Damaged;
	readonly #found: ElfFile[] = [];
	readonly #again = new Map<InstallPath, {readonly entry: FileEntry; readonly windows: ElfWindows<ElfFile>}>();
	/** Lent to one file after the other. */
	#head: Buffer | undefined;

	constructor(damaged: Damaged) {
		this.#damaged = damaged;
	}

	open(entry: FileEntry): Taker | undefined {
		const begun = this.#again.get(entry.path);
		if (begun) {
			return this.#takerOf(entry, begun.windows);
		}

		const size = sizeOf(entry.content);
		return size < smallest || neverLoaded.test(entry.path) ? undefined : this.#begin(entry, size);
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

	#begin(entry: FileEntry, size: number): Taker {
		this.#head ??= Buffer.alloc(headSize);
		const head = this.#head;
		let taker: Taker | undefined;
		const start: number[] = [];
		return {
			push: chunk => {
				if (start.length < 4) {
					// A chunk may be one byte.
					const before = start.length;
					start.push(...chunk.subarray(0, 4 - before));
					if (start.length === 4 && isElf(Uint8Array.from(start))) {
						taker = this.#takerOf(entry, new ElfWindows(size, head, parts => elfFile(entry.path, parts)));
						taker.push(Uint8Array.from(start.slice(0, before)));
					}
				}

				taker?.push(chunk);
			},
			close: () => taker?.close(),
		};
	}

	#takerOf(entry: FileEntry, windows: ElfWindows<ElfFile>): Taker {
		const {path} = entry;
		const guarded = (act: () => void) => {
			if (!this.#damaged.has(path)) {
				this.#guard(path, act);
			}
		};
		return {
			push: chunk => guarded(() => windows.push(chunk)),
			close: () =>
				guarded(() => {
					const answer = windows.end();
					if (answer) {
						this.#again.delete(path);
						this.#found.push(answer.value);
					} else {
						this.#again.set(path, {entry, windows});
					}
				}),
		};
	}

	#guard(path: InstallPath, act: () => void): void {
		try {
			act();
		} catch (error) {
			if (!(error instanceof ArtifactError || error instanceof RangeError)) {
				throw error;
			}

			this.#again.delete(path);
			this.#damaged.set(path, error.message);
		}
	}
}

/** Throws an ArtifactError (ELF_DAMAGED), and ElfUnread where a part is missing. */
function elfFile(path: InstallPath, parts: ElfParts): ElfFile {
	const elf = decodeElf(parts);
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
