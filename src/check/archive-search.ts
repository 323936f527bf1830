import {isArchive, membersOf} from './archive-members.ts';
import type {Needle} from './leak-needles.ts';
import type {NeedleSearch} from './needle-search.ts';

/** What may come out of one archive and those in it, in bytes. */
const mostUnpacked = 256 * 1024 * 1024;
/** An archive in an archive in an archive. */
const deepest = 3;

/** A needle in what an archive unpacks to; the member is empty where there is but one. */
export interface MemberHit {
	readonly needle: Needle;
	/** With the archives it lies in, outermost first. */
	readonly member: string;
}

/** Looks into an archive, and into archives in it, as far as they unpack to what can be held. */
export class ArchiveSearch {
	readonly #search: NeedleSearch;
	readonly #found = new Map<Needle, string>();
	#left: number = mostUnpacked;

	constructor(search: NeedleSearch) {
		this.#search = search;
	}

	/** Each needle once, in the first member that holds it. */
	look(bytes: Buffer): MemberHit[] {
		this.#open(bytes, {member: '', depth: 1});
		return [...this.#found].map(([needle, member]) => ({needle, member}));
	}

	#open(bytes: Buffer, outer: {member: string; depth: number}): void {
		for (const {name, bytes: content} of membersOf(bytes, this.#left)) {
			this.#left = Math.max(0, this.#left - content.length);
			const member = [outer.member, name].filter(Boolean).join(', ');
			this.#search.search(content, content.length, needle => {
				if (!this.#found.has(needle)) {
					this.#found.set(needle, member);
				}
			});
			if (isArchive(content) && outer.depth < deepest) {
				this.#open(content, {member, depth: outer.depth + 1});
			}
		}
	}
}
