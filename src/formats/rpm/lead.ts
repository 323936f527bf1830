import {ArtifactError} from '../../model/errors.ts';

/** In bytes. */
export const leadSize = 96;
const magic: Uint8Array = Uint8Array.of(0xed, 0xab, 0xee, 0xdb);
const nameAt = 10;
/** In bytes; one more is the NUL. */
const nameLimit = 65;
/** RPMSIGTYPE_HEADERSIG: a signature header follows. */
const headerSignature = 5;

/**
 * The first bytes of an rpm; only the magic and the kind of signature still count (docs/manual/format_lead.md of rpm).
 * `name` is NAME-EVR, of which 65 bytes are kept.
 */
export function encodeLead(name: string): Buffer {
	const lead = Buffer.alloc(leadSize);
	lead.set(magic);
	lead.writeUInt8(3, 4);
	// Type 0 is a binary package; architecture 1 and system 1 are what every builder writes.
	lead.writeUInt16BE(1, 8);
	lead.set(Buffer.from(name).subarray(0, nameLimit), nameAt);
	lead.writeUInt16BE(1, 76);
	lead.writeUInt16BE(headerSignature, 78);
	return lead;
}

/** Whether bytes begin as an rpm does. */
export function isLead(head: Uint8Array): boolean {
	return magic.every((byte, at) => head[at] === byte);
}

/**
 * Reads a lead; what it says of the name may be cut.
 * Throws an ArtifactError (RPM_LEAD_BROKEN) for what rpm refuses: another magic, version or kind of signature.
 */
export function decodeLead(bytes: Uint8Array): {readonly name: string; readonly source: boolean} {
	const lead = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const readable = lead.length >= leadSize && isLead(lead);
	if (!readable || ![3, 4].includes(lead.readUInt8(4)) || lead.readUInt16BE(78) !== headerSignature) {
		throw new ArtifactError('the file does not begin with the lead of an rpm', {
			code: 'RPM_LEAD_BROKEN',
			format: 'rpm',
			offset: 0,
			reading: true,
			hint: 'the file is damaged, or is no rpm package: fetch or build it again',
		});
	}

	const name = lead.toString('utf8', nameAt, nameAt + nameLimit);
	return {name: name.split('\0', 1)[0] ?? '', source: lead.readUInt16BE(6) === 1};
}
