import {headOf} from '../../host/read.ts';
import {nameOf} from '../../model/paths.ts';
import {type Entry, type FileEntry, sizeOf, type Tree} from '../../model/tree.ts';

/** A file that begins with `#!`. */
export interface ScriptTrait {
	readonly entry: FileEntry;
	/** What follows `#!`, without the space before it. */
	readonly line: string;
}

/** What a linter looks at in a tree. Each file that may be a program, a library or a script has its head read, once. */
export class TreeTraits {
	readonly elf: readonly FileEntry[];
	readonly scripts: readonly ScriptTrait[];
	/** Files in gzip format that say when they were made. */
	readonly datedGzip: readonly FileEntry[];
	readonly #entries: readonly Entry[];

	constructor({entries}: Tree) {
		this.#entries = entries;
		const [elf, scripts, datedGzip]: [FileEntry[], ScriptTrait[], FileEntry[]] = [[], [], []];
		for (const entry of entries) {
			if (entry.kind !== 'file' || !isWorthALook(entry)) {
				continue;
			}

			const head = headOf(entry.content, headSize);
			const text = Buffer.from(head).toString('latin1');
			if (text.startsWith('\x7fELF')) {
				elf.push(entry);
			} else if (text.startsWith('#!')) {
				scripts.push({entry, line: (text.slice(2).split('\n')[0] ?? '').trim()});
			} else if (text.startsWith('\x1f\x8b') && head.subarray(4, 8).some(byte => byte !== 0)) {
				datedGzip.push(entry);
			}
		}

		[this.elf, this.scripts, this.datedGzip] = [elf, scripts, datedGzip];
	}

	/** Programs that run at one address only: e_type is ET_EXEC, in either byte order (elf(5)). */
	get fixedPrograms(): readonly FileEntry[] {
		return this.elf.filter(({content}) => {
			const [low, high] = headOf(content, headSize).subarray(16, 18);
			return low === 2 || (low === 0 && high === 2);
		});
	}

	/** Whether any path fits. */
	hasPath(pattern: RegExp): boolean {
		return this.#entries.some(({path}) => pattern.test(path));
	}

	/** Whether any file's path fits. */
	hasFile(pattern: RegExp): boolean {
		return this.#entries.some(({kind, path}) => kind === 'file' && pattern.test(path));
	}

	has(fits: (entry: Entry) => boolean): boolean {
		return this.#entries.some(fits);
	}
}

const headSize = 128;
/** What is neither program, script nor library: thousands of files that need not be opened. */
const data =
	/\.(?:pyc|pyi|typed|json|md|rst|txt|html?|css|svg|png|gif|jpe?g|woff2?|map|mo|po|yaml|yml|toml|csv|h|c|pyx|pxd|cpp|hpp)$/;

function isWorthALook({path, mode, content}: FileEntry): boolean {
	return sizeOf(content) > 3 && ((mode & 0o111) !== 0 || !data.test(nameOf(path)));
}
