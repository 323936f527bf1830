import {ArtifactError} from '../model/errors.ts';

/** A name of a tar archive. Throws an ArtifactError (ARTIFACT_NAME_NOT_UTF8); `at` is where it stands. */
export function tarText(bytes: Uint8Array, at: number): string {
	try {
		return decoder.decode(bytes);
	} catch (cause) {
		const shown = Buffer.from(bytes)
			.toString('latin1')
			.replaceAll(/[^ -~]/g, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
		throw new ArtifactError(`the name ${shown.slice(0, 300)}, at byte ${at} of the tar archive, is not UTF-8`, {
			code: 'ARTIFACT_NAME_NOT_UTF8',
			hint: 'build the artifact again with names in UTF-8',
			format: 'tar',
			offset: at,
			reading: true,
			cause,
		});
	}
}

const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** An ArtifactError (TAR_INVALID): `what` is wrong at byte `offset` of the archive. */
export function tarBroken(offset: number, what: string): ArtifactError {
	return new ArtifactError(`${what}, at byte ${offset} of the tar archive`, {
		code: 'TAR_INVALID',
		hint: 'the file is cut off or damaged: fetch or build it again',
		format: 'tar',
		offset,
		reading: true,
	});
}
