import {endsComponent} from '../codecs/path-component.ts';
import type {Move} from '../model/moves.ts';
import {isWithin} from '../model/paths.ts';
import {isSharedFolder} from '../model/shared-folders.ts';

/** A place where a moved path stands. */
export interface Occurrence {
	readonly start: number;
	/** After the path that moves; what follows stays. */
	readonly end: number;
	readonly move: Move;
}

/** Every place in `bytes` that names what moves, in order, none over another; of equals the earlier move counts. */
export function occurrences(bytes: Buffer, moves: readonly Move[]): Occurrence[] {
	const found = moves.flatMap(move => placesOf(bytes, move)).sort((one, other) => one.start - other.start);
	const kept: Occurrence[] = [];
	for (const occurrence of found) {
		if (occurrence.start >= (kept.at(-1)?.end ?? 0)) {
			kept.push(occurrence);
		}
	}

	return kept;
}

function placesOf(bytes: Buffer, move: Move): Occurrence[] {
	const needle = Buffer.from(move.from);
	const places: Occurrence[] = [];
	for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
		if (endsComponent(bytes, at + needle.length) && !hasMoved(bytes, at, move)) {
			places.push({start: at, end: at + needle.length, move});
		}
	}

	return places;
}

/** A folder that moves into itself, such as /srv/app to /srv/app/venv: what another rule has moved stays. */
function hasMoved(bytes: Buffer, at: number, {from, to}: Move): boolean {
	if (!isWithin(to, from)) {
		return false;
	}

	const end = at + Buffer.byteLength(to);
	return bytes.subarray(at, end).equals(Buffer.from(to)) && endsComponent(bytes, end);
}

/** A text with every moved path replaced; undefined where there is none. */
export function moveText(bytes: Uint8Array, moves: readonly Move[]): Uint8Array | undefined {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const found = occurrences(buffer, moves);
	if (found.length === 0) {
		return undefined;
	}

	const parts: Uint8Array[] = [];
	let done = 0;
	for (const {start, end, move} of found) {
		parts.push(buffer.subarray(done, start), Buffer.from(replacement(buffer, end, move)));
		done = end;
	}

	return Buffer.concat([...parts, buffer.subarray(done)]);
}

/** What stands for the path that ends at `end`: the root is no text before a slash, and `/` by itself. */
function replacement(bytes: Uint8Array, end: number, move: Move): string {
	return move.to === '/' ? (bytes[end] === 0x2f ? '' : '/') : move.to;
}

/** One path moved; the very same text where no move fits. */
export function movePath(path: string, moves: readonly Move[]): string {
	const move = moves.find(({from}) => isWithin(path, from));
	if (!move || (isWithin(move.to, move.from) && isWithin(path, move.to))) {
		return path;
	}

	const rest = path.slice(move.from.length);
	return move.to === '/' ? rest || '/' : `${move.to}${rest}`;
}

/** The moves that may be made in any text: a folder that every machine has stands for that of the reader. */
export function textMoves(moves: readonly Move[]): readonly Move[] {
	return moves.filter(({from}) => !isSharedFolder(from));
}
