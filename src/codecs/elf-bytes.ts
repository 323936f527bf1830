import {ArtifactError} from '../model/errors.ts';

/** A run of bytes of a file. */
export interface ElfRange {
	/** In bytes from the start of the file. */
	readonly start: number;
	readonly length: number;
}

/** A run of bytes that is at hand. */
export interface ElfPart {
	readonly start: number;
	readonly bytes: Uint8Array;
}

/** A file of which only some parts are at hand, for one that is too large to be held. */
export interface ElfParts {
	/** Of the whole file, in bytes. */
	readonly size: number;
	readonly parts: readonly ElfPart[];
}

/** Thrown where an answer lies in bytes that are not at hand: get them, and ask again. Nobody outside sees it. */
export class ElfUnread extends Error {
	readonly ranges: readonly ElfRange[];

	constructor(ranges: readonly ElfRange[]) {
		super('more of this ELF file is needed');
		this.name = 'ElfUnread';
		this.ranges = ranges;
	}
}

/** All strings that are read from one file, in bytes; a damaged table must not name the same long one forever. */
const mostText = 4 * 1024 * 1024;

/** How much is asked for where a string of unknown length begins: PATH_MAX, which nearly none exceeds. */
const textWindow = 4096;

/** Whether bytes begin as an ELF file does. */
export function isElf(bytes: Uint8Array): boolean {
	return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * The bytes of an ELF file, with numbers read in its own size and order.
 * Throws an ArtifactError (ELF_DAMAGED) past the end, and ElfUnread for what is not at hand.
 */
export class ElfBytes {
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
	readonly length: number;
	readonly #parts: ReadonlyArray<{readonly start: number; readonly end: number; readonly bytes: Buffer}>;
	/** That which was read last. */
	#current: {readonly start: number; readonly end: number; readonly bytes: Buffer};
	#text = 0;

	constructor(source: Uint8Array | ElfParts) {
		const {size, parts} = source instanceof Uint8Array ? {size: source.length, parts: [wholeOf(source)]} : source;
		this.length = size;
		this.#parts = parts.map(({start, bytes}) => ({start, end: start + bytes.length, bytes: bufferOf(bytes)}));
		this.#current = this.#parts[0] ?? {start: 0, end: 0, bytes: Buffer.alloc(0)};
		const head = this.#bytes(0, Math.min(size, 16));
		const [bits = 0, order = 0] = head.subarray(4, 6);
		this.bits = bits === 2 ? 64 : 32;
		this.byteOrder = order === 2 ? 'big' : 'little';
		if (!isElf(head) || bits < 1 || bits > 2 || order < 1 || order > 2) {
			throw this.damaged('no ELF header', 0);
		}
	}

	half(at: number): number {
		const {bytes, start} = this.#holding(at, 2);
		return this.byteOrder === 'little' ? bytes.readUInt16LE(at - start) : bytes.readUInt16BE(at - start);
	}

	int(at: number): number {
		const {bytes, start} = this.#holding(at, 4);
		return this.byteOrder === 'little' ? bytes.readUInt32LE(at - start) : bytes.readUInt32BE(at - start);
	}

	/** As wide as an address. */
	word(at: number): number {
		if (this.bits === 32) {
			return this.int(at);
		}

		const {bytes, start} = this.#holding(at, 8);
		// Beyond 2^53 it is no offset of any file, and no tag that is looked at: not exact is good enough.
		return Number(this.byteOrder === 'little' ? bytes.readBigUInt64LE(at - start) : bytes.readBigUInt64BE(at - start));
	}

	/** A view of the bytes from `start` up to `end`. */
	slice(start: number, end: number): Uint8Array {
		return this.#bytes(start, Math.max(0, end - start));
	}

	/** The string up to a NUL before `end`. */
	text(at: number, end: number): {text: string; size: number} {
		const part = this.#holding(at, 1);
		const limit = Math.min(end, this.length);
		const from = at - part.start;
		const nul = part.bytes.subarray(from, Math.min(part.end, limit) - part.start).indexOf(0);
		if (nul < 0 && part.end < limit && part.end - at < mostText) {
			throw new ElfUnread([this.#window({start: at, length: Math.max(textWindow, (part.end - at) * 8)})]);
		}

		this.#text += nul;
		if (nul < 0 || this.#text > mostText) {
			throw this.damaged(nul < 0 ? 'a string without an end' : 'strings without an end', at);
		}

		return {text: part.bytes.toString('utf8', from, from + nul), size: nul};
	}

	/** Asks for several ranges in one go. Throws ElfUnread with all of them that are not at hand. */
	want(ranges: readonly ElfRange[]): void {
		const missing = ranges.map(range => this.#window(range)).filter(range => !this.#find(range.start, range.length));
		if (missing.length > 0) {
			throw new ElfUnread(missing);
		}
	}

	/** What to ask for where strings begin, as far as it is not at hand. */
	textsAt(places: readonly number[]): ElfRange[] {
		return places.filter(at => !this.#find(at, 1)).map(start => ({start, length: textWindow}));
	}

	damaged(what: string, offset: number): ArtifactError {
		return new ArtifactError(`this ELF file is damaged: ${what}, at byte ${offset}`, {
			code: 'ELF_DAMAGED',
			format: 'elf',
			offset,
			reading: true,
		});
	}

	/** Of a range, what the file has. */
	#window({start, length}: ElfRange): ElfRange {
		const from = Math.max(0, Math.min(start, this.length));
		return {start: from, length: Math.max(0, Math.min(length, this.length - from))};
	}

	#bytes(at: number, size: number): Buffer {
		const {bytes, start} = this.#holding(at, size);
		return bytes.subarray(at - start, at - start + size);
	}

	#holding(at: number, size: number): {readonly start: number; readonly end: number; readonly bytes: Buffer} {
		if (at >= this.#current.start && at + size <= this.#current.end) {
			return this.#current;
		}

		if (!(at >= 0 && at + size <= this.length)) {
			throw this.damaged(`${size} bytes are wanted beyond its ${this.length}`, at);
		}

		const found = this.#find(at, size);
		if (!found) {
			throw new ElfUnread([{start: at, length: size}]);
		}

		this.#current = found;
		return found;
	}

	#find(at: number, size: number): {readonly start: number; readonly end: number; readonly bytes: Buffer} | undefined {
		return this.#parts.find(part => at >= part.start && at + size <= part.end);
	}
}

function wholeOf(bytes: Uint8Array): ElfPart {
	return {start: 0, bytes};
}

function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
