import {ArtifactError} from '../model/errors.ts';

/** What an ar archive begins with: deb(5). */
export const arMagic = '!<arch>\n';

/** In bytes. */
export const arHeaderSize = 60;

/** Ten decimal digits: what the size field of ar(5) holds. In bytes. */
export const arLargestMember = 9_999_999_999;

export interface ArMember {
	/** ASCII, at most 16 bytes, no space. */
	readonly name: string;
	/** Seconds since 1970 UTC. */
	readonly mtime: number;
	/** With the type bits, such as 0o100644. */
	readonly mode: number;
	/** In bytes. An odd one is followed by `arPadding`. */
	readonly size: number;
}

/** The 60 bytes before a member, owned by 0:0. Throws an ArtifactError (AR_MEMBER_INVALID) for what they cannot hold. */
export function encodeArHeader(member: ArMember): Uint8Array {
	const {name, mtime, mode, size} = member;
	if (!/^[!-~]{1,16}$/.test(name) || !isCount(size, arLargestMember) || !isCount(mtime, 999_999_999_999)) {
		throw new ArtifactError(`an ar archive cannot hold ${JSON.stringify(name)} of ${size} bytes, time ${mtime}`, {
			code: 'AR_MEMBER_INVALID',
			format: 'ar',
		});
	}

	const fields: readonly (readonly [string, number])[] = [
		[name, 16],
		[String(mtime), 12],
		['0', 6],
		['0', 6],
		[mode.toString(8), 8],
		[String(size), 10],
	];
	return Buffer.from(`${fields.map(([text, width]) => text.padEnd(width)).join('')}\`\n`, 'latin1');
}

/**
 * Reads the 60 bytes before a member. `offset`, where they stand in the archive, is for the error only.
 * Throws an ArtifactError (AR_INVALID).
 */
export function decodeArHeader(header: Uint8Array, offset: number): ArMember {
	const text = Buffer.from(header.subarray(0, arHeaderSize)).toString('latin1');
	const [mtime, mode, size] = [text.slice(16, 28), text.slice(40, 48), text.slice(48, 58)].map(field => field.trim());
	if (!text.endsWith('`\n') || !/^\d+ [0-7]+ \d+$/.test(`${mtime} ${mode} ${size}`)) {
		throw new ArtifactError(`no ar member header stands at byte ${offset}`, {
			code: 'AR_INVALID',
			hint: 'the file is cut off or damaged; fetch it again',
			format: 'ar',
			offset,
			reading: true,
		});
	}

	// System V's ar, and some who write debs, end a name with a slash.
	const name = text.slice(0, 16).trimEnd().replace(/\/$/, '');
	return {name, mtime: Number(mtime), mode: Number.parseInt(mode ?? '', 8), size: Number(size)};
}

/** What follows a member of `size` bytes: members begin at even offsets. */
export function arPadding(size: number): Uint8Array {
	return size % 2 === 0 ? new Uint8Array(0) : Uint8Array.of(0x0a);
}

function isCount(value: number, largest: number): boolean {
	return Number.isInteger(value) && value >= 0 && value <= largest;
}
