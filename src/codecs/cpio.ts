/**
 * The payload of an rpm: cpio «newc», and rpm's own short form for packages with a file of 4 GiB or more.
 * Sources: cpio(5) of libarchive, lib/cpio.c of rpm.
 */
import {ArtifactError} from '../model/errors.ts';

/** What stands before the bytes of a member. */
export type CpioHeader =
	| {
			readonly kind: 'member';
			/** As stored, such as `./opt/app/bin/app`. */
			readonly name: string;
			/** With the bits of the file's type, as stat(2) gives it. */
			readonly mode: number;
			/** In bytes, below 4 GiB. */
			readonly size: number;
			readonly inode: number;
			readonly links: number;
			/** Seconds since 1970 UTC. */
			readonly mtime: number;
	  }
	/** rpm's short form: the member is the file at `index` of the package's header, which knows the rest. */
	| {readonly kind: 'index'; readonly index: number}
	| {readonly kind: 'trailer'};

const trailerName = 'TRAILER!!!';
const memberMagic = '070701';
/** With checksums, which rpm reads too, and ignores. */
const checksumMagic = '070702';
const indexMagic = '07070X';
const memberSize = 110;
const indexHeaderSize = 14;
/** From this size (bytes) on a file does not fit a member; rpm then writes the whole payload in its short form. */
export const cpioSizeLimit: number = 0xff_ff_ff_ff;
/** In bytes with the NUL; rpm reads no longer name. */
export const cpioNameLimit: number = 4096;

/** Whether bytes begin as an archive in one of these forms does. */
export function isCpio(bytes: Uint8Array): boolean {
	const magic = Buffer.from(bytes.subarray(0, 6)).toString('latin1');
	return [memberMagic, checksumMagic, indexMagic].includes(magic);
}

/** Bytes of zeros that follow a header or a content which ends at `length` of the archive. */
export function cpioPadding(length: number): number {
	return (4 - (length % 4)) % 4;
}

/**
 * The bytes of a header, padding included; it begins at a multiple of 4 of the archive, and so ends at one.
 * Throws a RangeError where a number does not fit its field: the caller chooses the form beforehand.
 */
export function encodeCpioHeader(header: CpioHeader): Buffer {
	switch (header.kind) {
		case 'index':
			return padded(Buffer.from(indexMagic + field(header.index)));
		case 'trailer':
			return member({name: trailerName, mode: 0, size: 0, inode: 0, links: 1, mtime: 0});
		case 'member':
			return member(header);
	}
}

function member(header: Omit<CpioHeader & {kind: 'member'}, 'kind'>): Buffer {
	const name = Buffer.from(`${header.name}\0`);
	const fields = [
		...[header.inode, header.mode, 0, 0, header.links, header.mtime, header.size],
		// Device of the file, device that it is, each major and minor: rpm writes zeros.
		...[0, 0, 0, 0],
		...[name.length, 0],
	];
	return padded(Buffer.concat([Buffer.from(memberMagic + fields.map(field).join('')), name]));
}

function field(value: number): string {
	if (!Number.isInteger(value) || value < 0 || value > 0xff_ff_ff_ff) {
		throw new RangeError(`${value} does not fit a field of cpio`);
	}

	return value.toString(16).padStart(8, '0');
}

function padded(bytes: Buffer): Buffer {
	return Buffer.concat([bytes, Buffer.alloc(cpioPadding(bytes.length))]);
}

/**
 * Reads the header that begins at `bytes`, which stands at `offset` of the archive, and says how many bytes it takes,
 * padding included; undefined where `bytes` ends before it does.
 * Throws an ArtifactError (RPM_PAYLOAD_BROKEN).
 */
export function decodeCpioHeader(
	bytes: Uint8Array,
	offset: number,
): {readonly header: CpioHeader; readonly length: number} | undefined {
	const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const magic = source.toString('latin1', 0, 6);
	if (source.length < indexHeaderSize) {
		return;
	}

	if (magic === indexMagic) {
		return complete(source, {kind: 'index', index: decodeField(source, 0, offset)}, indexHeaderSize);
	}

	if (magic !== memberMagic && magic !== checksumMagic) {
		throw broken('a member of the payload does not begin with a magic of cpio', offset);
	}

	return source.length < memberSize ? undefined : decodeMember(source, offset);
}

function decodeMember(source: Buffer, offset: number): {header: CpioHeader; length: number} | undefined {
	const numberAt = (at: number) => decodeField(source, at, offset);
	const nameSize = numberAt(11);
	if (nameSize < 1 || nameSize > cpioNameLimit) {
		throw broken(`a name in the payload is ${nameSize} bytes long`, offset);
	}

	const length = memberSize + nameSize;
	if (source.length < length) {
		return;
	}

	const name = source.toString('utf8', memberSize, length - 1);
	if (source[length - 1] !== 0 || name.includes('\0')) {
		throw broken('a name in the payload does not end where it should', offset + memberSize);
	}

	const header: CpioHeader =
		name === trailerName
			? {kind: 'trailer'}
			: {
					kind: 'member',
					name,
					inode: numberAt(0),
					mode: numberAt(1),
					links: numberAt(4),
					mtime: numberAt(5),
					size: numberAt(6),
				};
	return complete(source, header, length);
}

function complete(source: Buffer, header: CpioHeader, length: number) {
	const whole = length + cpioPadding(length);
	return source.length < whole ? undefined : {header, length: whole};
}

function decodeField(source: Buffer, at: number, offset: number): number {
	const place = 6 + at * 8;
	const text = source.toString('latin1', place, place + 8);
	if (!/^[\da-f]{8}$/i.test(text)) {
		throw broken(`${JSON.stringify(text)} stands where cpio has a hexadecimal number`, offset + place);
	}

	return Number.parseInt(text, 16);
}

function broken(message: string, offset: number): ArtifactError {
	return new ArtifactError(`${message} (byte ${offset} of the payload)`, {
		code: 'RPM_PAYLOAD_BROKEN',
		format: 'rpm',
		offset,
		reading: true,
		hint: 'the file is damaged: fetch or build it again',
	});
}
