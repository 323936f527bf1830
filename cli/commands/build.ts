import type {Command} from 'commander';
import {addBuildFlags, type BuildFlags, requestOf} from '../build-flags.ts';
import {addCommonFlags, type Perform} from '../command.ts';

const examples = `
Examples:
  venvpack build --prefix /opt/app --format deb,rpm
  venvpack build --from 'httpie==3.2.4' --prefix /opt/httpie --format tar.zst
  venvpack build -r requirements.txt --name app --version 1.0 --prefix /opt/app --format deb`;

/** `venvpack build`: a project becomes artifacts. */
export function addBuild(program: Command, perform: Perform): void {
	const command = program.command('build').summary('package a project as .deb, .rpm, tarball or folder');
	command.description('Package a Python project so that it is correct at its prefix, from its first byte on.');
	addBuildFlags(command)
		.option('--verify', 'ask each artifact what verify asks, before it gets its name')
		.option('--verify-run', 'the same, and start every script and import every module of it, with the builder hidden')
		.option('--dry-run', 'show the plan, as explain does, and build nothing');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((project: string | undefined, flags: BuildFlags & {readonly dryRun?: true}) =>
			perform(flags, async session => {
				const request = requestOf(project, flags, session);
				if (flags.dryRun) {
					session.report.explained(await session.library.explain(request, session.context));
				} else {
					session.report.built(await session.library.build(request, session.context));
				}
			}),
		);
}
