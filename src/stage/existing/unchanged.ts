import {createHash} from 'node:crypto';
import {chunkSize, chunksOf} from '../../host/read.ts';
import {below, type InstallPath, isWithin} from '../../model/paths.ts';
import type {Entry, FileEntry} from '../../model/tree.ts';
import {type Installed, isInstallersOwn} from './installed.ts';

/**
 * The files that are, byte for byte, what a published wheel held, as far as a venv can prove it → sha256, hexadecimal:
 * the RECORD of a distribution that was published lists them with the hash that they have. The scripts in `bin` that
 * an installer wrote or rewrote have true rows too, and are none of them.
 */
export function unchangedFiles(
	entries: readonly Entry[],
	distributions: readonly Installed[],
	prefix: InstallPath,
): Map<InstallPath, string> {
	const published = new Map(distributions.filter(one => one.isPublished).flatMap(one => [...one.recorded]));
	const bin = below(prefix, 'bin');
	const buffer = Buffer.allocUnsafe(chunkSize);
	const same = new Map<InstallPath, string>();
	for (const entry of entries) {
		const isCandidate = entry.kind === 'file' && !isInstallersOwn(entry.path);
		const sha256 = isCandidate ? published.get(entry.path) : undefined;
		if (entry.kind === 'file' && sha256 !== undefined) {
			const {digest, isScript} = look(entry, buffer);
			if (digest === sha256 && !(isScript && isWithin(entry.path, bin))) {
				same.set(entry.path, sha256);
			}
		}
	}

	return same;
}

function look({content}: FileEntry, buffer: Uint8Array): {digest: string; isScript: boolean} {
	const hash = createHash('sha256');
	let isScript: boolean | undefined;
	for (const chunk of chunksOf(content, buffer)) {
		isScript ??= chunk[0] === 0x23 && chunk[1] === 0x21;
		hash.update(chunk);
	}

	return {digest: hash.digest('hex'), isScript: isScript ?? false};
}
