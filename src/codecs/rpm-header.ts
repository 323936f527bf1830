/**
 * The header structure of rpm, twice in every package: as signature header and as main header.
 * Sources: docs/manual/format_header.md, docs/manual/hregions.md and lib/header.c of rpm.
 */
import {
	countOf,
	decodeValues,
	encodeValues,
	type HeaderEntry,
	headerBroken,
	headerType,
	typeOfCode,
	valuesSize,
} from './rpm-header-values.ts';

/** The tag of the region that spans a whole header: it says which of the two headers this is. */
export const regionTags: {readonly signature: 62; readonly main: 63} = {signature: 62, main: 63};

const magic: Uint8Array = Uint8Array.of(0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0);
const introSize = 16;
const indexSize = 16;
/** Tags below are the structure's own; HEADER_I18NTABLE is the first of data. */
const firstTag = 100;
/** HEADER_TAGS_MAX, HEADER_DATA_MAX (bytes) and HEADER_ARRAY_MAX of rpm ≥ 4.14: it reads no more. */
export const headerLimits: {readonly tags: number; readonly data: number; readonly values: number} = {
	tags: 0xff_ff,
	data: 0x0f_ff_ff_ff,
	values: 0x0f_ff_ff,
};

/** A header ready to be written, as often as wanted: once for its digests, once into the file. */
export interface EncodedHeader {
	/** In bytes, magic included, without what pads a signature header. */
	readonly size: number;
	/** The bytes in order. */
	chunks(): Generator<Uint8Array>;
}

/**
 * Encodes entries, which come sorted by tag, as one immutable region.
 * Throws a RangeError where they are not sorted or hold nothing: that is a mistake of the caller.
 */
export function encodeHeader(region: 62 | 63, entries: readonly HeaderEntry[]): EncodedHeader {
	const index = Buffer.alloc((entries.length + 1) * indexSize);
	let offset = 0;
	let previous = firstTag - 1;
	for (const [at, entry] of entries.entries()) {
		const type = headerType(entry.type);
		const count = countOf(entry);
		if (entry.tag <= previous || count < 1) {
			throw new RangeError(`tag ${entry.tag} is out of order or empty`);
		}

		previous = entry.tag;
		offset = aligned(offset, type.align);
		putRow(index, (at + 1) * indexSize, {tag: entry.tag, code: type.code, offset, count});
		offset += valuesSize(entry);
	}

	const code = headerType('bytes').code;
	putRow(index, 0, {tag: region, code, offset, count: indexSize});
	const trailer = Buffer.alloc(indexSize);
	putRow(trailer, 0, {tag: region, code, offset: -index.length, count: indexSize});

	const intro = Buffer.alloc(introSize);
	intro.set(magic);
	intro.writeUInt32BE(entries.length + 1, 8);
	intro.writeUInt32BE(offset + trailer.length, 12);
	return {
		size: intro.length + index.length + offset + trailer.length,
		*chunks() {
			yield intro;
			yield index;
			yield* dataChunks(entries);
			yield trailer;
		},
	};
}

function* dataChunks(entries: readonly HeaderEntry[]): Generator<Uint8Array> {
	let offset = 0;
	for (const entry of entries) {
		const start = aligned(offset, headerType(entry.type).align);
		if (start > offset) {
			yield Buffer.alloc(start - offset);
		}

		offset = start;
		for (const chunk of encodeValues(entry)) {
			yield chunk;
			offset += chunk.length;
		}
	}
}

function aligned(offset: number, to: number): number {
	return Math.ceil(offset / to) * to;
}

export interface HeaderSize {
	readonly tags: number;
	/** In bytes, of the data part alone. */
	readonly data: number;
	/** In bytes, magic included, without what pads a signature header. */
	readonly size: number;
}

/**
 * Reads the first 16 bytes of a header, which say how many follow. `offset` is where they stand in the artifact.
 * Throws an ArtifactError (RPM_HEADER_BROKEN) for a wrong magic, and for counts that rpm itself refuses.
 */
