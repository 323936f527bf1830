import {isUtf8} from 'node:buffer';

/** Of a nesting that nobody writes by hand: each level costs a call. */
const deepest = 2500;

/**
 * Reads JSON piece by piece where its bytes stand, for documents of strangers: nothing is built of what is passed over, and
 * whoever reads hears of a key that comes twice. Its methods throw a SyntaxError that names the byte.
 */
export class JsonScanner {
	readonly #bytes: Buffer;
	#at = 0;
	#depth = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	/** In bytes from the start. */
	get position(): number {
		return this.#at;
	}

	/** The first byte of the next value, as a character; empty at the end. */
	peek(): string {
		this.#space();
		const byte = this.#bytes[this.#at];
		return byte === undefined ? '' : String.fromCharCode(byte);
	}

	/** Reads an object: `each` hears of every key, and reads its value. */
	object(each: (key: string) => void): void {
		this.#deeper(() => {
			this.#expect('{');
			if (this.peek() === '}') {
				this.#at++;
				return;
			}

			for (;;) {
				const key = this.string();
				this.#expect(':');
				each(key);
				if (!this.#more('}')) {
					return;
				}
			}
		});
	}

	/** Reads a list: `each` reads an item. */
	array(each: () => void): void {
		this.#deeper(() => {
			this.#expect('[');
			if (this.peek() === ']') {
				this.#at++;
				return;
			}

			do {
				each();
			} while (this.#more(']'));
		});
	}

	string(): string {
		const start = this.#stringStart();
		const end = this.#stringEnd(start);
		const raw = this.#bytes.subarray(start, end);
		this.#at = end + 1;
		if (!isUtf8(raw)) {
			throw this.#wrong('text that is not UTF-8', start);
		}

		return raw.includes(0x5c) ? this.#unescaped(raw, start) : raw.toString();
	}

	/** A whole number of at most 2^53 that is not negative. */
	integer(): number {
		const start = this.#token();
		const text = this.#bytes.toString('latin1', start, this.#at);
		const value = Number(text);
		if (!/^(?:0|[1-9]\d{0,15})$/.test(text) || !Number.isSafeInteger(value)) {
			throw this.#wrong(`${JSON.stringify(text.slice(0, 40))} instead of a whole number`, start);
		}

		return value;
	}

	boolean(): boolean {
		const start = this.#token();
		const text = this.#bytes.toString('latin1', start, this.#at);
		if (text !== 'true' && text !== 'false') {
			throw this.#wrong(`${JSON.stringify(text.slice(0, 40))} instead of true or false`, start);
		}

		return text === 'true';
	}

	/** Passes over a value of any kind. */
	skip(): void {
		switch (this.peek()) {
			case '{':
				this.object(() => this.skip());
				break;
			case '[':
				this.array(() => this.skip());
				break;
			case '"':
				this.#at = this.#stringEnd(this.#stringStart()) + 1;
				break;
			default:
				this.#word();
		}
	}

	/** Nothing but space may follow. */
	end(): void {
		if (this.peek() !== '') {
			throw this.#wrong('something after the end', this.#at);
		}
	}

	#deeper(read: () => void): void {
		if (this.#depth === deepest) {
			throw this.#wrong(`more than ${deepest} levels`, this.#at);
		}

		this.#depth++;
		read();
		this.#depth--;
	}

	/** Whether another item follows; else the end is taken. */
	#more(close: string): boolean {
		const next = this.peek();
		if (next !== ',' && next !== close) {
			throw this.#wrong(`no "," and no "${close}"`, this.#at);
		}

		this.#at++;
		return next === ',';
	}

	#expect(character: string): void {
		if (this.peek() !== character) {
			throw this.#wrong(`no "${character}"`, this.#at);
		}

		this.#at++;
	}

	#space(): void {
		const bytes = this.#bytes;
		for (
			let byte = bytes[this.#at];
			byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
			byte = bytes[this.#at]
		) {
			this.#at++;
		}
	}

	#stringStart(): number {
		this.#expect('"');
		return this.#at;
	}

	/** Where the quote stands that ends the text. */
	#stringEnd(start: number): number {
		const bytes = this.#bytes;
		for (let at = start; at < bytes.length; at++) {
			const byte = bytes[at] ?? 0;
			if (byte === 0x22) {
				return at;
			}

			if (byte < 0x20) {
				throw this.#wrong('a control character in a text', at);
			}

			at += byte === 0x5c ? 1 : 0;
		}

		throw this.#wrong('a text without an end', start);
	}

	#unescaped(raw: Buffer, start: number): string {
		let text: unknown;
		try {
			text = JSON.parse(`"${raw.toString()}"`);
		} catch {
			// Told below.
		}

		if (typeof text !== 'string' || !text.isWellFormed()) {
			throw this.#wrong('a text with a wrong escape', start);
		}

		return text;
	}

	#word(): void {
		const start = this.#token();
		const text = this.#bytes.toString('latin1', start, Math.min(this.#at, start + 400));
		if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) {
			throw this.#wrong(`${JSON.stringify(text.slice(0, 40))} instead of a value`, start);
		}
	}

	/** Passes over letters and digits. Returns where they begin. */
	#token(): number {
		this.#space();
		const start = this.#at;
		const bytes = this.#bytes;
		for (let byte = bytes[this.#at]; byte !== undefined && isWordByte(byte); byte = bytes[this.#at]) {
			this.#at++;
		}

		return start;
	}

	#wrong(what: string, at: number): SyntaxError {
		return new SyntaxError(`${what} at byte ${at}`);
	}
}

/** Letters, digits, `+`, `-`, `.`: whatever JSON writes without quotes. */
function isWordByte(byte: number): boolean {
	return (
		(byte >= 0x30 && byte <= 0x39) ||
		(byte >= 0x61 && byte <= 0x7a) ||
		(byte >= 0x41 && byte <= 0x5a) ||
		byte === 0x2b ||
		byte === 0x2d ||
		byte === 0x2e
	);
}
