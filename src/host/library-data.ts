import {readFileSync, statSync} from 'node:fs';
import {zstdDecompressSync} from 'node:zlib';
import type {HostPath} from '../model/paths.ts';
import {packagedFile} from './data-file.ts';
import {unpacked} from './unpack.ts';

/** In bytes: all of a table comes out in one piece, rather than in pieces and then once more together. */
const largestTable = 8 * 1024 * 1024;

/**
 * The table of a distribution's libraries that comes with venvpack, as `npm run library-data` made it; undefined where there is
 * none for that target, such as `el9`.
 */
export function libraryData(target: string): Uint8Array | undefined {
	const file = tableFile(target);
	return file && zstdDecompressSync(readFileSync(file), {chunkSize: largestTable});
}

/**
 * The same table, of which only the heading and the lines of some libraries are kept: all of it has 5 MB. Undefined where
 * there is none for that target.
 */
export async function libraryLines(target: string, sonames: ReadonlySet<string>): Promise<Uint8Array | undefined> {
	const file = tableFile(target);
	if (file === undefined) {
		return undefined;
	}

	const kept: Buffer[] = [];
	const keep = (line: Buffer) => {
		if (kept.length === 0 || sonames.has(line.toString('utf8', 0, line.indexOf(' ')))) {
			kept.push(Buffer.from(line));
		}
	};
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of unpacked({file, start: 0, length: statSync(file).size, compression: 'zstd'})) {
		rest = eachLine(Buffer.concat([rest, chunk]), keep);
	}

	return Buffer.concat(kept);
}

/** Gives each whole line to `take`, with its line break. Returns what is left. */
function eachLine(text: Buffer, take: (line: Buffer) => void): Buffer {
	let at = 0;
	for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
		take(text.subarray(at, end + 1));
		at = end + 1;
	}

	return text.subarray(at);
}

function tableFile(target: string): HostPath | undefined {
	return packagedFile(`data/libraries/${target}.txt.zst`);
}
