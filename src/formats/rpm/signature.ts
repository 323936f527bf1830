import {encodeHeader, regionTags} from '../../codecs/rpm-header.ts';
import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import {signatureTags} from './tags.ts';

export interface SignatureInput {
	/** Of the main header, hexadecimal. */
	readonly sha1: string;
	readonly sha256: string;
	/** Of main header and payload, 16 bytes. */
	readonly md5: Uint8Array;
	/** Of main header and payload, in bytes. */
	readonly size: number;
	/** Of the payload before compression, in bytes. */
	readonly payloadSize: number;
}

/**
 * 32 bytes that rpmbuild always leaves and the 4096 of its `%__gpg_reserved_space`: rpmsign takes a signature's room
 * out of this, and so need not write the package anew (sign/rpmgensig.c of rpm).
 */
export const reservedSize: number = 32 + 4096;
const uint32Max = 0xff_ff_ff_ff;

/**
 * The signature header of a package that nobody has signed yet: what guards it against damage, and room for signatures.
 * Padded to the multiple of 8 at which the main header begins. Its size depends on no digest.
 */
export function encodeSignature(input: SignatureInput): Buffer {
	const header = Buffer.concat([...encodeHeader(regionTags.signature, entries(input)).chunks()]);
	return Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8)]);
}

function entries(input: SignatureInput): HeaderEntry[] {
	const {size, payloadSize} = input;
	// From 4 GiB on both sizes go to tags of 64 bits, as rpm writes them.
	const long = size >= uint32Max || payloadSize >= uint32Max;
	const number = (tag: number, value: number): HeaderEntry => ({
		tag,
		type: long ? 'int64' : 'int32',
		count: 1,
		at: () => value,
	});
	const text = (tag: number, value: string): HeaderEntry => ({tag, type: 'string', count: 1, at: () => value});
	const all = [
		text(signatureTags.sha1, input.sha1),
		text(signatureTags.sha256, input.sha256),
		number(long ? signatureTags.longSize : signatureTags.size, size),
		number(long ? signatureTags.longPayloadSize : signatureTags.payloadSize, payloadSize),
		{tag: signatureTags.md5, type: 'bytes' as const, bytes: input.md5},
		{tag: signatureTags.reserved, type: 'bytes' as const, bytes: new Uint8Array(reservedSize)},
	];
	return all.sort((one, other) => one.tag - other.tag);
}
