import type {Command} from 'commander';
import {addBuildFlags, type BuildFlags, requestOf} from '../build-flags.ts';
import {addCommonFlags, type Perform} from '../command.ts';

/** `venvpack explain`: the plan of a build, each value with where it came from; takes the flags of `build`. */
export function addExplain(program: Command, perform: Perform): void {
	const command = program.command('explain').summary('show the plan of a build, and where each value came from');
	command.description('Show the plan of a build, each value with where it came from. Nothing is run or written.');
	addBuildFlags(command);
	addCommonFlags(command).action((project: string | undefined, flags: BuildFlags) =>
		perform(flags, async session => {
			const request = requestOf(project, flags, session);
			session.report.explained(await session.library.explain(request, session.context));
		}),
	);
}
