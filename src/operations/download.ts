import {join} from 'node:path';
import {decodeAsarLead} from '../codecs/asar-header.ts';
import {RemoteFile} from '../host/remote-file.ts';
import {withoutCredentials} from '../host/run.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {openWeb, type Web} from '../host/web.ts';
import {ArtifactError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {credentialsOf} from '../stage/download/credentials.ts';
import type {Context} from './context.ts';

export interface Download {
	readonly file: HostPath;
	/** Whether parts of it are still on the server only. */
	readonly isPartial?: boolean;
	/** Removes it. */
	remove(): void;
}

/** In bytes: no artifact of a venv comes near it, and a server that never ends fills no disk unseen. */
const largest = 64 * 2 ** 30;

/** Progress is told after so many bytes. */
const step = 512 * 1024;

/**
 * Brings an artifact into a temporary folder. Name and password may stand in the address, in a netrc file or in keyring.
 * Throws a HostError (DOWNLOAD_FAILED, INDEX_REFUSED) or an ArtifactError (ARTIFACT_TOO_LARGE).
 */
export async function downloadArtifact(address: string, context: Context): Promise<Download> {
	const {folder, file, web, tell} = begin(address, context);
	const remove = () => removeTemporary(folder);
	try {
		await web.file(address, file, tell);
		return {file, remove};
	} catch (error) {
		remove();
		throw error;
	} finally {
		web.close();
	}
}

/** In bytes: with most archives the whole header comes at once. */
const firstPart = 64 * 1024;

/**
 * The same, but of an archive with an index only that: its contents come when they are read (host/remote-file.ts). Of any
 * other, and from a server that gives no parts of files, the whole comes.
 * Throws besides what `Web.part` throws.
 */
export async function downloadPartly(address: string, context: Context): Promise<Download> {
	const {folder, file, web, tell} = begin(address, context);
	let remote: RemoteFile | undefined;
	const remove = () => {
		remote?.close();
		web.close();
		removeTemporary(folder);
	};
	try {
		const part = await web.beginning(address, {length: firstPart, to: file, onBytes: tell});
		const lead = part && decodeAsarLead(part.bytes);
		if (part === undefined || lead === undefined || lead.end > part.total) {
			await (part && web.file(address, file, tell));
			return {file, remove};
		}

		tell(part.bytes.length);
		remote = await RemoteFile.create(file, {url: address, web, onBytes: tell, ...part});
		await remote.put(0, part.bytes);
		await remote.bring([{start: 0, length: lead.end}]);
		return {file, remove, isPartial: true};
	} catch (error) {
		remove();
		throw error;
	}
}

interface Begun {
	readonly folder: HostPath;
	readonly file: HostPath;
	readonly web: Web;
	/** Hears of bytes that came. */
	tell(bytes: number): void;
}

function begin(address: string, {environment, listener}: Context): Begun {
	const folder = makeTemporary();
	let done = 0;
	let told = 0;
	return {
		folder,
		file: hostPath(join(folder, 'artifact')),
		web: openWeb({environment, authorize: credentialsOf([], environment).authorize}),
		tell(bytes) {
			done += bytes;
			if (done > largest) {
				throw tooLarge(address);
			}

			if (done - told >= step) {
				told = done;
				// The total is not known: what is done is the least that it can be.
				listener({kind: 'progress', stage: 'download', done, total: done, unit: 'bytes'});
			}
		},
	};
}

function tooLarge(address: string): ArtifactError {
	return new ArtifactError(`${withoutCredentials(address)} gives more than ${largest} bytes`, {
		code: 'ARTIFACT_TOO_LARGE',
		format: 'file',
		reading: true,
		hint: 'look whether it is the address of an artifact',
	});
}
