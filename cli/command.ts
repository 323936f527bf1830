import {resolve} from 'node:path';
import type {Command} from 'commander';
import type * as Library from '../src/index.ts';
import {CommandLineError} from './failure.ts';
import type {Face} from './library.ts';
import type {Report} from './report.ts';

/** Flags of every command. */
export interface CommonFlags {
	readonly json?: true;
	readonly quiet?: true;
	readonly verbose?: true;
}

/** What a command works with once its flags are read. */
export interface Session {
	readonly library: Face;
	readonly context: Library.Context;
	readonly report: Report;
	readonly cwd: string;
}

/** Loads the library and runs a command with it: given to each command by program.ts. */
export type Perform = (flags: CommonFlags, action: (session: Session) => Promise<void>) => Promise<void>;

/** Adds the flags that every command has. */
export function addCommonFlags(command: Command): Command {
	return command
		.optionsGroup('Output:')
		.option('--json', 'one JSON document on stdout, also for an error')
		.option('--quiet', 'errors only')
		.option('--verbose', 'also what the called tools print, and the timings')
		.helpOption('-h, --help', 'show this help');
}

/** A path of the command line, absolute. An empty one comes from an unset variable, and would mean the folder one is in. */
export function absolute(session: Session, path: string, what: string): Library.HostPath {
	if (path === '') {
		throw new CommandLineError(`${what} is empty`, 'EMPTY_ARGUMENT', 'is the variable set that it is made of?');
	}

	return session.library.hostPath(resolve(session.cwd, path));
}

/** A path of the command line on the machine that installs. */
export function installed(session: Session, path: string, flag: string): Library.InstallPath {
	try {
		return session.library.installPath(path);
	} catch {
		throw new CommandLineError(
			`${flag} ${JSON.stringify(path)} is no absolute path without ".."`,
			'INVALID_ARGUMENT',
			`such as ${flag} /opt/app`,
		);
	}
}

/** An artifact of the command line: an address as it is, a path made absolute. */
export function artifactOf(session: Session, place: string, what: string): string {
	return /^https?:\/\//i.test(place) ? place : absolute(session, place, what);
}
