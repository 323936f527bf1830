import {countAt, endOf, flagRef, kinds, memberCounts, type Stream} from './marshal-stream.ts';

/** What is written while the members of frozensets change places, and with them who is first and who refers. */
interface Rewriting {
	readonly stream: Stream;
	/** Where an object that is referred to begins → its new number, once it was written. */
	readonly numbers: Map<number, number>;
	/** Write every object whole, without flags and references: what orders the members of a set. */
	readonly whole: boolean;
	out: Uint8Array;
	length: number;
}

/** Writes the object of a stream anew, with the members of frozensets sorted, and flags and references to fit. */
export function rewrite(stream: Stream): Uint8Array {
	const out = new Uint8Array(stream.bytes.length);
	const rewriting: Rewriting = {stream, numbers: new Map(), whole: false, out, length: 0};
	copy(rewriting, 0);
	return rewriting.out.subarray(0, rewriting.length);
}

/** Writes the object that begins at `begin`, and returns where it ends. */
function copy(to: Rewriting, begin: number): number {
	const {bytes, view, flagged, uses} = to.stream;
	const byte = bytes[begin] ?? 0;
	if (byte === kinds.ref) {
		copyShared(to, flagged[view.getUint32(begin + 1, true)] ?? 0);
		return begin + 5;
	}

	const referred = byte & flagRef && (uses[indexOf(flagged, begin)] ?? 0) > 0;
	return referred ? copyShared(to, begin) : copyPlain(to, begin, 0);
}

/** Writes an object that stands at several places: whole at the first of them, a reference at the others. */
function copyShared(to: Rewriting, begin: number): number {
	if (to.whole) {
		return copyPlain(to, begin, 0);
	}

	const number = to.numbers.get(begin);
	if (number === undefined) {
		to.numbers.set(begin, to.numbers.size);
		return copyPlain(to, begin, flagRef);
	}

	const reference = new Uint8Array(5);
	reference[0] = kinds.ref;
	new DataView(reference.buffer).setUint32(1, number, true);
	append(to, reference);
	return endOf(to.stream, begin);
}

function copyPlain(to: Rewriting, begin: number, flag: number): number {
	const {bytes, layout} = to.stream;
	const type = (bytes[begin] ?? 0) & ~flagRef;
	append(to, Uint8Array.of(type | flag));
	const width = memberCounts[type] ?? -1;
	if (width >= 0) {
		const reader = {...to.stream, at: begin + 1};
		const count = countAt(reader, width);
		append(to, bytes.subarray(begin + 1, reader.at));
		return type === kinds.frozenset ? copySorted(to, reader.at, count) : copyAll(to, reader.at, count);
	}

	if (type === kinds.code) {
		const objects = begin + 1 + 4 * layout.numbers;
		append(to, bytes.subarray(begin + 1, objects));
		const line = copyAll(to, objects, layout.objects);
		append(to, bytes.subarray(line, line + 4));
		return copyAll(to, line + 4, layout.tables);
	}

	const end = endOf(to.stream, begin);
	append(to, bytes.subarray(begin + 1, end));
	return end;
}

function copyAll(to: Rewriting, begin: number, count: number): number {
	let at = begin;
	for (let done = 0; done < count; done++) {
		at = copy(to, at);
	}

	return at;
}

function copySorted(to: Rewriting, begin: number, count: number): number {
	const members: Array<{at: number; key: Uint8Array}> = [];
	let at = begin;
	for (let done = 0; done < count; done++) {
		const key: Rewriting = {...to, whole: true, out: new Uint8Array(64), length: 0};
		const end = copy(key, at);
		members.push({at, key: key.out.subarray(0, key.length)});
		at = end;
	}

	for (const member of members.sort((one, other) => compare(one.key, other.key))) {
		copy(to, member.at);
	}

	return at;
}

function append(to: Rewriting, part: Uint8Array): void {
	if (to.length + part.length > to.out.length) {
		const larger = new Uint8Array(2 * (to.length + part.length));
		larger.set(to.out.subarray(0, to.length));
		to.out = larger;
	}

	to.out.set(part, to.length);
	to.length += part.length;
}

/** The place of a number in a rising list. */
function indexOf(list: readonly number[], wanted: number): number {
	let low = 0;
	let high = list.length - 1;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((list[middle] ?? 0) < wanted) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}

	return low;
}

function compare(one: Uint8Array, other: Uint8Array): number {
	const length = Math.min(one.length, other.length);
	for (let at = 0; at < length; at++) {
		const difference = (one[at] ?? 0) - (other[at] ?? 0);
		if (difference !== 0) {
			return difference;
		}
	}

	return one.length - other.length;
}
