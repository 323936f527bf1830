import type {Finding} from '../model/findings.ts';
import {type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import {type FileEntry, type LinkEntry, sizeOf} from '../model/tree.ts';
import {isArchive, membersOf} from './archive-members.ts';
import type {Check, FileCheck} from './check.ts';
import {fitsGlob} from './glob.ts';
import type {Needle} from './leak-needles.ts';
import {leakMessage, leakRemedy} from './leak-words.ts';
import {type Hit, NeedleSearch, NeedleStream} from './needle-search.ts';

export interface LeakAuditOptions {
	readonly prefix: InstallPath;
	readonly needles: readonly Needle[];
	/** Files of downloaded wheels → sha256, hexadecimal: with these bytes, a file cannot know this builder. */
	readonly downloaded: ReadonlyMap<InstallPath, string>;
	/** Globs of install paths whose leaks the user knows of: they come back as notes. */
	readonly allow: readonly string[];
}

export type LeakAudit = Check;

/** What is held of an archive until it is complete, in bytes; of a larger one only the outside is searched. */
const largestArchive = 64 * 1024 * 1024;
/** What may come out of one archive and those in it, in bytes. */
const mostUnpacked = 256 * 1024 * 1024;
const deepest = 3;
/** Of a script: what an installer writes lies in its first lines. */
const headerSize = 512;

/**
 * Asks of every byte whether it tells of the builder: of files, of links, and of what archives in the tree unpack to.
 * One finding a file and needle, at the first place. Memory does not grow with the bytes, but for archives, which are
 * held up to 64 MiB.
 */
export function leakAudit(options: LeakAuditOptions): LeakAudit {
	const search = new NeedleSearch(options.needles);
	return {
		name: 'leaks',
		question: 'Does any byte tell where this was built?',
		open: entry => new FileAudit(entry, search, options),
		link: entry => linkLeaks(entry, search, options),
	};
}

class FileAudit implements FileCheck {
	readonly #entry: FileEntry;
	readonly #search: NeedleSearch;
	readonly #options: LeakAuditOptions;
	readonly #stream: NeedleStream;
	/** Chunks of an archive; undefined where it is none, or too large. */
	#held: Buffer[] | undefined;
	#head: Buffer | undefined;

	constructor(entry: FileEntry, search: NeedleSearch, options: LeakAuditOptions) {
		this.#entry = entry;
		this.#search = search;
		this.#options = options;
		this.#stream = new NeedleStream(search);
	}

	push(chunk: Uint8Array): void {
		if (this.#head === undefined) {
			this.#head = Buffer.from(chunk.subarray(0, 4));
			this.#held = isArchive(chunk) && sizeOf(this.#entry.content) <= largestArchive ? [] : undefined;
		}

		this.#held?.push(Buffer.from(chunk));
		this.#stream.push(chunk);
	}

	close(sha256: string): readonly Finding[] {
		const {path} = this.#entry;
		const isMade = this.#options.downloaded.get(path) !== sha256;
		const outside = this.#stream
			.close()
			.filter(hit => isMade || hit.needle.where === 'anywhere')
			.filter(hit => this.#counts(hit));
		const found = outside.map(hit => finding(path, hit, this.#options));
		return [...found, ...(this.#held ? this.#inside(Buffer.concat(this.#held), isMade) : [])];
	}

	#counts({needle, offset}: Hit): boolean {
		if (needle.where !== 'generated') {
			return true;
		}

		const head = this.#head?.toString('latin1') ?? '';
		const {path} = this.#entry;
		const isHeader = head.startsWith('#!') && offset < headerSize && isWithin(path, `${this.#options.prefix}/bin`);
		return isHeader || head === '\x7fELF' || /^(?:pyvenv\.cfg|RECORD|direct_url\.json)$/.test(nameOf(path));
	}

	/** One finding a needle for the whole archive; its message names the member. */
	#inside(bytes: Buffer, isMade: boolean): Finding[] {
		const inside = new ArchiveSearch(this.#search);
		inside.look(bytes, {member: '', depth: 1});
		const {path} = this.#entry;
		const found = [...inside.found].filter(
			([needle]) => needle.where === 'anywhere' || (isMade && needle.where === 'made'),
		);
		return found.map(([needle, member]) => finding(path, {needle, offset: undefined, count: 1, member}, this.#options));
	}
}

/** Looks into archives, and archives in archives. */
class ArchiveSearch {
	readonly #search: NeedleSearch;
	readonly found: Map<Needle, string> = new Map();
	#left: number = mostUnpacked;

	constructor(search: NeedleSearch) {
		this.#search = search;
	}

	look(bytes: Buffer, where: {member: string; depth: number}): void {
		for (const {name, bytes: content} of membersOf(bytes, this.#left).members) {
			this.#left = Math.max(0, this.#left - content.length);
			const member = [where.member, name].filter(Boolean).join(' in ');
			this.#search.search(content, content.length, needle => {
				if (!this.found.has(needle)) {
					this.found.set(needle, member);
				}
			});
			if (isArchive(content) && where.depth < deepest) {
				this.look(content, {member, depth: where.depth + 1});
			}
		}
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
	return {
		code: leak.needle.code,
		severity: isAllowed ? 'note' : 'error',
		path,
		offset: leak.offset,
		message: leakMessage(leak),
		remedy: leakRemedy(leak.needle, path),
	};
}
