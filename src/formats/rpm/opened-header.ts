import {decodeHeader, decodeHeaderSize, regionTags} from '../../codecs/rpm-header.ts';
import {type HeaderEntry, headerBroken, type NumberColumn, type TextColumn} from '../../codecs/rpm-header-values.ts';
import {openStretch, type StretchFile} from '../../host/stretch-file.ts';
import type {ArtifactFile} from '../reader.ts';
import {decodeLead, leadSize} from './lead.ts';

const introSize = 16;

/** What stands before the payload. */
export interface OpenedHeaders {
	readonly source: boolean;
	readonly signature: Columns;
	readonly main: Columns;
	/** In bytes from the start of the file. */
	readonly payloadAt: number;
}

/**
 * Reads lead, signature header and main header.
 * Throws an ArtifactError (RPM_LEAD_BROKEN, RPM_HEADER_BROKEN), before anything is allocated that the file is too short
 * for; a HostError (ARTIFACT_UNREADABLE).
 */
export function openHeaders({file, size}: ArtifactFile): OpenedHeaders {
	const source = openStretch({file, start: 0, length: size, compression: 'none'});
	try {
		const read = (start: number, length: number) => readExactly(source, {start, length, size});
		const lead = decodeLead(read(0, Math.min(leadSize, size)));
		const signature = readHeader(read, regionTags.signature, leadSize);
		const mainAt = signature.end + ((8 - (signature.end % 8)) % 8);
		const main = readHeader(read, regionTags.main, mainAt);
		return {source: lead.source, signature: signature.columns, main: main.columns, payloadAt: main.end};
	} finally {
		source.close();
	}
}

function readHeader(read: (start: number, length: number) => Buffer, region: 62 | 63, at: number) {
	const {size} = decodeHeaderSize(read(at, introSize), at);
	return {columns: new Columns(decodeHeader(read(at, size), region, at), at), end: at + size};
}

/** Bytes of an rpm of `size` bytes. Throws an ArtifactError (RPM_HEADER_BROKEN) where they are not there. */
export function readExactly(
	source: StretchFile,
	{start, length, size}: {start: number; length: number; size: number},
): Buffer {
	if (start + length > size) {
		throw headerBroken(`a header of ${length} bytes stands where the file of ${size} bytes ends`, start);
	}

	const bytes = Buffer.allocUnsafe(length);
	for (let done = 0; done < length; ) {
		const count = source.read(start + done, bytes.subarray(done));
		if (count === 0) {
			throw headerBroken('the file became shorter while it was read', start + done);
		}

		done += count;
	}

	return bytes;
}

/** The tags of a header. Whatever type and count a tag has, asking for it gives values or an ArtifactError. */
export class Columns {
	readonly #entries: ReadonlyMap<number, HeaderEntry>;
	readonly #offset: number;

	constructor(entries: readonly HeaderEntry[], offset: number) {
		const known = new Map<number, HeaderEntry>();
		for (const entry of entries) {
			// Those behind the region come later, and are not what was signed.
			if (!known.has(entry.tag)) {
				known.set(entry.tag, entry);
			}
		}

		this.#entries = known;
		this.#offset = offset;
	}

	has(tag: number): boolean {
		return this.#entries.has(tag);
	}

	/** How many values a tag has; 0 where it is absent. */
	count(tag: number): number {
		const entry = this.#entries.get(tag);
		return entry === undefined || entry.type === 'bytes' ? 0 : entry.count;
	}

	/** The first text of a tag; empty where it is absent. Of translated texts that is the one of the C locale. */
	text(tag: number): string {
		return this.texts(tag)?.at(0) ?? '';
	}

	number(tag: number): number | undefined {
		return this.numbers(tag)?.at(0);
	}

	/** Undefined where the tag is absent. Throws an ArtifactError where it has another type, or not `count` values. */
	texts(tag: number, count?: number): TextColumn | undefined {
		const entry = this.#entries.get(tag);
		if (entry === undefined) {
			return undefined;
		}

		if (entry.type !== 'string' && entry.type !== 'strings' && entry.type !== 'translated') {
			throw this.#refused(tag, `has the type ${entry.type}, and must be text`);
		}

		this.#checkCount(entry, count);
		return entry;
	}

	numbers(tag: number, count?: number): NumberColumn | undefined {
		const entry = this.#entries.get(tag);
		if (entry === undefined) {
			return undefined;
		}

		if (entry.type === 'bytes' || !entry.type.startsWith('int')) {
			throw this.#refused(tag, `has the type ${entry.type}, and must be a number`);
		}

		this.#checkCount(entry, count);
		return entry as NumberColumn;
	}

	/** One value or several as one text, whatever their type; empty where there is none to show. */
	shown(tag: number): string {
		const entry = this.#entries.get(tag);
		if (entry === undefined || entry.type === 'bytes') {
			return '';
		}

		const shown = Math.min(entry.count, entry.type === 'translated' ? 1 : 100);
		return Array.from({length: shown}, (_, index) => String(entry.at(index))).join(' ');
	}

	#checkCount(entry: TextColumn | NumberColumn, count: number | undefined): void {
		if (count !== undefined && entry.count !== count) {
			throw this.#refused(entry.tag, `has ${entry.count} values, and must have ${count}`);
		}
	}

	#refused(tag: number, what: string) {
		return headerBroken(`tag ${tag} ${what}`, this.#offset);
	}
}
