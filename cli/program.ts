import {setImmediate as nextTurn} from 'node:timers/promises';
import {Command, CommanderError} from 'commander';
import type {CommonFlags, Perform, Session} from './command.ts';
import {addBuild} from './commands/build.ts';
import {addDiff} from './commands/diff.ts';
import {addExplain} from './commands/explain.ts';
import {addExtract} from './commands/extract.ts';
import {addInit} from './commands/init.ts';
import {addInspect} from './commands/inspect.ts';
import {addRelocate} from './commands/relocate.ts';
import {addReproduce} from './commands/reproduce.ts';
import {addSign} from './commands/sign.ts';
import {addVerify} from './commands/verify.ts';
import {CommandLineError, failureOf} from './failure.ts';
import {Interruption, type Watch, watch} from './interrupt.ts';
import type {Face} from './library.ts';
import {Report} from './report.ts';
import {type Stream, terminalOf} from './terminal.ts';

/** What a command line meets: this process, or a test's own. */
export interface World {
	readonly stdout: Stream;
	readonly stderr: Stream;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	/** The library is heavy, so it loads when a command runs, never for help. */
	load(): Promise<Face>;
	/** What may end a command from outside. */
	watch(): Watch;
	/** Ends the process although work is under way. */
	leave(code: number): void;
}

/** Runs one command line and returns its exit code. Never rejects. */
export async function run(args: readonly string[], version: string, world: World = thisProcess()): Promise<number> {
	let code = 0;
	const program = programOf(version, world, async (flags, action) => {
		code = await perform(flags, action, version, world);
	});
	try {
		await program.parseAsync(args, {from: 'user'});
		return code;
	} catch (error) {
		if (error instanceof CommanderError && error.exitCode === 0) {
			return 0;
		}

		if (error instanceof CommanderError && error.code === 'commander.help') {
			return 2;
		}

		const flags = args.includes('--json') ? ({json: true} as const) : {};
		const failure = failureOf(error instanceof CommanderError ? misunderstood(error, args[0]) : error, undefined);
		reportOf(flags, world).failed(failure);
		return failure.exitCode;
	}
}

function programOf(version: string, world: World, perform: Perform): Command {
	const program = new Command('venvpack')
		.description('Package Python applications as native OS packages that are correct at their prefix.')
		.version(version, '-V, --version', 'print the version of venvpack')
		.helpOption('-h, --help', 'show this help')
		.helpCommand('help [COMMAND]', 'show the help of a command')
		// `build --version 1.0` is the version of the package.
		.enablePositionalOptions()
		.exitOverride()
		.configureOutput({
			writeOut: text => world.stdout.write(text),
			writeErr: text => world.stderr.write(text),
			outputError: () => undefined,
			getOutHelpWidth: () => world.stdout.columns || 100,
			getErrHelpWidth: () => world.stderr.columns || 100,
		});
	for (const add of [
		addBuild,
		addInspect,
		addVerify,
		addDiff,
		addExtract,
		addReproduce,
		addRelocate,
		addSign,
		addExplain,
		addInit,
	]) {
		add(program, perform);
	}

	return program;
}

async function perform(
	flags: CommonFlags,
	action: (session: Session) => Promise<void>,
	version: string,
	world: World,
): Promise<number> {
	const report = reportOf(flags, world);
	const watching = world.watch();
	let library: Face | undefined;
	const work = async () => {
		library = await world.load();
		const context = {listener: report.hear.bind(report), environment: world.environment, version};
		await action({library, context, report, cwd: world.cwd});
	};
	try {
		await Promise.race([work(), watching.broken]);
		return report.exitCode;
	} catch (error) {
		// What runs beside the step that failed must neither keep the process nor go on behind the message.
		await library?.interrupt();
		const failure = failureOf(await causeOf(error, watching), library);
		report.failed(failure);
		world.leave(failure.exitCode);
		return failure.exitCode;
	} finally {
		watching.end();
	}
}

/** Ctrl-C reaches the tools as well, and that one has ended may be heard before the signal itself is. */
async function causeOf(error: unknown, {broken}: Watch): Promise<unknown> {
	try {
		await Promise.race([broken, nextTurn()]);
		return error;
	} catch (interruption) {
		return interruption instanceof Interruption ? interruption : error;
	}
}

function reportOf(flags: CommonFlags, world: World): Report {
	const options = {json: flags.json ?? false, quiet: flags.quiet ?? false, verbose: flags.verbose ?? false};
	return new Report(options, {
		out: terminalOf(world.stdout, world.environment),
		err: terminalOf(world.stderr, world.environment),
		cwd: world.cwd,
	});
}

const codes: Readonly<Record<string, string>> = {
	'commander.unknownOption': 'UNKNOWN_FLAG',
	'commander.unknownCommand': 'UNKNOWN_COMMAND',
	'commander.optionMissingArgument': 'MISSING_VALUE',
	'commander.excessArguments': 'TOO_MANY_ARGUMENTS',
};

/** Commander's words in the shape of ours: `error: unknown option '--formt'\n(Did you mean --format?)`. */
function misunderstood(error: CommanderError, command: string | undefined): CommandLineError {
	const [first = '', ...rest] = error.message.split('\n');
	const message = first.replace(/^error: /, '');
	const nearest = /\(Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1];
	const hint = nearest === undefined ? whereToLook(error, command) : `did you mean ${nearest}?`;
	return new CommandLineError(message, codes[error.code] ?? 'INVALID_ARGUMENT', hint);
}

function whereToLook(error: CommanderError, command: string | undefined): string {
	if (error.code === 'commander.optionMissingArgument' && error.message.includes('--version')) {
		return `${command} --version takes the version of the package; that of venvpack is: venvpack --version`;
	}

	const isKnown = command !== undefined && /^[a-z]+$/.test(command) && error.code !== 'commander.unknownCommand';
	return isKnown ? `venvpack ${command} --help lists what there is` : 'venvpack --help lists the commands';
}

function thisProcess(): World {
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', ignoreClosed);
	}

	return {
		stdout: process.stdout,
		stderr: process.stderr,
		environment: process.env,
		cwd: process.cwd(),
		load: () => import('../src/index.ts'),
		watch,
		leave: code => process.exit(code),
	};
}

/** Who read our output is gone, such as `head`. The build goes on: its artifacts are what was asked for. */
function ignoreClosed(error: Error): void {
	if (!('code' in error && (error.code === 'EPIPE' || error.code === 'EIO'))) {
		throw error;
	}
}
