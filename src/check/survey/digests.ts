import type {InstallPath} from '../../model/paths.ts';
import type {Places} from '../../model/places.ts';

/** Of sha256, in bytes. */
const width = 32;

/** The sha256 of files of a tree, in one piece of memory: a tree may have very many. */
export class Digests {
	readonly #places: Places;
	readonly #bytes: Buffer;
	readonly #known: Uint8Array;

	constructor(places: Places, entries: number) {
		this.#places = places;
		this.#bytes = Buffer.alloc(entries * width);
		this.#known = new Uint8Array(entries);
	}

	/** `sha256` in hexadecimal. */
	set(path: InstallPath, sha256: string): void {
		const at = this.#places.indexOf(path);
		if (at >= 0) {
			this.#bytes.write(sha256, at * width, width, 'hex');
			this.#known[at] = 1;
		}
	}

	/** Hexadecimal; undefined for what was not set. */
	get(path: InstallPath): string | undefined {
		const at = this.#places.indexOf(path);
		return this.#known[at] === 1 ? this.#bytes.toString('hex', at * width, (at + 1) * width) : undefined;
	}
}
