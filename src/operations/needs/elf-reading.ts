import {mayBeElf, surveyedElf} from '../../check/survey/elf-files.ts';
import {decodeElf, type Elf, isElf} from '../../codecs/elf.ts';
import {type ElfPart, ElfUnread} from '../../codecs/elf-bytes.ts';
import {type ReadAt, withRandomAccess} from '../../host/random-access.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {ElfFile} from '../../model/survey.ts';
import {type FileEntry, sizeOf, type Tree} from '../../model/tree.ts';
import {isForMac} from './mach-o.ts';

/** Header and program headers, and of most libraries the tables that the loader wants. */
const firstRead = 16 * 1024;
/** All bytes of one file that may be looked at, together, and how often it may ask for more. */
const mostBytes = 64 * 1024 * 1024;
const mostReads = 32;

export interface ElfFiles {
	readonly files: readonly ElfFile[];
	/** Why a file that begins as an ELF file says nothing. */
	readonly damaged: ReadonlyMap<InstallPath, string>;
	/** Modules that are for macOS instead. */
	readonly forMac: readonly InstallPath[];
	/** The entry of each file. */
	readonly entries: ReadonlyMap<InstallPath, FileEntry>;
}

/**
 * The ELF files of a tree that lies on this machine. Of a file that is none, four bytes are read; of one that is, what its
 * headers lead to.
 */
export function elfFilesOf(tree: Tree): ElfFiles {
	const files: ElfFile[] = [];
	const damaged = new Map<InstallPath, string>();
	const entries = new Map<InstallPath, FileEntry>();
	const forMac: InstallPath[] = [];
	const lookAt = (entry: FileEntry, head: Uint8Array) => {
		if (isForMac(entry.path, head)) {
			forMac.push(entry.path);
		}
	};
	for (const entry of tree.entries) {
		if (entry.kind === 'file' && mayBeElf(entry)) {
			const found = guarded(entry, {damaged, lookAt}, elf => surveyedElf(entry.path, elf));
			if (found) {
				files.push(found);
				entries.set(entry.path, entry);
			}
		}
	}

	return {files, damaged, entries, forMac};
}

interface Otherwise {
	/** Why a file that begins as an ELF file says nothing. */
	readonly damaged?: Map<InstallPath, string>;
	/** Gets the first bytes of what is none. */
	lookAt?(entry: FileEntry, head: Uint8Array): void;
}

/** Asks a file of the tree; undefined where it is no ELF file or a damaged one. */
export function guarded<Answer>(
	entry: FileEntry,
	{damaged, lookAt}: Otherwise,
	ask: (elf: Elf) => Answer,
): Answer | undefined {
	try {
		return withRandomAccess(entry.content, readAt => {
			const head = readAt(0, 4);
			if (isElf(head)) {
				return answer(readAt, sizeOf(entry.content), ask);
			}

			lookAt?.(entry, head);
			return undefined;
		});
	} catch (error) {
		if (!(error instanceof ArtifactError || error instanceof RangeError)) {
			throw error;
		}

		damaged?.set(entry.path, error.message);
		return undefined;
	}
}

/** Reads what the answer lies in, and asks again, until it is there. */
function answer<Answer>(readAt: ReadAt, size: number, ask: (elf: Elf) => Answer): Answer {
	const parts: ElfPart[] = [{start: 0, bytes: readAt(0, Math.min(size, firstRead))}];
	let bytes = 0;
	for (let reads = 0; reads < mostReads; reads++) {
		try {
			return ask(decodeElf({size, parts}));
		} catch (error) {
			if (!(error instanceof ElfUnread)) {
				throw error;
			}

			for (const {start, length} of error.ranges) {
				bytes += length;
				if (bytes > mostBytes) {
					throw new RangeError('its tables are too large to be looked at');
				}

				parts.push({start, bytes: readAt(start, length)});
			}
		}
	}

	throw new RangeError('it sends whoever reads it from one place to the next');
}
