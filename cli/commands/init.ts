import type {Command} from 'commander';
import {absolute, addCommonFlags, type CommonFlags, type Perform} from '../command.ts';
import {nearPath} from '../terminal.ts';

interface InitFlags extends CommonFlags {
	readonly pyproject?: true;
}

/** `venvpack init`: a commented configuration from what lies in the project. */
export function addInit(program: Command, perform: Perform): void {
	const command = program.command('init').summary('write a commented configuration for a project');
	command
		.description('Write a commented venvpack.toml from what lies in the project. A file that exists is left as it is.')
		.argument('[PROJECT]', 'the project folder (default: ".")')
		.option('--pyproject', 'write the table [tool.venvpack] into pyproject.toml instead');
	addCommonFlags(command).action((project: string | undefined, flags: InitFlags) =>
		perform(flags, async session => {
			const {file} = await session.library.init(
				{
					directory: absolute(session, project ?? '.', 'PROJECT'),
					into: flags.pyproject ? 'pyproject.toml' : 'venvpack.toml',
				},
				session.context,
			);
			session.report.done(`wrote ${nearPath(file, session.cwd)}; now: venvpack build`, {file});
		}),
	);
}
