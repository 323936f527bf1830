import {closeSync, openSync, truncateSync, writeSync} from 'node:fs';
import type {HostPath} from '../model/paths.ts';
import {guard} from './sink.ts';
import type {Web} from './web.ts';
import type {WebPart, WebRange} from './web-part.ts';

/** The file on the server. */
export interface RemoteOrigin extends Pick<WebPart, 'total' | 'version'> {
	readonly url: string;
	readonly web: Web;
	/** Hears of every part that came. */
	onBytes(bytes: number): void;
}

/** In bytes: no more is held in memory at a time. */
const largestPart = 16 * 1024 * 1024;

const remotes = new Map<HostPath, RemoteFile>();

/**
 * A file of this machine that is as long as one on a server, with holes; parts come as they are asked for. Whoever reads it
 * asks with `bring` first.
 */
export class RemoteFile {
	readonly #file: HostPath;
	readonly #origin: RemoteOrigin;
	/** What is here, in order, apart from each other. */
	#present: readonly WebRange[] = [];

	private constructor(file: HostPath, origin: RemoteOrigin) {
		this.#file = file;
		this.#origin = origin;
	}

	/** Makes the file. Throws, as its methods do, a HostError (DISK_FULL, OUTPUT_UNWRITABLE), and what `Web.part` throws. */
	static async create(file: HostPath, origin: RemoteOrigin): Promise<RemoteFile> {
		await guard(file, () => {
			closeSync(openSync(file, 'wx', 0o600));
			truncateSync(file, origin.total);
		});
		const remote = new RemoteFile(file, origin);
		remotes.set(file, remote);
		return remote;
	}

	/** Takes a part that came already. */
	async put(start: number, bytes: Uint8Array): Promise<void> {
		await guard(this.#file, () => {
			const descriptor = openSync(this.#file, 'r+');
			try {
				for (let at = 0; at < bytes.length; ) {
					at += writeSync(descriptor, bytes, at, bytes.length - at, start + at);
				}
			} finally {
				closeSync(descriptor);
			}
		});
		this.#present = joined([...this.#present, {start, length: bytes.length}]);
	}

	/** Fetches what of these ranges is not here. */
	async bring(ranges: Iterable<WebRange>): Promise<void> {
		const {url, web, onBytes} = this.#origin;
		for (const range of missing(joined([...ranges]), this.#present)) {
			for (let at = 0; at < range.length; at += largestPart) {
				const part = {start: range.start + at, length: Math.min(largestPart, range.length - at)};
				const {bytes} = await web.part(url, part, this.#origin);
				await this.put(part.start, bytes);
				onBytes(bytes.length);
			}
		}
	}

	/** Forgets it; the file is the caller's to remove. */
	close(): void {
		remotes.delete(this.#file);
		this.#origin.web.close();
	}
}

/** Sees to it that these ranges of a file are on this machine; of one that is no RemoteFile all are. */
export async function bring(file: HostPath, ranges: Iterable<WebRange>): Promise<void> {
	await remotes.get(file)?.bring(ranges);
}

/** The same bytes in as few ranges as can be, in order. */
function joined(ranges: readonly WebRange[]): readonly WebRange[] {
	const found: Array<{start: number; length: number}> = [];
	for (const {start, length} of ranges.toSorted((one, other) => one.start - other.start)) {
		const last = found.at(-1);
		if (last && start <= last.start + last.length) {
			last.length = Math.max(last.length, start + length - last.start);
		} else if (length > 0) {
			found.push({start, length});
		}
	}

	return found;
}

function missing(wanted: readonly WebRange[], present: readonly WebRange[]): readonly WebRange[] {
	return wanted.flatMap(range => present.reduce((left, has) => left.flatMap(part => without(part, has)), [range]));
}

function without(part: WebRange, {start, length}: WebRange): WebRange[] {
	const [partEnd, end] = [part.start + part.length, start + length];
	return [
		{start: part.start, length: Math.min(partEnd, start) - part.start},
		{start: Math.max(part.start, end), length: partEnd - Math.max(part.start, end)},
	].filter(left => left.length > 0);
}
