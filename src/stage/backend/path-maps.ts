import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import type {HostPath} from '../../model/paths.ts';
import type {InputPlan} from '../../model/plan.ts';
import type {Environment} from '../interpreters/probe.ts';

/** A folder of this machine, and what compilers are to write in its place. The last that fits wins, as in GCC and rustc. */
export type PathMap = readonly [from: string, to: string];

/** For what a tree that may lie anywhere says of the headers of its interpreter: it has no place to name. */
const nominal = '/python';

/**
 * What compilers may see of this machine. Nothing that they write depends on where the build ran: the folders
 * get fixed names. The interpreter's headers get the place that they have on the target.
 */
export function pathMaps(
	build: HostPath,
	work: HostPath,
	{python, layout}: Pick<InputPlan, 'python' | 'layout'>,
	environment: Environment,
): PathMap[] {
	const cargo = environment.CARGO_HOME || join(environment.HOME || homedir(), '.cargo');
	const target = layout.bundle && layout.relocatable ? nominal : dirname(dirname(python.target));
	const headers = `include/python${python.minor}`;
	const maps: PathMap[] = [
		[cargo, '/cargo'],
		[python.builderPrefix, target],
		// Of /usr the headers alone are the interpreter's, and only one that comes along lies elsewhere.
		...(layout.bundle && python.builderPrefix === '/usr' ? [[`/usr/${headers}`, `${target}/${headers}`] as const] : []),
		[work, '/work'],
		[build, '/build'],
		[join(build, 'env'), '/build/env'],
		[join(build, 'src'), '.'],
	];
	return maps.filter(([from, to]) => from !== to && from !== '/usr' && from !== '/');
}
