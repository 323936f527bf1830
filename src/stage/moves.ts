import {realpathSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Move, PythonMove} from '../model/moves.ts';
import {type HostPath, hostPath, type InstallPath, installPath} from '../model/paths.ts';

/** Where the builder's folder of built wheels is said to have been: the place of Debian's own build daemons. */
const neutralBuild = installPath('/build');

/**
 * Everything that lies elsewhere on the target, the longest and so most special first: the stage, the folders in which
 * wheels were built, the interpreter and its prefix. What lies at the same place on both machines does not move.
 */
export function movesOf(places: {stage: HostPath; buildRoots: readonly HostPath[]; python: PythonMove}): Move[] {
	const {stage, buildRoots, python} = places;
	const targetPrefix = installPath(dirname(dirname(python.target)));
	const moves = [
		...named('stage', stage, installPath('/')),
		...buildRoots.flatMap(root => named('build', root, neutralBuild)),
		...named('interpreter', python.builder, python.target),
		...named('interpreter', python.builderPrefix, targetPrefix),
	];
	const first = new Map(moves.map(move => [move.from, move]));
	return [...first.values()]
		.filter(({from, to}) => String(from) !== String(to))
		.sort((one, other) => other.from.length - one.from.length);
}

/** A path as it is called, and as it is. */
function named(what: Move['what'], from: HostPath, to: InstallPath): Move[] {
	return [...new Set([from, real(from)])].map(path => ({what, from: path, to}));
}

function real(path: HostPath): HostPath {
	try {
		return hostPath(realpathSync(path));
	} catch {
		return path;
	}
}
