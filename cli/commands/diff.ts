import type {Command} from 'commander';
import {addCommonFlags, artifactOf, type CommonFlags, installed, type Perform} from '../command.ts';

interface DiffFlags extends CommonFlags {
	readonly files?: true;
	readonly markdown?: true;
	readonly prefix?: string;
}

const examples = `
Examples:
  venvpack diff app_1.0-1_amd64.deb app_1.1-1_amd64.deb
  venvpack diff app_1.0-1_amd64.deb app-1.0-1.x86_64.rpm
  venvpack diff https://example.org/app_1.0-1_amd64.deb dist/app_1.1-1_amd64.deb --markdown

Exit code 1 where anything differs. What one of two formats does not carry is no difference.`;

/** `venvpack diff`: what changed between two artifacts. */
export function addDiff(program: Command, perform: Perform): void {
	const command = program.command('diff').summary('tell what changed between two artifacts');
	command
		.description('Compare two artifacts of any format: distributions first, then metadata, then files.')
		.argument('<A>', 'the older one: a package, an archive, a folder, or an http(s) address')
		.argument('<B>', 'the newer one')
		.option('--files', 'list every file that differs, not only the first 20')
		.option('--markdown', 'a summary for a release note, in Markdown')
		.option('--prefix <DIR>', 'where both will lie, for what does not say so itself');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((a: string, b: string, flags: DiffFlags) =>
			perform(flags, async session => {
				const prefix = flags.prefix === undefined ? undefined : installed(session, flags.prefix, '--prefix');
				const request = {
					a: {artifact: artifactOf(session, a, 'A'), prefix},
					b: {artifact: artifactOf(session, b, 'B'), prefix},
				};
				const comparison = await session.library.diff(request, session.context);
				session.report.compared(comparison, {files: flags.files ?? false, markdown: flags.markdown ?? false});
			}),
		);
}
