import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {HostError, InputError} from '../../model/errors.ts';
import type {Listener} from '../../model/events.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import {type Environment, type Interpreter, probe} from '../interpreters/probe.ts';
import {findInterpreter} from '../interpreters/system.ts';
import {broken, type VenvFolder} from './venv-folder.ts';

interface Search {
	/** A minor or a path, where somebody asked for one. */
	readonly python: string | undefined;
	readonly environment: Environment;
	readonly listener: Listener;
}

/**
 * The interpreter that compiles for a venv: the one asked for, else the venv's own, else, where that is gone, another of
 * the same minor, whose bytecode is the same.
 * Throws an InputError (VENV_PYTHON_MINOR, VENV_BROKEN) or a HostError (INTERPRETER_MISSING, INTERPRETER_UNFIT).
 */
export async function interpreterOfVenv(venv: VenvFolder, search: Search): Promise<Interpreter> {
	if (search.python !== undefined) {
		return asked(venv, search.python, search.environment);
	}

	const own =
		(await probe(hostPath(join(venv.folder, 'bin/python')), search.environment)) ?? (await ofHome(venv, search));
	if (own && own.minor !== venv.minor) {
		throw broken(
			venv.named,
			`has packages of Python ${venv.minor}, and its interpreter ${own.executable} is ${own.version}`,
		);
	}

	return own ?? other(venv, search);
}

async function asked(venv: VenvFolder, python: string, environment: Environment): Promise<Interpreter> {
	const wanted = python.includes('/')
		? ({kind: 'path', path: hostPath(python)} as const)
		: ({kind: 'minor', minor: python} as const);
	const found = await findInterpreter(wanted, environment);
	if (found.minor !== venv.minor) {
		throw new InputError(
			`--python is ${found.executable}, Python ${found.version}, and ${venv.named} belongs to ${venv.minor}`,
			{
				code: 'VENV_PYTHON_MINOR',
				input: venv.named,
				hint: `leave --python out, or name a Python ${venv.minor}: a venv belongs to one minor`,
			},
		);
	}

	return found;
}

async function ofHome({configuration, minor}: VenvFolder, {environment}: Search): Promise<Interpreter | undefined> {
	const home = configuration.get('home');
	return home === undefined ? undefined : probe(hostPath(join(home, `python${minor}`)), environment);
}

async function other(venv: VenvFolder, {environment, listener}: Search): Promise<Interpreter> {
	const gone = `the interpreter of ${venv.named}, in ${venv.configuration.get('home') ?? 'a place that it does not name'}, is gone`;
	try {
		const found = await findInterpreter({kind: 'minor', minor: venv.minor}, environment);
		listener({kind: 'note', message: `${gone}; ${found.executable} compiles in its place`});
		return found;
	} catch (error) {
		if (error instanceof HostError && error.code === 'INTERPRETER_MISSING') {
			throw new HostError(`${gone}, and it takes one of Python ${venv.minor} to compile: ${error.message}`, {
				code: error.code,
				hint: error.hint,
				cause: error,
			});
		}

		throw error;
	}
}

/** The venv's interpreter by the name that the venv has for it: a link that upgrades follow, such as those of uv. */
export function ownName({configuration, minor}: VenvFolder, found: Interpreter): HostPath {
	const named = join(configuration.get('home') ?? '', `python${minor}`);
	return named.startsWith('/') && existsSync(named) ? hostPath(named) : found.executable;
}
