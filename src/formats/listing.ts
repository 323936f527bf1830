import {ArtifactError} from '../model/errors.ts';
import {type InstallPath, installPath} from '../model/paths.ts';
import {type Entry, type Tree, treeOf} from '../model/tree.ts';

/** PATH_MAX of Linux, in bytes with the NUL: a longer path cannot be installed anywhere. */
const pathLimit = 4096;
/** No package known has a twentieth of it; an rpm cannot list more. */
const entryLimit = 0x0f_ff_ff;

/** The refusal of what an artifact lists; `offset` in bytes from its start, where one is known. */
export function listingRefused(
	code: string,
	message: string,
	place: {readonly format: string; readonly offset?: number | undefined; readonly cause?: unknown},
): ArtifactError {
	return new ArtifactError(message, {
		...place,
		code,
		reading: true,
		hint: 'the artifact is damaged, or made to do harm: get it again, from someone you trust',
	});
}

/**
 * Takes a path as an artifact lists it, `/opt/app`, `./opt/app` or `opt/app/`, and returns where that lies.
 * Throws an ArtifactError (ARTIFACT_PATH_INVALID) for one that leaves the root, holds a NUL or is too long.
 */
export function listedPath(path: string, place: {readonly format: string; readonly offset?: number}): InstallPath {
	const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
	if (path.length >= pathLimit || Buffer.byteLength(path) >= pathLimit) {
		throw listingRefused('ARTIFACT_PATH_INVALID', `a path is longer than Linux takes: ${shown}`, place);
	}

	try {
		return installPath(path.startsWith('/') ? path : `/${path}`);
	} catch (cause) {
		throw listingRefused('ARTIFACT_PATH_INVALID', `${shown} is no path that can be installed`, {...place, cause});
	}
}

/**
 * Makes a tree of what an artifact lists. The root itself must not be among it.
 * Throws an ArtifactError (ARTIFACT_TREE_INVALID) where a path comes twice, a file has entries below it, or there are
 * more entries, missing parents among them, than any package has.
 */
export function listedTree(entries: readonly Entry[], format: string): Tree {
	try {
		return treeOf(entries, entryLimit);
	} catch (cause) {
		const reason = cause instanceof RangeError ? cause.message : String(cause);
		throw listingRefused('ARTIFACT_TREE_INVALID', `what it lists is no tree: ${reason}`, {format, cause});
	}
}
