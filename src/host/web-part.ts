import type {IncomingMessage} from 'node:http';
import {HostError} from '../model/errors.ts';
import {withoutCredentials} from './run.ts';

export interface WebRange {
	/** In bytes. */
	readonly start: number;
	readonly length: number;
}

/** A part of a file on a server. */
export interface WebPart {
	readonly bytes: Buffer;
	/** Of the whole file, in bytes. */
	readonly total: number;
	/** What its server calls this state of it: ETag and Last-Modified. Empty where it says nothing. */
	readonly version: string;
}

/** As a request says it: RFC 9110, section 14.1.2. */
export function rangeText({start, length}: WebRange): string {
	return `bytes=${start}-${start + length - 1}`;
}

/**
 * Takes an answer to a request for a part (status 206). A server may end it where the file ends, and nowhere else.
 * Throws a HostError (RANGE_WRONG) for another part than was asked for.
 */
export async function partOf(url: string, answer: IncomingMessage, range: WebRange): Promise<WebPart> {
	const said = answer.headers['content-range'] ?? '';
	const [, start, last, total] = (/^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(said) ?? []).map(Number);
	const end = Math.min(range.start + range.length, total ?? 0);
	if (start === undefined || last === undefined || total === undefined || start !== range.start || last + 1 !== end) {
		answer.destroy();
		throw wrong(url, `${rangeText(range)} was asked for, and the answer is ${JSON.stringify(said)}`);
	}

	const bytes = await bodyOf(url, answer, end - start);
	return {bytes, total, version: versionOf(answer)};
}

/** The same of a file that is known. Throws a HostError (ARTIFACT_CHANGED) where it is not that any more. */
export async function knownPart(
	url: string,
	answer: IncomingMessage,
	{range, known}: {readonly range: WebRange; readonly known: Pick<WebPart, 'total' | 'version'>},
): Promise<WebPart> {
	if (answer.statusCode !== 206) {
		answer.destroy();
		throw wrong(url, `a part of it was given before, and now the answer is status ${answer.statusCode}`);
	}

	if (versionOf(answer) !== known.version) {
		answer.destroy();
		throw changed(url);
	}

	const part = await partOf(url, answer, range);
	if (part.total !== known.total) {
		throw changed(url);
	}

	return part;
}

/** No more is held than was asked for. */
async function bodyOf(url: string, answer: IncomingMessage, length: number): Promise<Buffer> {
	const bytes = Buffer.allocUnsafe(length);
	let at = 0;
	for await (const chunk of answer as AsyncIterable<Buffer>) {
		if (at + chunk.length > length) {
			answer.destroy();
			throw wrong(url, `more than the ${length} bytes came that were asked for`);
		}

		bytes.set(chunk, at);
		at += chunk.length;
	}

	if (at < length) {
		throw wrong(url, `${at} bytes came of the ${length} that were asked for`);
	}

	return bytes;
}

/** A weak ETag names bytes that are alike, not the same: it tells a change all the same. */
function versionOf({headers}: IncomingMessage): string {
	const {etag = '', 'last-modified': time = ''} = headers;
	return etag === '' && time === '' ? '' : `${etag} ${time}`;
}

function wrong(url: string, what: string): HostError {
	return new HostError(`${withoutCredentials(url)}: ${what}`, {
		code: 'RANGE_WRONG',
		hint: 'the server, or a proxy before it, does not give parts of files as RFC 9110 has it: download the file first',
	});
}

function changed(url: string): HostError {
	return new HostError(`${withoutCredentials(url)} was replaced by another file while it was read`, {
		code: 'ARTIFACT_CHANGED',
		hint: 'try again; publish a new release under a new name instead of replacing one',
	});
}
