import {closeSync, constants, fstatSync, mkdirSync, openSync, readSync, realpathSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {InputError} from '../model/errors.ts';
import {type HostPath, type InstallPath, isWithin} from '../model/paths.ts';
import type {PlannedFile} from '../model/planned-file.ts';
import type {Entry} from '../model/tree.ts';

const block = 1024 * 1024;

export interface TakeOptions {
	/** The folder that sources are relative to. */
	readonly from: HostPath | undefined;
	/** A private folder, which exists. */
	readonly to: HostPath;
}

/**
 * Copies planned files into a private folder, so that what is packaged cannot change any more, and gives an entry for each
 * planned file, in their order. Throws an InputError: SOURCE_NEEDED where no folder is known, FILE_SOURCE_MISSING,
 * FILE_SOURCE_OUTSIDE.
 */
export function takeFiles(files: readonly PlannedFile[], {from, to}: TakeOptions): Entry[] {
	mkdirSync(to, {recursive: true});
	return files.map((file, at): Entry => {
		const {kind, path, mode, source} = file;
		if (kind === 'directory') {
			return {kind, path, mode};
		}

		if (kind === 'link') {
			return {kind, path, target: file.target ?? ''};
		}

		const name = `/${at}` as InstallPath;
		const size = source === undefined ? 0 : copy(source, {from, to: join(to, name)});
		const content = {kind: 'staged', root: to, path: name, size} as const;
		return {kind, path, mode, content: source === undefined ? {kind: 'bytes', bytes: new Uint8Array()} : content};
	});
}

/** Returns the number of bytes. */
function copy(source: string, {from, to}: {from: HostPath | undefined; to: string}): number {
	if (from === undefined) {
		throw new InputError(`${source} is a file of the project, and nobody says where that lies`, {
			code: 'SOURCE_NEEDED',
			input: source,
			hint: 'say where the project lies, as it was then: --project DIR',
		});
	}

	const input = openSource(source, from);
	const output = openSync(to, 'wx', 0o600);
	try {
		const buffer = Buffer.allocUnsafe(block);
		let size = 0;
		for (let read = readSync(input, buffer); read > 0; read = readSync(input, buffer)) {
			for (let at = 0; at < read; ) {
				at += writeSync(output, buffer, at, read - at);
			}

			size += read;
		}

		return size;
	} finally {
		closeSync(input);
		closeSync(output);
	}
}

/** By its real path and without following a link at its end: what was looked at is what is read. */
function openSource(source: string, from: HostPath): number {
	const root = realpathSync(from);
	let real: string;
	let descriptor: number;
	try {
		real = realpathSync(join(root, source));
		descriptor = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	} catch (cause) {
		const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
		throw refusal(source, {code: 'FILE_SOURCE_MISSING', what: `cannot be read in ${from}: ${reason}`, cause});
	}

	if (!isWithin(real, root) || !fstatSync(descriptor).isFile()) {
		closeSync(descriptor);
		throw refusal(source, {code: 'FILE_SOURCE_OUTSIDE', what: `is no file inside ${from}`});
	}

	return descriptor;
}

function refusal(source: string, {code, what, cause}: {code: string; what: string; cause?: unknown}): InputError {
	return new InputError(`${source} ${what}`, {
		code,
		input: source,
		hint: 'it is packaged beside the environment: the folder must hold it as it did',
		cause,
	});
}
