import {type Finding, findingOf} from '../model/findings.ts';
import {type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import type {Carried} from '../model/staged.ts';
import {type FileEntry, type LinkEntry, sizeOf} from '../model/tree.ts';
import {isArchive} from './archive-members.ts';
import {ArchiveSearch} from './archive-search.ts';
import type {CheckRun, FileCheck} from './check.ts';
import {fitsGlob} from './glob.ts';
import type {Needle} from './leak-needles.ts';
import {leakKinds, leakMessage, leakRemedy} from './leak-words.ts';
import {NeedleSearch} from './needle-search.ts';
import {type Hit, NeedleStream} from './needle-stream.ts';

export interface LeakAuditOptions {
	readonly prefix: InstallPath;
	readonly needles: readonly Needle[];
	/** Files of downloaded wheels → sha256, hexadecimal: with these bytes, a file cannot know this builder. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** What came along of the builder, and was not made here. */
	readonly carried?: ReadonlyMap<InstallPath, Carried>;
	/** Globs of install paths whose leaks the user knows of: they come back as notes. */
	readonly allow: readonly string[];
}

export interface LeakAudit extends CheckRun {
	open(entry: FileEntry): FileCheck;
	link(entry: LinkEntry): readonly Finding[];
}

/** What is held of an archive until it is complete, in bytes; of a larger one only the outside is searched. */
const largestArchive = 64 * 1024 * 1024;
/** Of a script: what an installer writes lies in its first lines. */
const headerSize = 512;

interface Searches {
	/** Without the folders that every machine has. */
	readonly usual: NeedleSearch;
	/** With them, for files that an installer or a compiler wrote here. */
	readonly generated: NeedleSearch;
}

/**
 * Asks of every byte whether it tells of the builder: of files, of links, and of what archives in the tree unpack to.
 * One finding a file and needle, at the first place. Memory does not grow with the bytes, but for archives, which are
 * held up to 64 MiB.
 */
export function leakAudit(options: LeakAuditOptions): LeakAudit {
	const searches = {
		usual: new NeedleSearch(options.needles.filter(({where}) => where !== 'generated')),
		generated: new NeedleSearch(options.needles),
	};
	return {
		open: entry => new FileAudit(entry, searches, options),
		link: entry => linkLeaks(entry, searches.usual, options),
	};
}

class FileAudit implements FileCheck {
	readonly #entry: FileEntry;
	readonly #searches: Searches;
	readonly #options: LeakAuditOptions;
	#stream: NeedleStream | undefined;
	#isScript = false;
	#isElf = false;
	/** Chunks of an archive; undefined where it is none, or too large. */
	#held: Buffer[] | undefined;

	constructor(entry: FileEntry, searches: Searches, options: LeakAuditOptions) {
		this.#entry = entry;
		this.#searches = searches;
		this.#options = options;
	}

	push(chunk: Uint8Array): void {
		this.#stream ??= this.#begin(chunk);
		this.#held?.push(Buffer.from(chunk));
		this.#stream.push(chunk);
	}

	close(sha256: string): readonly Finding[] {
		const {path} = this.#entry;
		const isMade = this.#options.downloaded.get(path) !== sha256;
		const outside = (this.#stream?.close() ?? []).filter(hit => this.#counts(hit, isMade));
		const inside = this.#held ? new ArchiveSearch(this.#searches.usual).look(Buffer.concat(this.#held)) : [];
		return [
			...outside.map(hit => finding(path, hit, this.#options)),
			...inside
				.filter(({needle}) => isMade || needle.where === 'anywhere')
				.map(({needle, member}) => finding(path, {needle, offset: undefined, count: 1, member}, this.#options)),
		];
	}

	#begin(head: Uint8Array): NeedleStream {
		const {path, content} = this.#entry;
		const {downloaded, prefix} = this.#options;
		const magic = Buffer.from(head.subarray(0, 4)).toString('latin1');
		this.#held = isArchive(head) && sizeOf(content) <= largestArchive ? [] : undefined;
		this.#isScript = magic.startsWith('#!');
		this.#isElf = magic === '\x7fELF';
		const isGenerated =
			(this.#isScript && isWithin(path, `${prefix}/bin`)) ||
			(this.#isElf && !downloaded.has(path)) ||
			/^(?:pyvenv\.cfg|RECORD|direct_url\.json)$/.test(nameOf(path));
		return new NeedleStream(isGenerated ? this.#searches.generated : this.#searches.usual);
	}

	#counts({needle, offset}: Hit, isMade: boolean): boolean {
		if (needle.where !== 'generated') {
			return isMade || needle.where === 'anywhere';
		}

		return isMade && !this.#isOfAnyMachine(needle) && (!this.#isScript || offset < headerSize);
	}

	/**
	 * What came along names the folders of every machine as those of the machine where it runs; what was compiled here names
	 * /usr so, which is nobody's own, in the places of headers and of data.
	 */
	#isOfAnyMachine({code, text}: Needle): boolean {
		const isCarried = this.#options.carried?.has(this.#entry.path) === true;
		return code === 'LEAK_INTERPRETER' && (isCarried || (this.#isElf && text === '/usr'));
	}
}

function linkLeaks(entry: LinkEntry, search: NeedleSearch, options: LeakAuditOptions): Finding[] {
	const stream = new NeedleStream(search);
	stream.push(Buffer.from(entry.target));
	return stream.close().map(hit => finding(entry.path, {...hit, offset: undefined}, options));
}

interface Leak {
	readonly needle: Needle;
	readonly offset: number | undefined;
	readonly count: number;
	readonly member?: string;
}

function finding(path: InstallPath, leak: Leak, {allow, prefix}: LeakAuditOptions): Finding {
	const isAllowed = allow.some(pattern => fitsGlob(path, pattern, prefix));
	return findingOf(leakKinds[leak.needle.code], {
		path,
		severity: isAllowed ? 'note' : 'error',
		offset: leak.offset,
		message: leakMessage(leak),
		remedy: leakRemedy(leak.needle, path),
	});
}
