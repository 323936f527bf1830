import type {Host} from '../config/choose-targets.ts';
import type {Config} from '../config/config.ts';
import {loadConfig} from '../config/load.ts';
import {type WantedPython, wantedPython} from '../config/python.ts';
import {formats} from '../formats/formats.ts';
import {commitTime} from '../host/commit-time.ts';
import {describeMachine} from '../host/machine.ts';
import {HostError} from '../model/errors.ts';
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

/** Reads the configuration and finds the interpreter. Throws what these throw. */
export async function prepare(request: Request, context: Context): Promise<Prepared> {
	const {environment} = context;
	const config = await loadConfig(request, {formats, environment, cwd: currentFolder()});
	for (const notice of config.notices) {
		context.listener(notice);
	}

	const host = describeMachine();
	const python = await builderOf(config, host, context);
	const commit = config.input.kind === 'project' ? await commitTime(config.input.directory, environment) : undefined;
	return {config, host, python, commit};
}

async function builderOf(config: Config, host: Host, {environment, listener}: Context): Promise<Interpreter> {
	if (config.input.kind === 'venv') {
		return interpreterOfVenv(findVenv(config.input.directory), {python: config.values.python, environment, listener});
	}

	return findBuilder(wantedPython(config, host), environment);
}

/** The target's minor need not be here. Unless somebody asked for it, another that the project accepts may build. */
async function findBuilder(wanted: WantedPython, environment: Context['environment']): Promise<Interpreter> {
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
