import {join} from 'node:path';
import {withoutCredentials} from '../host/run.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {openWeb} from '../host/web.ts';
import {ArtifactError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {credentialsOf} from '../stage/download/credentials.ts';
import type {Context} from './context.ts';

export interface Download {
	readonly file: HostPath;
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
export async function downloadArtifact(address: string, {environment, listener}: Context): Promise<Download> {
	const folder = makeTemporary();
	const remove = () => removeTemporary(folder);
	const web = openWeb({environment, authorize: credentialsOf([], environment).authorize});
	try {
		const file = hostPath(join(folder, 'artifact'));
		let done = 0;
		let told = 0;
		await web.file(address, file, bytes => {
			done += bytes;
			if (done > largest) {
				throw tooLarge(address);
			}

			if (done - told >= step) {
				told = done;
				// The total is not known: what is done is the least that it can be.
				listener({kind: 'progress', stage: 'download', done, total: done, unit: 'bytes'});
			}
		});
		return {file, remove};
	} catch (error) {
		remove();
		throw error;
	} finally {
		web.close();
	}
}

function tooLarge(address: string): ArtifactError {
	return new ArtifactError(`${withoutCredentials(address)} gives more than ${largest} bytes`, {
		code: 'ARTIFACT_TOO_LARGE',
		format: 'file',
		reading: true,
		hint: 'look whether it is the address of an artifact',
	});
}
