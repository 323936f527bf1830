import type {Command} from 'commander';
import {
	absolute,
	addCommonFlags,
	artifactOf,
	type CommonFlags,
	installed,
	type Perform,
	type Session,
} from '../command.ts';
import {CommandLineError} from '../failure.ts';

interface ExtractFlags extends CommonFlags {
	readonly out?: string;
	readonly stdout?: true;
	readonly owners?: true;
	readonly prefix?: string;
}

const examples = `
Examples:
  venvpack extract app-1.0-linux-x86_64.asar --out /srv/app
  venvpack extract app_1.0-1_amd64.deb
  venvpack extract https://example.org/app-1.0-linux-x86_64.asar venvpack.json --stdout
  venvpack extract app-1.0-1.x86_64.rpm /etc/app bin/app --out look

Nothing that is there already is replaced.`;

/** `venvpack extract`: an artifact, or some of its files, as they were built. */
export function addExtract(program: Command, perform: Perform): void {
	const command = program.command('extract').summary('unpack an artifact, or some of its files');
	command
		.description('Unpack an artifact of any format, or some of its files, exactly as they were built, each compared.')
		.argument('<ARTIFACT>', 'a package, an archive, a wheel, a folder, or an http(s) address')
		.argument('[PATH...]', 'installed paths, or relative to the prefix; a folder with all that is in it')
		.option('--out <DIR>', 'where to (default: NAME-VERSION for everything, the current folder for PATHs)')
		.option('--stdout', 'the bytes of the one file that PATH names, to standard output')
		.option('--owners', 'give everything its owner, as root; it is yours otherwise')
		.option('--prefix <DIR>', 'where it will lie, for what does not say so itself');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((artifact: string, paths: readonly string[], flags: ExtractFlags) =>
			perform(flags, async session => {
				refuseTogether(flags);
				const {library, context, report} = session;
				const result = await library.extract(
					{
						artifact: artifactOf(session, artifact, 'ARTIFACT'),
						paths,
						prefix: flags.prefix === undefined ? undefined : installed(session, flags.prefix, '--prefix'),
						out: flags.out === undefined ? undefined : absolute(session, flags.out, '--out'),
						owners: flags.owners,
						take: flags.stdout ? chunk => write(session, chunk) : undefined,
					},
					context,
				);
				report.extracted(result);
			}),
		);
}

/** One thing at a time goes to standard output. */
function refuseTogether({stdout, json, out}: ExtractFlags): void {
	const other = json ? '--json' : out === undefined ? undefined : '--out';
	if (stdout && other !== undefined) {
		throw new CommandLineError(
			`--stdout and ${other} do not go together`,
			'INVALID_ARGUMENT',
			'the bytes of the file are all that --stdout writes',
		);
	}
}

/** Resolves when the bytes are the caller's again. */
function write({report}: Session, chunk: Uint8Array): Promise<void> {
	return report.raw(chunk);
}
