import {existsSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {zstdDecompressSync} from 'node:zlib';

/** In bytes: all of a table comes out in one piece, rather than in pieces and then once more together. */
const largestTable = 8 * 1024 * 1024;

/**
 * The table of a distribution's libraries that comes with venvpack, as `npm run library-data` made it; undefined where there is
 * none for that target, such as `el9`.
 */
export function libraryData(target: string): Uint8Array | undefined {
	// Below src/ in the checkout, below dist/src/ in the package.
	for (const above of ['../../data', '../../../data']) {
		const file = fileURLToPath(new URL(`${above}/libraries/${target}.txt.zst`, import.meta.url));
		if (existsSync(file)) {
			return zstdDecompressSync(readFileSync(file), {chunkSize: largestTable});
		}
	}

	return undefined;
}
