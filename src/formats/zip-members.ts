import {
	decodeLocalHeader,
	decodeZipDirectory,
	decodeZipEnd,
	localHeaderSize,
	type ZipEnd,
	type ZipHeader,
	type ZipMember,
	zipBroken,
	zipFlags,
} from '../codecs/zip.ts';
import {openStretch, type StretchFile} from '../host/stretch-file.ts';
import {ArtifactError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import type {Stretch} from '../model/tree.ts';
import type {ArtifactFile} from './reader.ts';

/** A member whose bytes lie where the archive says. */
export interface PlacedMember {
	readonly member: ZipMember;
	readonly stretch: Stretch;
}

const deflate = 8;
/** Deflate packs 258 bytes into two bits at best: 1,032 times. Beyond this a member claims what cannot be. */
const bestRatio = 1100;
const slack = 1024;
/** In bytes: a directory of a million members with names of 200 bytes. */
const directoryLimit = 256 * 1024 * 1024;
/** How much of the archive is read to see one local header; most need no more. */
const headerGuess = 256;

/**
 * The members of a zip archive, each with the place of its bytes.
 * Throws an ArtifactError: ZIP_BROKEN, ZIP_ENCRYPTED, ZIP_METHOD_UNKNOWN; a HostError (ARTIFACT_UNREADABLE).
 */
export function placeMembers(artifact: ArtifactFile): readonly PlacedMember[] {
	const {file, size, head} = artifact;
	const end = decodeZipEnd(head.tail, size);
	if (end === undefined) {
		throw zipBroken('it has no directory at its end', size);
	}

	if (end.length > directoryLimit) {
		throw zipBroken(`its directory has ${end.length} bytes`, end.start);
	}

	const source = openStretch({file, start: 0, length: size, compression: 'none'});
	try {
		const read = (start: number, length: number) => readUpTo(source, start, length);
		const members = decodeZipDirectory(read(end.start, end.length), end);
		const placed = members.map(member => ({member, stretch: placeOf(member, {file, end, read})}));
		checkOverlaps(placed);
		return placed;
	} finally {
		source.close();
	}
}

interface Archive {
	readonly file: HostPath;
	readonly end: ZipEnd;
	readonly read: (start: number, length: number) => Buffer;
}

function placeOf(member: ZipMember, {file, end, read}: Archive): Stretch {
	checkMember(member);
	const at = member.headerAt;
	if (at + localHeaderSize > end.start) {
		throw zipBroken(`${shown(member)} begins behind the last member`, at);
	}

	const first = read(at, headerGuess);
	const local = decodeLocalHeader(first, at) ?? decodeLocalHeader(read(at, localHeaderSize + 2 * 0xff_ff), at);
	if (local === undefined) {
		throw zipBroken(`the header of ${shown(member)} does not end`, at);
	}

	checkAgreement(member, local.header);
	const start = at + local.length;
	if (start + member.packed > end.start) {
		throw zipBroken(`${shown(member)} reaches into the directory`, at);
	}

	const {packed, size, crc32} = member;
	return {
		file,
		start,
		length: packed,
		compression: member.method === deflate ? 'deflate' : 'none',
		check: {size, crc32},
	};
}

function checkMember(member: ZipMember): void {
	const {flags, method, packed, size, headerAt} = member;
	if ((flags & zipFlags.encrypted) !== 0) {
		throw new ArtifactError(`${shown(member)} is encrypted`, {
			code: 'ZIP_ENCRYPTED',
			format: 'zip',
			offset: headerAt,
			reading: true,
			hint: 'unpack the archive with its password, and give the folder',
		});
	}

	if (method !== 0 && method !== deflate) {
		throw new ArtifactError(`${shown(member)} is packed by method ${method}, and only stored and deflate can be read`, {
			code: 'ZIP_METHOD_UNKNOWN',
			format: 'zip',
			offset: headerAt,
			reading: true,
			hint: 'unpack the archive with the program that made it, and give the folder',
		});
	}

	if (method === 0 ? size !== packed : size > packed * bestRatio + slack) {
		throw zipBroken(`${shown(member)} claims to make ${size} bytes of ${packed}`, headerAt);
	}
}

/** Programs that trust one of the two, and others that trust the other, would see two different archives. */
function checkAgreement(member: ZipMember, local: ZipHeader): void {
	const sizesFollow = (local.flags & zipFlags.descriptor) !== 0;
	const unequal = [
		Buffer.compare(member.rawName, local.rawName) !== 0 && 'name',
		member.method !== local.method && 'method',
		((member.flags ^ local.flags) & zipFlags.encrypted) !== 0 && 'encryption',
		differs(member.crc32, local.crc32, sizesFollow) && 'checksum',
		differs(member.packed, local.packed, sizesFollow) && 'packed size',
		differs(member.size, local.size, sizesFollow) && 'size',
	].find(name => name !== false);
	if (unequal !== undefined) {
		throw zipBroken(`${shown(member)} has another ${unequal} in the directory than before its bytes`, member.headerAt);
	}
}

/** Where sizes follow the bytes, the header before them says 0, or that they do not fit, or the truth. */
function differs(inDirectory: number, before: number, sizesFollow: boolean): boolean {
	return inDirectory !== before && !(sizesFollow && (before === 0 || before === 0xff_ff_ff_ff));
}

/** Members that share their bytes are how a small archive unpacks to petabytes (David Fifield, «A better zip bomb»). */
function checkOverlaps(placed: readonly PlacedMember[]): void {
	const inOrder = placed.toSorted((one, other) => one.member.headerAt - other.member.headerAt);
	let end = 0;
	for (const {member, stretch} of inOrder) {
		if (member.headerAt < end) {
			throw zipBroken(`${shown(member)} shares bytes with the member before it`, member.headerAt);
		}

		end = stretch.start + stretch.length;
	}
}

function shown({name}: ZipMember): string {
	return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

/** Fewer bytes where the file ends. */
function readUpTo(source: StretchFile, start: number, length: number): Buffer {
	const bytes = Buffer.allocUnsafe(length);
	let done = 0;
	for (let count = -1; count !== 0 && done < length; done += count) {
		count = source.read(start + done, bytes.subarray(done));
	}

	return bytes.subarray(0, done);
}

/** The time of the newest member, in seconds since 1970, the DOS fields read as UTC. */
export function newestOf(members: readonly PlacedMember[]): number {
	return members.reduce((newest, {member}) => Math.max(newest, member.time), 0);
}
