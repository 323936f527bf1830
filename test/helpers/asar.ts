import {encodeAsarLead} from '../../src/codecs/asar-header.ts';

/** An archive with a header of any words, those that are written already as they are, and contents behind it. */
export function asarBytes(header: unknown, contents: string | Uint8Array = ''): Buffer {
	const isWritten = typeof header === 'string' || header instanceof Uint8Array;
	const json = Buffer.from(isWritten ? header : JSON.stringify(header));
	const {before, after} = encodeAsarLead(json.length);
	return Buffer.concat([before, json, after, Buffer.from(contents)]);
}
