/** Four 64-bit words as eight halves, low half first: numbers of 64 bits are several times as slow in JavaScript. */
type State = Int32Array<ArrayBuffer>;

/** Rounds after each word, and at the end. Python/pyhash.c: siphash13 since 3.11, siphash24 before. */
const rounds = (minor: string): readonly [each: number, last: number] =>
	Number(minor.split('.')[1]) < 11 ? [2, 4] : [1, 3];

/**
 * The hash of a source in the header of its pyc (PEP 552), as `_imp.source_hash` gives it: SipHash keyed with the magic
 * number. Bytes come in chunks of any size.
 */
export class SourceHash {
	readonly #state: State;
	readonly #rounds: readonly [each: number, last: number];
	/** Bytes that do not fill a word yet. */
	readonly #rest: Uint8Array = new Uint8Array(8);
	#held = 0;
	#length = 0;

	/** `magic`: all four bytes of the pyc's magic. `minor`: of the interpreter, such as `3.11`. */
	constructor(magic: Uint8Array, minor: string) {
		const key = new DataView(magic.buffer, magic.byteOffset, 4).getInt32(0, true);
		// The constants spell «somepseudorandomlygeneratedbytes»; the upper half of the key is 0.
		this.#state = Int32Array.of(
			...[0x70_73_65_75 ^ key, 0x73_6f_6d_65, 0x6e_64_6f_6d, 0x64_6f_72_61],
			...[0x6e_65_72_61 ^ key, 0x6c_79_67_65, 0x79_74_65_73, 0x74_65_64_62],
		);
		this.#rounds = rounds(minor);
	}

	update(bytes: Uint8Array): void {
		this.#length += bytes.length;
		let at = 0;
		if (this.#held > 0) {
			at = Math.min(8 - this.#held, bytes.length);
			this.#rest.set(bytes.subarray(0, at), this.#held);
			this.#held += at;
			if (this.#held < 8) {
				return;
			}

			absorb(this.#state, this.#rest, this.#rounds[0]);
		}

		const whole = at + ((bytes.length - at) & ~7);
		absorb(this.#state, bytes.subarray(at, whole), this.#rounds[0]);
		this.#rest.set(bytes.subarray(whole));
		this.#held = bytes.length - whole;
	}

	/** The eight bytes. */
	digest(): Uint8Array {
		const state = this.#state;
		this.#rest.fill(0, this.#held);
		this.#rest[7] = this.#length;
		absorb(state, this.#rest, this.#rounds[0]);
		state[4] = at(state, 4) ^ 0xff;
		turn(state, this.#rounds[1]);
		const hash = new Uint8Array(8);
		const view = new DataView(hash.buffer);
		view.setInt32(0, at(state, 0) ^ at(state, 2) ^ at(state, 4) ^ at(state, 6), true);
		view.setInt32(4, at(state, 1) ^ at(state, 3) ^ at(state, 5) ^ at(state, 7), true);
		return hash;
	}
}

/** Takes in words of eight bytes, a whole number of them. */
function absorb(state: State, bytes: Uint8Array, each: number): void {
	for (let word = 0; word + 8 <= bytes.length; word += 8) {
		const low = quad(bytes, word);
		const high = quad(bytes, word + 4);
		state[6] = at(state, 6) ^ low;
		state[7] = at(state, 7) ^ high;
		turn(state, each);
		state[0] = at(state, 0) ^ low;
		state[1] = at(state, 1) ^ high;
	}
}

function quad(bytes: Uint8Array, from: number): number {
	return (
		(bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16) | ((bytes[from + 3] ?? 0) << 24)
	);
}

/** SipRounds: Aumasson and Bernstein, «SipHash: a fast short-input PRF», section 2.2. */
function turn(state: State, times: number): void {
	let [a, aHigh, b, bHigh] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
	let [c, cHigh, d, dHigh] = [at(state, 4), at(state, 5), at(state, 6), at(state, 7)];
	let low = 0;
	for (let done = 0; done < times; done++) {
		low = (a + b) | 0;
		aHigh = (aHigh + bHigh + carry(low, a)) | 0;
		a = low;
		low = (b << 13) | (bHigh >>> 19);
		bHigh = ((bHigh << 13) | (b >>> 19)) ^ aHigh;
		b = low ^ a;
		low = aHigh;
		aHigh = a;
		a = low;

		low = (c + d) | 0;
		cHigh = (cHigh + dHigh + carry(low, c)) | 0;
		c = low;
		low = (d << 16) | (dHigh >>> 16);
		dHigh = ((dHigh << 16) | (d >>> 16)) ^ cHigh;
		d = low ^ c;

		low = (a + d) | 0;
		aHigh = (aHigh + dHigh + carry(low, a)) | 0;
		a = low;
		low = (d << 21) | (dHigh >>> 11);
		dHigh = ((dHigh << 21) | (d >>> 11)) ^ aHigh;
		d = low ^ a;

		low = (c + b) | 0;
		cHigh = (cHigh + bHigh + carry(low, c)) | 0;
		c = low;
		low = (b << 17) | (bHigh >>> 15);
		bHigh = ((bHigh << 17) | (b >>> 15)) ^ cHigh;
		b = low ^ c;
		low = cHigh;
		cHigh = c;
		c = low;
	}

	state[0] = a;
	state[1] = aHigh;
	state[2] = b;
	state[3] = bHigh;
	state[4] = c;
	state[5] = cHigh;
	state[6] = d;
	state[7] = dHigh;
}

/** Whether a sum of two 32-bit halves went over. */
function carry(sum: number, part: number): number {
	return sum >>> 0 < part >>> 0 ? 1 : 0;
}

function at(state: State, index: number): number {
	return state[index] ?? 0;
}
