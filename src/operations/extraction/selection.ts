import {moved, movedPath} from '../../formats/read-package.ts';
import {UsageError} from '../../model/errors.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath, installPath, isWithin} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import {type Tree, treeOf} from '../../model/tree.ts';

/** What is unpacked, and where each of it comes to below the folder. */
export interface Selection {
	/** The path that becomes the folder itself. */
	readonly top: InstallPath;
	/** Those that were asked for, none inside of another; empty: everything. */
	readonly chosen: readonly InstallPath[];
	/** With paths below the folder. */
	readonly tree: Tree;
	/** The permission bits that the folder itself is to have; undefined where the artifact says nothing. */
	readonly mode: number | undefined;
	/** The path in the artifact of one in `tree`. */
	origin(path: InstallPath): InstallPath;
}

const root = '/' as InstallPath;

/**
 * Chooses from an artifact what is to be unpacked. Paths are installed ones, or relative to the prefix; a folder stands for
 * all that is in it. Of what may lie anywhere the prefix becomes the folder, of all else the root.
 * Throws a UsageError (EXTRACT_PATH_ABSENT) for a path that the artifact does not hold.
 */
export function selectionOf(opened: OpenedPackage, paths: readonly string[]): Selection {
	const {pkg} = opened;
	const top = topOf(opened);
	const asked = outermost(paths.map(path => chosenPath(pkg, path)));
	const chosen = asked.includes(top) ? [] : asked;
	const entries = pkg.tree.entries.filter(
		({path}) => path !== top && isWithin(path, top) && (chosen.length === 0 || chosen.some(one => isWithin(path, one))),
	);
	const folder = new Places(pkg.tree).at(top);
	return {
		top,
		chosen,
		tree: treeOf(moved({entries}, top, root)),
		mode: folder?.kind === 'directory' ? folder.mode : undefined,
		origin: path => movedPath(path, root, top),
	};
}

/** A package is for one place, whatever it says of its content; what a folder or a movable archive holds is for any. */
function topOf({carries, pkg}: OpenedPackage): InstallPath {
	return carries.outsidePrefix || carries.relations ? root : pkg.prefix;
}

function chosenPath({tree, prefix}: OpenedPackage['pkg'], wanted: string): InstallPath {
	const path = placeOf(prefix, wanted);
	if (path === undefined || (path !== prefix && new Places(tree).at(path) === undefined)) {
		throw new UsageError(
			`${JSON.stringify(wanted)} is not in the artifact${path === undefined ? '' : `: nothing lies at ${path}`}`,
			{
				code: 'EXTRACT_PATH_ABSENT',
				hint: `paths are installed ones, or relative to ${prefix}: venvpack inspect ARTIFACT --files lists them`,
			},
		);
	}

	return path;
}

function placeOf(prefix: InstallPath, wanted: string): InstallPath | undefined {
	if (wanted === '') {
		return undefined;
	}

	try {
		return wanted.startsWith('/') ? installPath(wanted) : below(prefix, wanted);
	} catch {
		return undefined;
	}
}

function outermost(paths: readonly InstallPath[]): readonly InstallPath[] {
	const unique = [...new Set(paths)];
	return unique.filter(path => !unique.some(other => other !== path && isWithin(path, other)));
}
