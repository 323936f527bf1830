import {type InstallPath, isWithin, parentOf} from './paths.ts';
import type {Tree} from './tree.ts';

/** The name of the manifest in the prefix. */
export const manifestName = 'venvpack.json';

/**
 * The folder that a tree seems to be made for: that of the manifest or pyvenv.cfg which lies nearest to the root, else
 * the deepest folder that holds all files and links.
 */
export function likelyPrefix(tree: Tree): InstallPath {
	return markedFolder(tree) ?? sharedFolder(tree);
}

/** The folder of the manifest or pyvenv.cfg that lies nearest to the root, the first in the tree of two; undefined: neither is there. */
export function markedFolder(tree: Tree): InstallPath | undefined {
	let best: InstallPath | undefined;
	let least = Number.POSITIVE_INFINITY;
	for (const {kind, path} of tree.entries) {
		if (kind === 'file' && markers.some(marker => path.endsWith(marker))) {
			const depth = path.split('/').length;
			if (depth < least) {
				best = parentOf(path);
				least = depth;
			}
		}
	}

	return best;
}

const markers = [`/${manifestName}`, '/pyvenv.cfg'];

function sharedFolder(tree: Tree): InstallPath {
	let shared: InstallPath | undefined;
	for (const {kind, path} of tree.entries) {
		if (kind !== 'directory') {
			shared ??= parentOf(path);
			while (!isWithin(path, shared)) {
				shared = parentOf(shared);
			}
		}
	}

	return shared ?? ('/' as InstallPath);
}
