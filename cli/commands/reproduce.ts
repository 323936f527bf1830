import {type Command, InvalidArgumentError} from 'commander';
import {absolute, addCommonFlags, artifactOf, type CommonFlags, type Perform, type Session} from '../command.ts';

interface ReproduceFlags extends CommonFlags {
	readonly project?: string;
	readonly source?: ReadonlyArray<readonly [name: string, folder: string]>;
	readonly out?: string;
	readonly python?: string;
	readonly pythonArchive?: string;
	readonly indexUrl?: string;
	readonly extraIndexUrl?: readonly string[];
	readonly findLinks?: readonly string[];
	readonly offline?: true;
	readonly files?: true;
}

const examples = `
Examples:
  venvpack reproduce httpie_3.2.4-1_amd64.deb
  venvpack reproduce app_1.0-1_amd64.deb --project .

Exit code 0 where the bytes are the same, 1 where they differ.`;

/** `venvpack reproduce`: builds an artifact again by its own recipe, and compares. */
export function addReproduce(program: Command, perform: Perform): void {
	const command = program.command('reproduce').summary('build an artifact again from its recipe, and compare');
	command
		.description('Build an artifact again from the recipe inside it, with the same versions and hashes, and compare.')
		.argument('<ARTIFACT>', 'what venvpack made: a package, a tarball, a folder, or an http(s) address')
		.option('--project <PATH>', 'the project that was packaged, as it was then; or the wheel or sdist')
		.option('--source <NAME=DIR>', 'the folder of another distribution built from one; repeatable', source)
		.option('--out <DIR>', 'keep the new artifact there')
		.option('--files', 'list every file that differs, not only the first 20');
	command
		.optionsGroup('Where it comes from:')
		.option('--python <VERSION|PATH>', 'the interpreter here (default: the version that built it, else its minor)')
		.option('--python-archive <FILE|URL>', 'the archive that a carried interpreter came in')
		.option('--index-url <URL>', 'the index, instead of the one that uv and pip use')
		.option('--extra-index-url <URL>', 'a further index; repeatable', repeated)
		.option('--find-links <DIR|URL>', 'a folder or page of wheels; repeatable', repeated)
		.option('--offline', 'use no network');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((artifact: string, flags: ReproduceFlags) =>
			perform(flags, async session => {
				const {library, context, report} = session;
				const reproduction = await library.reproduce(requestOf(artifact, flags, session), context);
				report.reproduced(reproduction, {files: flags.files ?? false});
			}),
		);
}

function requestOf(artifact: string, flags: ReproduceFlags, session: Session) {
	const path = (place: string | undefined, flag: string) =>
		place === undefined ? undefined : absolute(session, place, flag);
	const sources = (flags.source ?? []).map(([name, folder]) => [name, absolute(session, folder, '--source')] as const);
	return {
		artifact: artifactOf(session, artifact, 'ARTIFACT'),
		project: path(flags.project, '--project'),
		sources: Object.fromEntries(sources),
		out: path(flags.out, '--out'),
		python: flags.python?.includes('/') ? path(flags.python, '--python') : flags.python,
		pythonArchive:
			flags.pythonArchive === undefined ? undefined : artifactOf(session, flags.pythonArchive, '--python-archive'),
		indexUrl: flags.indexUrl,
		extraIndexUrls: flags.extraIndexUrl,
		findLinks: flags.findLinks?.map(place => artifactOf(session, place, '--find-links')),
		offline: flags.offline,
	};
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
	return [...(before ?? []), value];
}

function source(value: string, before: ReproduceFlags['source']): NonNullable<ReproduceFlags['source']> {
	const [, name, folder] = /^([^=]+)=(.+)$/.exec(value) ?? [];
	if (name === undefined || folder === undefined) {
		throw new InvalidArgumentError('It takes the name of a distribution and a folder, such as my-lib=../lib.');
	}

	return [...(before ?? []), [name, folder]];
}