export function decodeHeaderSize(intro: Uint8Array, offset: number): HeaderSize {
	if (intro.length < introSize || magic.some((byte, at) => intro[at] !== byte)) {
		throw headerBroken('a header does not begin with its magic 8eade801', offset);
	}

	const view = viewOf(intro);
	const tags = view.getUint32(8);
	const data = view.getUint32(12);
	if (tags < 1 || tags > headerLimits.tags || data < indexSize || data > headerLimits.data) {
		throw headerBroken(`a header claims ${tags} tags and ${data} bytes, which no rpm reads`, offset);
	}

	return {tags, data, size: introSize + tags * indexSize + data};
}

/**
 * Decodes a whole header. `bytes` begins with its magic, `offset` is where that stands in the artifact.
 * Throws an ArtifactError (RPM_HEADER_BROKEN) for all that rpm's own hdrblobVerifyInfo refuses.
 */
export function decodeHeader(bytes: Uint8Array, region: 62 | 63, offset: number): HeaderEntry[] {
	const {tags, data, size} = decodeHeaderSize(bytes, offset);
	if (bytes.length < size) {
		throw headerBroken(`a header of ${size} bytes ends after ${bytes.length}`, offset);
	}

	const view = viewOf(bytes);
	const dataAt = size - data;
	const spanned = decodeRegion(view, {region, tags, data, dataAt, offset});
	const entries: HeaderEntry[] = [];
	let end = 0;
	for (let at = 1; at < tags; at++) {
		const place = introSize + at * indexSize;
		// An old signing tool may have left tags after the region, whose data follows the trailer.
		const limit = at < spanned.tags ? spanned.trailerAt : data;
		const row = rowAt(view, place);
		const type = typeOfCode(row.code);
		if (type === undefined || !plausible(row, {type, end, limit})) {
			throw headerBroken(`tag ${row.tag} (type ${row.code}, count ${row.count}) cannot be`, offset + place);
		}

		const begin = dataAt + row.offset;
		const values = bytes.subarray(begin, dataAt + limit);
		const {entry, length} = decodeValues({tag: row.tag, type, count: row.count}, values, offset + begin);
		entries.push(entry);
		end = row.offset + length;
	}

	return entries;
}

function plausible(row: Row, {type, end, limit}: {type: HeaderEntry['type']; end: number; limit: number}): boolean {
	const {width, align} = headerType(type);
	return (
		row.tag >= firstTag &&
		row.count >= 1 &&
		(type === 'bytes' || row.count <= headerLimits.values) &&
		(type !== 'string' || row.count === 1) &&
		row.offset >= end &&
		row.offset % align === 0 &&
		row.offset + row.count * Math.max(width, 1) <= limit
	);
}

/** How many rows of the index the region spans, its own included, and where its trailer stands in the data. */
function decodeRegion(
	view: DataView,
	header: {region: number; tags: number; data: number; dataAt: number; offset: number},
): {tags: number; trailerAt: number} {
	const row = rowAt(view, introSize);
	const code = headerType('bytes').code;
	const fits = row.offset >= 0 && row.offset + indexSize <= header.data;
	if (row.tag !== header.region || row.code !== code || row.count !== indexSize || !fits) {
		throw headerBroken(`a header does not begin with region ${header.region}`, header.offset + introSize);
	}

	const trailer = rowAt(view, header.dataAt + row.offset);
	const tags = -trailer.offset / indexSize;
	if (trailer.code !== code || !Number.isInteger(tags) || tags < 1 || tags > header.tags) {
		throw headerBroken('the trailer of a region is wrong', header.offset + header.dataAt + row.offset);
	}

	return {tags, trailerAt: row.offset};
}

/** One row of the index, four numbers of 32 bits. */
interface Row {
	readonly tag: number;
	readonly code: number;
	/** From the start of the data. */
	readonly offset: number;
	readonly count: number;
}

function putRow(target: Buffer, at: number, row: Row): void {
	target.writeInt32BE(row.tag, at);
	target.writeInt32BE(row.code, at + 4);
	target.writeInt32BE(row.offset, at + 8);
	target.writeInt32BE(row.count, at + 12);
}

function rowAt(view: DataView, at: number): Row {
	return {
		tag: view.getInt32(at),
		code: view.getInt32(at + 4),
		offset: view.getInt32(at + 8),
		count: view.getInt32(at + 12),
	};
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
