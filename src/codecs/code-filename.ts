import {fixedSizes, flagRef, kinds, layoutOf, memberCounts, textLengths} from './marshal-stream.ts';

/** What is read over, and where texts lie that later references may name. */
interface Reading {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	readonly numbers: number;
	at: number;
	/** Of each flagged object, where it begins. */
	readonly flagged: number[];
	depth: number;
}

/** Which of a code object's members the file name is: code, consts, names and three more before 3.11, two since. */
const before: Readonly<Record<number, number>> = {6: 6, 5: 5};
/** Of CPython's own reader (MAX_MARSHAL_STACK_DEPTH); what lies deeper no interpreter reads. */
const deepest = 2000;

/**
 * The co_filename of a module's code object, marshalled by Python `minor` (such as `3.11`): where a traceback says that
 * the code comes from. Throws a RangeError where the stream is cut short, or holds what no known version writes.
 */
export function codeFilename(bytes: Uint8Array, minor: string): string {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const {numbers} = layoutOf(minor);
	const reading: Reading = {bytes, view, numbers, at: 0, flagged: [], depth: 0};
	const type = bytes[0] ?? 0;
	if ((type & ~flagRef) !== kinds.code) {
		throw new RangeError(`a marshalled object of type 0x${type.toString(16)} is no code`);
	}

	if (type & flagRef) {
		reading.flagged.push(0);
	}

	reading.at = 1 + 4 * numbers;
	for (let member = 0; member < (before[numbers] ?? 0); member++) {
		pass(reading);
	}

	return textAt(reading, reading.at);
}

function textAt(reading: Reading, begin: number): string {
	const {bytes, view} = reading;
	const type = (bytes[begin] ?? 0) & ~flagRef;
	if (type === kinds.ref) {
		const index = view.getUint32(begin + 1, true);
		const place = reading.flagged[index];
		if (place === undefined || place >= begin || ((bytes[place] ?? 0) & ~flagRef) === kinds.ref) {
			throw new RangeError(`a marshalled reference at ${begin} to object ${index}, which is yet to come`);
		}

		return textAt(reading, place);
	}

	const width = textLengths[type] ?? -1;
	if (width < 0) {
		throw new RangeError(`a file name of the marshalled type 0x${type.toString(16)}`);
	}

	const length = width === 1 ? view.getUint8(begin + 1) : view.getUint32(begin + 1, true);
	const start = begin + 1 + width;
	if (start + length > bytes.length) {
		throw new RangeError(`a marshalled text of ${length} bytes is cut short`);
	}

	return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8');
}

/** Reads over one object. */
function pass(reading: Reading): void {
	const {bytes, view} = reading;
	const begin = reading.at++;
	const byte = bytes[begin];
	if (byte === undefined || ++reading.depth > deepest) {
		throw new RangeError(`a marshalled object is cut short at ${begin} bytes`);
	}

	if (byte & flagRef) {
		reading.flagged.push(begin);
	}

	const type = byte & ~flagRef;
	const fixed = fixedSizes[type] ?? -1;
	const width = textLengths[type] ?? -1;
	if (fixed >= 0) {
		reading.at += fixed;
	} else if (width > 0) {
		reading.at += width + (width === 1 ? view.getUint8(reading.at) : view.getUint32(reading.at, true));
	} else {
		passMembers(reading, type);
	}

	reading.depth--;
}

function passMembers(reading: Reading, type: number): void {
	const {view, numbers} = reading;
	const width = memberCounts[type] ?? -1;
	if (width >= 0) {
		const at = reading.at;
		reading.at += width;
		passAll(reading, width === 0 ? 3 : width === 1 ? view.getUint8(at) : view.getUint32(at, true));
	} else if (type === kinds.code) {
		reading.at += 4 * numbers;
		// Objects, the first line, and one or two tables.
		passAll(reading, 8);
		reading.at += 4;
		passAll(reading, numbers === 6 ? 1 : 2);
	} else if (type === kinds.long) {
		reading.at += 4 + 2 * Math.abs(view.getInt32(reading.at, true));
	} else {
		throw new RangeError(`a marshalled object of the unknown type 0x${type.toString(16)} at ${reading.at - 1}`);
	}
}

function passAll(reading: Reading, count: number): void {
	for (let done = 0; done < count; done++) {
		pass(reading);
	}
}
