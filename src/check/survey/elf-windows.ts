import {type ElfPart, type ElfParts, type ElfRange, ElfUnread} from '../../codecs/elf-bytes.ts';

/** Files up to this many bytes are kept whole while they are read; of larger ones, this much of the beginning. */
export const headSize: number = 2 * 1024 * 1024;
/** The bytes beyond the head that a file may ask for, all together. */
const mostWanted = 8 * 1024 * 1024;
/** Readings of one file: header, dynamic section, strings and versions, names of versions, and some long names. */
const mostReadings = 8;

interface Window {
	readonly start: number;
	readonly bytes: Buffer;
}

/**
 * What a question about a file needs of it, gathered while it comes by once. What turns out to be needed only after it has
 * passed is gathered when the file is read again: loaders' tables mostly lie at the beginning or behind what names them.
 */
export class ElfWindows<Answer> {
	readonly #size: number;
	readonly #head: Buffer;
	readonly #ask: (parts: ElfParts) => Answer;
	/** All that was asked for beyond the head, in this reading and those before. */
	readonly #ranges: ElfRange[] = [];
	#windows: Window[] = [];
	#position = 0;
	#readings = 0;
	#late = false;
	#answer: {readonly value: Answer} | undefined;

	/** `head` is of `headSize` bytes, and may be lent to one file after the other. What `ask` throws is thrown by `push` and `end`. */
	constructor(size: number, head: Buffer, ask: (parts: ElfParts) => Answer) {
		this.#size = size;
		this.#head = head;
		this.#ask = ask;
		this.#begin();
	}

	push(chunk: Uint8Array): void {
		for (let at = 0; at < chunk.length && !this.#answer; ) {
			const stop = this.#nextStop();
			const piece = chunk.subarray(at, at + stop - this.#position);
			this.#keep(piece);
			this.#position += piece.length;
			at += piece.length;
			if (this.#position === stop && this.#position < this.#size && !this.#late) {
				this.#try();
			}
		}
	}

	/** The file is at its end. Undefined: it has to be read again, from its beginning. */
	end(): {readonly value: Answer} | undefined {
		if (!this.#answer && !this.#late) {
			this.#try();
		}

		if (!this.#answer) {
			this.#begin();
		}

		return this.#answer;
	}

	#begin(): void {
		this.#readings++;
		this.#position = 0;
		this.#late = false;
		this.#windows = this.#ranges.map(windowOf);
		if (this.#readings > mostReadings) {
			throw new RangeError('it sends whoever reads it from one place to the next');
		}
	}

	/** Where what was asked for is complete. */
	#nextStop(): number {
		const ends = [Math.min(this.#size, headSize), ...this.#windows.map(({start, bytes}) => start + bytes.length)];
		const ahead = ends.filter(end => end > this.#position);
		return ahead.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ahead);
	}

	#keep(piece: Uint8Array): void {
		if (this.#position < headSize) {
			this.#head.set(piece.subarray(0, headSize - this.#position), this.#position);
		}

		for (const {start, bytes} of this.#windows) {
			const from = Math.max(start, this.#position);
			const to = Math.min(start + bytes.length, this.#position + piece.length);
			if (from < to) {
				bytes.set(piece.subarray(from - this.#position, to - this.#position), from - start);
			}
		}
	}

	#try(): void {
		const parts: ElfPart[] = [
			{start: 0, bytes: this.#head.subarray(0, Math.min(this.#position, headSize))},
			...this.#windows.filter(({start, bytes}) => start + bytes.length <= this.#position),
		];
		try {
			this.#answer = {value: this.#ask({size: this.#size, parts})};
		} catch (error) {
			if (!(error instanceof ElfUnread)) {
				throw error;
			}

			this.#want(error.ranges);
		}
	}

	#want(ranges: readonly ElfRange[]): void {
		this.#ranges.push(...ranges);
		if (this.#ranges.reduce((sum, {length}) => sum + length, 0) > mostWanted) {
			throw new RangeError('its tables are too large to be looked at');
		}

		this.#windows.push(...ranges.map(windowOf));
		this.#late ||= ranges.some(({start}) => start < this.#position);
	}
}

function windowOf({start, length}: ElfRange): Window {
	return {start, bytes: Buffer.alloc(length)};
}
