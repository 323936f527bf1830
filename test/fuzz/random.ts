/** Numbers that depend on a seed alone, so that a mutant can be made again. */
export class Random {
	#state: number;

	constructor(seed: string) {
		// FNV-1a.
		let hash = 0x81_1c_9d_c5;
		for (const char of seed) {
			hash = Math.imul(hash ^ char.charCodeAt(0), 0x01_00_01_93);
		}

		this.#state = hash >>> 0;
	}

	/** At least 0, less than `limit`. Source: mulberry32. */
	below(limit: number): number {
		this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
	}

	chance(percent: number): boolean {
		return this.below(100) < percent;
	}

	pick<Item>(items: readonly Item[]): Item {
		const item = items[this.below(items.length)];
		if (item === undefined) {
			throw new RangeError('there is nothing to pick');
		}

		return item;
	}

	bytes(length: number): Buffer {
		return Buffer.from(Array.from({length}, () => this.below(256)));
	}
}
