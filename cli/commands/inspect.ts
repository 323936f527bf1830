import type {Command} from 'commander';
import {addCommonFlags, artifactOf, type CommonFlags, installed, type Perform} from '../command.ts';
import {readFrugally} from '../heap.ts';

interface InspectFlags extends CommonFlags {
	readonly files?: true;
	readonly tree?: true;
	readonly prefix?: string;
}

const examples = `
Examples:
  venvpack inspect dist/app_1.0-1_amd64.deb
  venvpack inspect https://example.org/app-1.0-1.x86_64.rpm --tree
  venvpack inspect app.whl --json`;

/** `venvpack inspect`: what is inside an artifact, and what it needs. */
export function addInspect(program: Command, perform: Perform): void {
	const command = program.command('inspect').summary('show what is inside an artifact, and what it needs');
	command
		.description('Show what is inside an artifact of any format, made by whomever, and what it needs. Nothing is run.')
		.argument('<ARTIFACT>', 'a package, an archive, a wheel, a folder, or an http(s) address')
		.option('--files', 'list its files instead')
		.option('--tree', 'show its folders with their sizes instead')
		.option('--prefix <DIR>', 'where it will lie, for what does not say so itself');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((artifact: string, flags: InspectFlags) =>
			perform(flags, async session => {
				const {library, context, report} = session;
				readFrugally();
				const prefix = flags.prefix === undefined ? undefined : installed(session, flags.prefix, '--prefix');
				const place = artifactOf(session, artifact, 'ARTIFACT');
				const inspection = await library.inspect({artifact: place, prefix}, context);
				report.inspected(inspection, {files: flags.files ?? false, tree: flags.tree ?? false});
			}),
		);
}
