import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import type {PythonMove} from '../../model/moves.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';

/** A folder of this machine, and what compilers are to write in its place. The last that fits wins, as in GCC and rustc. */
export type PathMap = readonly [from: string, to: string];

/**
 * What compilers may see of this machine. Nothing that they write depends on where the build ran: the folders
 * get fixed names. The interpreter's headers get the place that they have on the target.
 */
export function pathMaps(build: HostPath, work: HostPath, python: PythonMove, environment: Environment): PathMap[] {
	const cargo = environment.CARGO_HOME || join(environment.HOME || homedir(), '.cargo');
	const target = dirname(dirname(python.target));
	const maps: PathMap[] = [
		[cargo, '/cargo'],
		[python.builderPrefix, target],
		[work, '/work'],
		[build, '/build'],
		[join(build, 'env'), '/build/env'],
		[join(build, 'src'), '.'],
	];
	return maps.filter(([from, to]) => from !== to && from !== '/usr' && from !== '/');
}
