/** How an interpreter decides whether a pyc still fits its source: PEP 552. */
export type Validation =
	/** By the source's time (seconds since 1970, modulo 2^32) and size. */
	| {readonly kind: 'timestamp'; readonly mtime: number; readonly size: number}
	/** By the source's hash (8 bytes); `checked`: at every import, else never. */
	| {readonly kind: 'hash'; readonly hash: Uint8Array; readonly checked: boolean};

export interface Pyc {
	/** Four bytes: which bytecode this is. */
	readonly magic: Uint8Array;
	readonly validation: Validation;
	/** A code object in the marshal format. */
	readonly code: Uint8Array;
}

/** Bytes before the code, since Python 3.7. */
export const pycHeaderSize: number = 16;

/** Reads a pyc of Python 3.7 or later. Throws a RangeError where the header is cut short or has unknown flags. */
export function decodePyc(bytes: Uint8Array): Pyc {
	if (bytes.length < pycHeaderSize) {
		throw new RangeError(`a pyc of ${bytes.length} bytes, shorter than its header of ${pycHeaderSize}`);
	}

	const view = new DataView(bytes.buffer, bytes.byteOffset, pycHeaderSize);
	const flags = view.getUint32(4, true);
	if (flags > 3 || flags === 2) {
		throw new RangeError(`a pyc with the unknown flags ${flags}`);
	}

	return {
		magic: bytes.subarray(0, 4),
		validation:
			flags === 0
				? {kind: 'timestamp', mtime: view.getUint32(8, true), size: view.getUint32(12, true)}
				: {kind: 'hash', hash: bytes.subarray(8, 16), checked: flags === 3},
		code: bytes.subarray(pycHeaderSize),
	};
}

/** Writes a pyc. Throws a RangeError where magic or hash have another length than four and eight bytes. */
export function encodePyc(pyc: Pyc): Uint8Array {
	const bytes = new Uint8Array(pycHeaderSize + pyc.code.length);
	const view = new DataView(bytes.buffer);
	put(bytes, {at: 0, length: 4}, pyc.magic);
	if (pyc.validation.kind === 'timestamp') {
		view.setUint32(8, pyc.validation.mtime, true);
		view.setUint32(12, pyc.validation.size, true);
	} else {
		view.setUint32(4, pyc.validation.checked ? 3 : 1, true);
		put(bytes, {at: 8, length: 8}, pyc.validation.hash);
	}

	bytes.set(pyc.code, pycHeaderSize);
	return bytes;
}

function put(bytes: Uint8Array, field: {at: number; length: number}, value: Uint8Array): void {
	if (value.length !== field.length) {
		throw new RangeError(`${value.length} bytes for a field of ${field.length}`);
	}

	bytes.set(value, field.at);
}
