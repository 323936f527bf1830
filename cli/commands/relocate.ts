import type {Command} from 'commander';
import {absolute, addCommonFlags, type CommonFlags, type Perform} from '../command.ts';
import {CommandLineError} from '../failure.ts';

interface RelocateFlags extends CommonFlags {
	readonly prefix?: string;
	readonly out?: string;
	readonly inPlace?: true;
	readonly python?: string;
	readonly targetPython?: string;
	readonly allowLeak?: readonly string[];
	readonly dryRun?: true;
}

const examples = `
Examples:
  venvpack relocate .venv --prefix /opt/app --out build/app
  venvpack relocate /srv/app --prefix /srv/app --in-place
  venvpack relocate .venv --prefix /opt/app --dry-run`;

/** `venvpack relocate`: an existing venv becomes correct at another place. */
export function addRelocate(program: Command, perform: Perform): void {
	const command = program.command('relocate').summary('make an existing venv correct at another place');
	command
		.description('Make an existing venv correct at a place: as a copy, or in its own place, in one step.')
		.argument('<VENV>', 'a folder that venv, virtualenv, uv or poetry made; a moved one, too')
		.option('--prefix <DIR>', 'where it will live, such as /opt/app')
		.option('--out <DIR>', 'write a copy, which is right once it lies at the prefix')
		.option('--in-place', 'replace the venv: a kill at any moment leaves the old one or the new one')
		.option('--python <MINOR|PATH>', 'the interpreter that compiles: 3.12, or its path (default: that of the venv)')
		.option(
			'--target-python <PATH>',
			'the interpreter there (default: in place that of the venv, else /usr/bin/python3.X)',
		)
		.option('--allow-leak <GLOB>', 'files that may name the old place; repeatable', repeated)
		.option('--dry-run', 'show what would change, rule by rule, and write nothing');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((venv: string, flags: RelocateFlags) =>
			perform(flags, async session => {
				const {python, prefix} = flags;
				if (prefix === undefined) {
					throw new CommandLineError(
						'no prefix is given: where will the venv live?',
						'PREFIX_MISSING',
						'add --prefix DIR',
					);
				}

				const request = {
					venv: absolute(session, venv, 'VENV'),
					prefix,
					out: flags.out === undefined ? undefined : absolute(session, flags.out, '--out'),
					inPlace: flags.inPlace,
					python: python?.includes('/') ? absolute(session, python, '--python') : python,
					targetPython: flags.targetPython,
					allowLeaks: flags.allowLeak,
					dryRun: flags.dryRun,
				};
				session.report.relocated(await session.library.relocateVenv(request, session.context));
			}),
		);
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
	return [...(before ?? []), value];
}
