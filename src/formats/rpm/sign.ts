import {createHash} from 'node:crypto';
import {statSync} from 'node:fs';
import {decodeHeader, decodeHeaderSize, type EncodedHeader, encodeHeader, regionTags} from '../../codecs/rpm-header.ts';
import type {HeaderEntry} from '../../codecs/rpm-header-values.ts';
import {fileChunks} from '../../host/file-chunks.ts';
import {moveTail, overwrite} from '../../host/move-tail.ts';
import {openStretch, reading} from '../../host/stretch-file.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Signer} from '../signer.ts';
import {decodeLead, leadSize} from './lead.ts';
import {Columns, readExactly} from './opened-header.ts';
import {reservedSize} from './signature.ts';
import {signatureTags, tags} from './tags.ts';

/** RFC 4880 9.1; rpm has a tag for these, and another for all others. */
const rsa: readonly number[] = [1, 2, 3];

/** Signatures of the header, and those of header and payload that packages had before rpm 4.14: rpmsign drops them all. */
const signing: readonly number[] = [259, 262, signatureTags.dsa, signatureTags.rsa, 278, 1002, 1005, 1006];

/** What stands before the payload, as it lies in the file. */
interface Start {
	/** Of the signature header. */
	readonly entries: readonly HeaderEntry[];
	/** Where the main header begins, in bytes from the start of the file. */
	readonly mainAt: number;
	readonly main: Uint8Array;
	/** When the package was built: seconds since 1970 UTC. */
	readonly epoch: number;
}

/**
 * Signs the header of an rpm in its place, which holds the digests of its payload; a signature that it had goes away. The
 * room for it comes out of what is reserved, or else the file grows. `file` must be one that nobody else knows yet.
 * Throws an ArtifactError (RPM_LEAD_BROKEN, RPM_HEADER_BROKEN, SIGN_DAMAGED, SIGN_UNFIT) or a HostError, and what signing throws.
 */
export async function signRpm(file: HostPath, signer: Signer): Promise<void> {
	const start = readStart(file);
	refuseDamaged(file, start);
	const signature = await signer.sign([start.main], {epoch: start.epoch, armor: false});
	const tag = rsa.includes(signer.algorithm) ? signatureTags.rsa : signatureTags.dsa;
	await replaceHeader(file, start, [...unsigned(start), {tag, type: 'bytes', bytes: signature}]);
}

/** Takes the signatures out of an rpm, in its place, as it was before `signRpm`. Throws an ArtifactError or a HostError. */
export async function unsignRpm(file: HostPath): Promise<void> {
	const start = readStart(file);
	await replaceHeader(file, start, unsigned(start));
}

async function replaceHeader(file: HostPath, {mainAt}: Start, entries: readonly HeaderEntry[]): Promise<void> {
	const room = mainAt - leadSize;
	const encoded = encodeFitting(entries, room);
	if (encoded.length !== room) {
		await moveTail(file, {from: mainAt, by: encoded.length - room});
	}

	await overwrite(file, leadSize, encoded);
}

function readStart(file: HostPath): Start {
	const {size} = reading(file, () => statSync(file));
	const source = openStretch({file, start: 0, length: size, compression: 'none'});
	try {
		const read = (start: number, length: number) => readExactly(source, {start, length, size});
		decodeLead(read(0, Math.min(leadSize, size)));
		const header = (at: number) => read(at, decodeHeaderSize(read(at, 16), at).size);
		const signature = header(leadSize);
		const mainAt = leadSize + Math.ceil(signature.length / 8) * 8;
		const main = header(mainAt);
		const known = new Columns(decodeHeader(main, regionTags.main, mainAt), mainAt);
		refuseOther(known);
		return {
			entries: decodeHeader(signature, regionTags.signature, leadSize),
			mainAt,
			main,
			epoch: known.number(tags.buildTime) ?? 0,
		};
	} finally {
		source.close();
	}
}

/** Version 6 of the format keeps signatures elsewhere. */
function refuseOther(main: Columns): void {
	if (main.has(tags.format)) {
		throw refused('SIGN_UNFIT', 'it is an rpm of version 6', 'rpmsign --addsign of RPM 6 signs it');
	}
}

/** Who signs vouches for what is there: not for what is damaged. What has no digest cannot be asked. */
function refuseDamaged(file: HostPath, {entries, main, mainAt}: Start): void {
	const signature = new Columns(entries, leadSize);
	const header = new Columns(decodeHeader(main, regionTags.main, mainAt), mainAt);
	for (const [algorithm, wanted] of [
		['sha1', signature.text(signatureTags.sha1)],
		['sha256', signature.text(signatureTags.sha256)],
	] as const) {
		if (wanted !== '' && createHash(algorithm).update(main).digest('hex') !== wanted) {
			throw damaged(`its header has another ${algorithm} than it says`);
		}
	}

	const payload = header.text(tags.payloadDigest);
	if (
		payload !== '' &&
		header.number(tags.payloadDigestAlgorithm) === 8 &&
		payload !== sha256From(file, mainAt + main.length)
	) {
		throw damaged('its payload has another sha256 than it says');
	}
}

function sha256From(file: HostPath, start: number): string {
	const hash = createHash('sha256');
	for (const chunk of fileChunks(file, start)) {
		hash.update(chunk);
	}

	return hash.digest('hex');
}

/** What stands beside signatures and the room for them. */
function unsigned({entries}: Start): HeaderEntry[] {
	const kept = new Map<number, HeaderEntry>();
	for (const entry of entries) {
		// Of tags that stand twice the first counts: see Columns.
		if (!kept.has(entry.tag) && !signing.includes(entry.tag) && entry.tag !== signatureTags.reserved) {
			kept.set(entry.tag, entry);
		}
	}

	return [...kept.values()];
}

/**
 * The padded signature header. What is reserved is what a builder leaves where that fills `room`, so that signatures come and
 * go without a trace; else what fills it; and where `room` is too little, what a builder leaves.
 */
function encodeFitting(entries: readonly HeaderEntry[], room: number): Buffer {
	const usual = padded(encode(entries, reservedSize));
	const left = room - encode(entries, 1).size;
	return usual.length === room || left < 0 ? usual : padded(encode(entries, 1 + left));
}

function padded(header: EncodedHeader): Buffer {
	return Buffer.concat([...header.chunks(), Buffer.alloc((8 - (header.size % 8)) % 8)]);
}

function encode(entries: readonly HeaderEntry[], reserved: number): EncodedHeader {
	const room = {tag: signatureTags.reserved, type: 'bytes' as const, bytes: new Uint8Array(reserved)};
	const sorted = [...entries, room].sort((one, other) => one.tag - other.tag);
	return encodeHeader(regionTags.signature, sorted);
}

function damaged(what: string): ArtifactError {
	return refused('SIGN_DAMAGED', what, 'it is damaged: fetch or build it again');
}

function refused(code: string, why: string, hint: string): ArtifactError {
	return new ArtifactError(`the package is not signed: ${why}`, {code, format: 'rpm', reading: true, hint});
}
