import {HostError, UsageError} from '../../model/errors.ts';
import {hostPath} from '../../model/paths.ts';
import {findInterpreter, type Interpreter} from '../../stage/interpreters/system.ts';
import type {Context} from '../context.ts';
import type {Written} from './recipe.ts';

/**
 * The interpreter that builds again: the one asked for, else of the very version that built, else of its minor, with a
 * warning (PYTHON_DIFFERS): the manifest names the version, and another patch level may compile or build otherwise.
 * Throws a HostError (INTERPRETER_MISSING, INTERPRETER_UNFIT), a UsageError (PYTHON_MINOR) for another minor.
 */
export async function interpreterFor(
	{manifest, recipe}: Written,
	asked: string | undefined,
	{environment, listener}: Context,
): Promise<Interpreter> {
	const {minor} = manifest.python;
	const found = await (asked === undefined
		? exact(recipe.python, minor, environment)
		: findInterpreter(wanted(asked), environment));
	if (found.minor !== minor) {
		throw new UsageError(`--python is ${found.version}, and the artifact is for Python ${minor}`, {
			code: 'PYTHON_MINOR',
			hint: `name a Python ${minor}, best ${recipe.python}`,
		});
	}

	if (found.version !== recipe.python) {
		const message = `the artifact was built with Python ${recipe.python}, and ${found.version} builds it again: they cannot be identical`;
		listener({kind: 'warning', code: 'PYTHON_DIFFERS', message});
	}

	return found;
}

function wanted(asked: string): Parameters<typeof findInterpreter>[0] {
	if (asked.includes('/')) {
		return {kind: 'path', path: hostPath(asked)};
	}

	return /^3\.\d+$/.test(asked) ? {kind: 'minor', minor: asked} : {kind: 'any', requiresPython: `==${asked}`};
}

async function exact(version: string, minor: string, environment: Context['environment']): Promise<Interpreter> {
	try {
		return await findInterpreter({kind: 'any', requiresPython: `==${version}`}, environment);
	} catch (error) {
		if (error instanceof HostError && error.code === 'INTERPRETER_MISSING') {
			return findInterpreter({kind: 'minor', minor}, environment);
		}

		throw error;
	}
}
