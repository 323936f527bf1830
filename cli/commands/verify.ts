import {type Command, InvalidArgumentError} from 'commander';
import type {Verification, VerifyRequest} from '../../src/index.ts';
import {absolute, addCommonFlags, type CommonFlags, installed, type Perform, type Session} from '../command.ts';
import {CommandLineError} from '../failure.ts';

interface VerifyFlags extends CommonFlags {
	readonly only?: readonly string[];
	readonly ignore?: readonly string[];
	readonly prefix?: string;
	readonly target?: string;
	readonly needle?: readonly string[];
	readonly list?: true;
	readonly sarif?: string;
	readonly run?: true;
	readonly rootfs?: string;
	readonly command?: readonly string[];
	readonly timeout?: number;
}

const examples = `
Examples:
  venvpack verify dist/app_1.0-1_amd64.deb
  venvpack verify app.rpm --ignore 'LINK_OUTSIDE:etc/**' --sarif findings.sarif
  venvpack verify app.deb --run --command 'app --selftest'
  venvpack verify app.deb --rootfs bookworm
  venvpack verify --list

Exit code 1 where an error or a warning is found; notes do not count. 3 where something could not be proven here.`;

/** `venvpack verify`: what is wrong with an artifact, whoever made it. */
export function addVerify(program: Command, perform: Perform): void {
	const command = program.command('verify').summary('find what is wrong with an artifact');
	command
		.description('Read an artifact of any format, made by whomever, and tell all that is wrong with it.')
		.argument('[ARTIFACT]', 'a package, an archive, a folder, or an http(s) address');
	command
		.optionsGroup('What to ask:')
		.option('--only <NAMES>', 'these checks or codes alone; with commas, or repeated', names)
		.option('--ignore <CODE[:GLOB]>', 'findings that are known, everywhere or in these files; repeatable', repeated)
		.option('--prefix <DIR>', 'where it will lie, for what does not say so itself')
		.option('--target <DISTRIBUTION>', 'what it is to be installed on, such as debian-12')
		.option('--needle <TEXT>', 'what nothing in it should hold, such as a path of the builder; repeatable', repeated)
		.option('--list', 'list every check and every code instead');
	command
		.optionsGroup('What to start:')
		.option('--run', 'start every script and import every module, with the builder hidden and no network')
		.option('--rootfs <DIR|SUITE>', 'install it there, do the same, remove it; a path has a slash, else it is a suite')
		.option('--command <CMD>', 'a command that must succeed, bin of the package first on PATH; repeatable', repeated)
		.option('--timeout <SECONDS>', 'what each of them may take (default: 60)', seconds);
	command.optionsGroup('What comes out:').option('--sarif <FILE>', 'write the findings as SARIF 2.1.0; - is stdout');
	addCommonFlags(command)
		.addHelpText('after', examples)
		.action((artifact: string | undefined, flags: VerifyFlags) =>
			perform(flags, async session => {
				if (flags.list) {
					session.report.questions(await session.library.listQuestions());
					return;
				}

				await verifyArtifact(requestOf(artifact, flags, session), flags, session);
			}),
		);
}

async function verifyArtifact(request: VerifyRequest, flags: VerifyFlags, session: Session): Promise<void> {
	const {library, context, report} = session;
	if (flags.json && flags.sarif === '-') {
		throw new CommandLineError(
			'--json and --sarif - both want stdout',
			'INVALID_ARGUMENT',
			'give --sarif the name of a file',
		);
	}

	const verification = await library.verify(request, context);
	report.verified(verification, flags.sarif === '-' ? library.sarif(verification, context) : undefined);
	await writeSarif(verification, flags, session);
}

async function writeSarif(verification: Verification, {sarif}: VerifyFlags, session: Session): Promise<void> {
	if (sarif !== undefined && sarif !== '-') {
		await session.library.writeSarif(verification, absolute(session, sarif, '--sarif'), session.context);
	}
}

function requestOf(artifact: string | undefined, flags: VerifyFlags, session: Session): VerifyRequest {
	if (artifact === undefined) {
		throw new CommandLineError('no artifact is given', 'MISSING_ARGUMENT', 'venvpack verify FILE, or --list');
	}

	return {
		artifact: isUrl(artifact) ? artifact : absolute(session, artifact, 'ARTIFACT'),
		prefix: flags.prefix === undefined ? undefined : installed(session, flags.prefix, '--prefix'),
		only: flags.only,
		ignore: flags.ignore,
		target: flags.target,
		needles: flags.needle,
		...startsOf(flags, session),
	};
}

/** What is to be started, and where. */
function startsOf(
	flags: VerifyFlags,
	session: Session,
): Pick<VerifyRequest, 'run' | 'rootfs' | 'commands' | 'seconds'> {
	const {rootfs, command, timeout} = flags;
	if (timeout !== undefined && flags.run === undefined && rootfs === undefined && command === undefined) {
		throw new CommandLineError('--timeout is for what is started', 'INVALID_ARGUMENT', 'add --run');
	}

	return {
		run: flags.run ?? command !== undefined,
		rootfs: rootfs?.includes('/') ? absolute(session, rootfs, '--rootfs') : rootfs,
		commands: command,
		seconds: timeout,
	};
}

function seconds(value: string): number {
	if (!/^\d+(?:\.\d+)?$/.test(value) || Number(value) === 0 || Number(value) > 86_400) {
		throw new InvalidArgumentError('It takes seconds, such as 60.');
	}

	return Number(value);
}

function isUrl(place: string): boolean {
	return /^https?:\/\//i.test(place);
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
	return [...(before ?? []), value];
}

function names(value: string, before: readonly string[] | undefined): readonly string[] {
	const words = value.split(',').map(word => word.trim());
	if (words.includes('')) {
		throw new InvalidArgumentError('Names stand between commas, such as links,record.');
	}

	return [...(before ?? []), ...words];
}
