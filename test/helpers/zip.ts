import {crc32, deflateRawSync} from 'node:zlib';

/** A member of a zip archive, and what the archive is to say of it, true or not. */
export interface ZipMember {
	/** Bytes where it is to be no UTF-8. */
	readonly name: string | Uint8Array;
	readonly body?: string | Uint8Array;
	/** As in st_mode; default: a regular file of mode 0644. */
	readonly mode?: number;
	/** Bytes that the directory says it unpacks to; default: the truth. */
	readonly claims?: number;
	readonly deflate?: boolean;
	/** Default: 1996-08-01, in UTC. */
	readonly time?: Date;
}

/**
 * A zip archive of these members, in this order, whatever they are: APPNOTE.TXT 4.3. What is to stand `before` it is
 * counted by its offsets.
 */
export function zip(members: readonly ZipMember[], before: Buffer = Buffer.alloc(0)): Buffer {
	const parts: Buffer[] = [before];
	const central: Buffer[] = [];
	let offset = before.length;
	for (const member of members) {
		const {common, name, packed} = encode(member);
		const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
		const rest = Buffer.alloc(14);
		rest.writeUInt32LE(((member.mode ?? 0o100_644) << 16) >>> 0, 6);
		rest.writeUInt32LE(offset, 10);
		parts.push(local);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, name]));
		offset += local.length;
	}

	const directory = Buffer.concat(central);
	const end = Buffer.alloc(18);
	end.writeUInt16LE(members.length, 4);
	end.writeUInt16LE(members.length, 6);
	end.writeUInt32LE(directory.length, 8);
	end.writeUInt32LE(offset, 12);
	return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}

function encode({name, body = '', claims, deflate = false, time = new Date(Date.UTC(1996, 7, 1))}: ZipMember) {
	const [raw, bytes] = [Buffer.from(name), Buffer.from(body)];
	const packed = deflate ? deflateRawSync(bytes, {level: 9}) : bytes;
	const common = Buffer.alloc(26);
	common.writeUInt16LE(20, 0);
	common.writeUInt16LE(0x08_00, 2);
	common.writeUInt16LE(deflate ? 8 : 0, 4);
	common.writeUInt32LE(dosTime(time), 6);
	common.writeUInt32LE(crc32(bytes), 10);
	common.writeUInt32LE(packed.length, 14);
	common.writeUInt32LE(claims ?? bytes.length, 18);
	common.writeUInt16LE(raw.length, 22);
	return {common, name: raw, packed};
}

/** Two fields of APPNOTE 4.4.6 as one number, the date in its upper half. */
function dosTime(time: Date): number {
	const date = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
	const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
	return ((date << 16) | clock) >>> 0;
}
