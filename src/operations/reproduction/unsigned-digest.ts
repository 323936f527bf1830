import {copyFileSync} from 'node:fs';
import {join} from 'node:path';
import {embeddedSignatures} from '../../formats/embedded-signatures.ts';
import {sha256Of} from '../../host/digest.ts';
import {guard} from '../../host/sink.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {OpenedArtifact} from '../open.ts';

/**
 * The sha256, hexadecimal, that an artifact had before it was signed: only who has its key can make the signature again.
 * Undefined where no signature is inside. `work` is a private folder.
 */
export async function unsignedDigest(
	{file, format, declared}: OpenedArtifact,
	work: HostPath,
): Promise<string | undefined> {
	const embedded = embeddedSignatures.find(one => one.format === format);
	if (embedded === undefined || declared.signatures.length === 0) {
		return undefined;
	}

	const copy = hostPath(join(work, 'unsigned'));
	await guard(copy, () => copyFileSync(file, copy));
	await embedded.remove(copy);
	return sha256Of(copy);
}
