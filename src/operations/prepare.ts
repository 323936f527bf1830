import type {Host} from '../config/choose-targets.ts';
import type {Config} from '../config/config.ts';
import {loadConfig} from '../config/load.ts';
import {type WantedPython, wantedPython} from '../config/python.ts';
import {formats} from '../formats/formats.ts';
import {commitTime} from '../host/commit-time.ts';
import {describeMachine} from '../host/machine.ts';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import type {Request} from '../model/request.ts';
import {interpreterOfVenv} from '../stage/existing/interpreter.ts';
import {findVenv} from '../stage/existing/venv-folder.ts';
import {findInterpreter, type Interpreter} from '../stage/interpreters/system.ts';
import {type Context, currentFolder} from './context.ts';

/** What is known before anything runs but a look at the interpreter. */
export interface Prepared {
	readonly config: Config;
	readonly host: Host;
	readonly python: Interpreter;
	/** Of the project's last commit, seconds since 1970 UTC. */
	readonly commit: number | undefined;
}

/**
 * Reads the configuration and finds the interpreter; `unpackInto` gives a private folder for one that comes in an archive.
 * Throws what these throw.
 */
export async function prepare(request: Request, context: Context, unpackInto: () => HostPath): Promise<Prepared> {
	const {environment} = context;
	const config = await loadConfig(request, {formats, environment, cwd: currentFolder()});
	for (const notice of config.notices) {
		context.listener(notice);
	}

	const host = describeMachine();
	const python = await builderOf(config, {host, context, unpackInto});
	const commit = config.input.kind === 'project' ? await commitTime(config.input.directory, environment) : undefined;
	return {config, host, python, commit};
}

interface Search {
	readonly host: Host;
	readonly context: Context;
	readonly unpackInto: () => HostPath;
}

async function builderOf(config: Config, {host, context, unpackInto}: Search): Promise<Interpreter> {
	const {environment, listener} = context;
	if (config.input.kind === 'venv') {
		return interpreterOfVenv(findVenv(config.input.directory), {python: config.values.python, environment, listener});
	}

	const wanted = wantedPython(config, host);
	if (wanted.kind === 'archive') {
		// Loaded by builds that ask for it.
		const {unpackPython} = await import('./python-archive/python-archive.ts');
		return unpackPython(wanted.archive, {work: unpackInto(), offline: config.values.offline ?? false, context});
	}

	return findBuilder(wanted, environment);
}

/** The target's minor need not be here. Unless somebody asked for it, another that the project accepts may build. */
async function findBuilder(
	wanted: Exclude<WantedPython, {kind: 'archive'}>,
	environment: Context['environment'],
): Promise<Interpreter> {
	try {
		return await findInterpreter(wanted, environment);
	} catch (error) {
		const isMissing = error instanceof HostError && error.code === 'INTERPRETER_MISSING';
		if (isMissing && wanted.kind === 'minor' && wanted.otherwise !== undefined) {
			return findInterpreter({kind: 'any', requiresPython: wanted.otherwise}, environment);
		}

		throw error;
	}
}
