import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {sha256Of} from '../../host/digest.ts';
import {withoutCredentials} from '../../host/run.ts';
import type {Web} from '../../host/web.ts';
import {InputError} from '../../model/errors.ts';
import type {Listener} from '../../model/events.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import {cachedFile, isCached, store} from './cache.ts';

/** A file that an index or a lock names. */
export interface Wanted {
	readonly fileName: string;
	/** http, https, or an absolute path of this machine. */
	readonly place: string;
	/** Digests of which one must be that of the file; empty where nobody gave any. */
	readonly sha256: readonly string[];
	/** In bytes, where it is known. */
	readonly size: number | undefined;
	/** Who gives the digests, for the error. */
	readonly promisedBy: string;
}

/** A file in hand. */
export interface Fetched {
	readonly file: HostPath;
	readonly fileName: string;
	readonly sha256: string;
	/** Whether it lay on this machine already, outside of the cache. */
	readonly local: boolean;
}

export interface DownloadOptions {
	readonly web: Web;
	readonly cache: HostPath;
	/** For files whose digest nobody promised: they are not cached. */
	readonly work: HostPath;
	readonly offline: boolean;
	readonly listener: Listener;
}

/** Enough to hide the time that a server takes to answer; more only annoys it. */
const atOnce = 8;

/**
 * Brings all files onto this machine, several at a time, each checked against the digests promised for it.
 * Throws an InputError: HASH_MISMATCH; OFFLINE_MISSING, which names all that is missing; FILE_MISSING for a local path.
 */
export async function downloadAll(wanted: readonly Wanted[], options: DownloadOptions): Promise<Fetched[]> {
	const cached = await inTurn(wanted, async item => fromCache(item, options.cache));
	const missing = wanted.filter((item, at) => cached[at] === undefined && !isLocal(item));
	if (options.offline && missing.length > 0) {
		throw missingOffline(missing.map(item => item.fileName));
	}

	const progress = new Progress(options.listener, missing);
	return inTurn(
		wanted,
		async (item, at) => cached[at] ?? (isLocal(item) ? local(item) : download(item, options, progress)),
	);
}

async function fromCache(item: Wanted, cache: HostPath): Promise<Fetched | undefined> {
	for (const sha256 of item.sha256) {
		const file = cachedFile(cache, sha256, item.fileName);
		if (await isCached(file, sha256)) {
			return {file, fileName: item.fileName, sha256, local: false};
		}
	}

	return undefined;
}

function isLocal(item: Wanted): boolean {
	return item.place.startsWith('/');
}

async function local(item: Wanted): Promise<Fetched> {
	if (!existsSync(item.place)) {
		throw new InputError(`${item.place} does not exist`, {
			code: 'FILE_MISSING',
			input: item.place,
			hint: `it is named by ${item.promisedBy}; put the file there, or name another`,
		});
	}

	const file = hostPath(item.place);
	return {file, fileName: item.fileName, sha256: confirm(item, await sha256Of(file)), local: true};
}

async function download(item: Wanted, {web, cache, work}: DownloadOptions, progress: Progress): Promise<Fetched> {
	const promised = item.sha256[0];
	const folder = join(work, 'downloads');
	await mkdir(folder, {recursive: true});
	const file =
		promised === undefined ? hostPath(join(folder, item.fileName)) : cachedFile(cache, promised, item.fileName);
	const sha256 = await store(file, async part => {
		const found = await web.file(item.place, part, bytes => progress.add(bytes));
		return confirm(item, found.sha256);
	});
	return {file, fileName: item.fileName, sha256, local: false};
}

function confirm(item: Wanted, found: string): string {
	if (item.sha256.length > 0 && !item.sha256.includes(found)) {
		throw new InputError(
			`${item.fileName}: its sha256 is ${found}, and ${item.promisedBy} promises ${item.sha256.join(' or ')}`,
			{
				code: 'HASH_MISMATCH',
				input: withoutCredentials(item.place),
				hint: 'somebody changed the file or the hash: find out which before you go on',
			},
		);
	}

	return found;
}

/** An InputError (OFFLINE_MISSING) that names all of them. */
export function missingOffline(
	names: readonly string[],
	cause?: unknown,
	hint = 'build once without --offline, or put the files into a folder and name it with --find-links',
): InputError {
	return new InputError(`offline, and not in the cache:${names.map(name => `\n  ${name}`).join('')}`, {
		code: 'OFFLINE_MISSING',
		input: names.join(', '),
		hint,
		cause,
	});
}

/** Runs `action` for every item, `atOnce` at a time; results in the order of the items. After a failure nothing new is begun. */
export async function inTurn<Item, Result>(
	items: readonly Item[],
	action: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const queue = items.entries();
	const failures: unknown[] = [];
	const worker = async () => {
		for (const [at, item] of queue) {
			try {
				results[at] = await action(item, at);
			} catch (error) {
				failures.push(error);
			}

			if (failures.length > 0) {
				return;
			}
		}
	};
	await Promise.all(Array.from({length: Math.min(atOnce, items.length)}, worker));
	if (failures.length > 0) {
		throw failures[0];
	}

	return results;
}

class Progress {
	#done = 0;
	#told = 0;
	readonly #total: number;
	readonly #listener: Listener;

	constructor(listener: Listener, files: readonly Wanted[]) {
		this.#listener = listener;
		this.#total = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
	}

	add(bytes: number): void {
		this.#done += bytes;
		if (this.#done - this.#told > 512 * 1024) {
			this.#told = this.#done;
			// Not every index tells sizes: what is done is the least that the total can be.
			const total = Math.max(this.#total, this.#done);
			this.#listener({kind: 'progress', stage: 'download', done: this.#done, total, unit: 'bytes'});
		}
	}
}
