import {HostError, InputError, UsageError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {RecordedArchive} from '../../model/python-archive.ts';
import {findInterpreter, type Interpreter} from '../../stage/interpreters/system.ts';
import type {Context} from '../context.ts';
import type {Written} from './recipe.ts';
import type {ReproduceRequest} from './request.ts';

export interface InterpreterSearch {
	readonly written: Written;
	readonly request: Pick<ReproduceRequest, 'python' | 'pythonArchive' | 'offline'>;
	/** A private folder, for one that comes in an archive. */
	readonly work: () => HostPath;
}

/**
 * The interpreter that builds again: the one asked for, else that of the archive which the artifact names, else of the very
 * version that built, else of its minor, with a warning (PYTHON_DIFFERS): the manifest names the version, and another patch
 * level may compile or build otherwise. One that is carried has to be of that version.
 * Throws a HostError (INTERPRETER_MISSING, INTERPRETER_UNFIT), a UsageError (PYTHON_MINOR) for another minor, an InputError
 * (SOURCE_NEEDED) where what is carried is not at hand, and what bringing an archive throws.
 */
export async function interpreterFor(search: InterpreterSearch, context: Context): Promise<Interpreter> {
	const {manifest, recipe} = search.written;
	const {minor} = manifest.python;
	const found = await wantedFor(search, context);
	if (found.minor !== minor) {
		throw new UsageError(`--python is ${found.version}, and the artifact is for Python ${minor}`, {
			code: 'PYTHON_MINOR',
			hint: `name a Python ${minor}, best ${recipe.python}`,
		});
	}

	if (found.version !== recipe.python) {
		const message = `the artifact was built with Python ${recipe.python}, and ${found.version} builds it again: they cannot be identical`;
		context.listener({kind: 'warning', code: 'PYTHON_DIFFERS', message});
	}

	return found;
}

async function wantedFor({written, request, work}: InterpreterSearch, context: Context): Promise<Interpreter> {
	const {manifest, recipe} = written;
	const {environment} = context;
	if (request.python !== undefined) {
		return findInterpreter(wanted(request.python), environment);
	}

	const archive = recipe.interpreter?.archive;
	if (archive) {
		const {name, sha256, url} = archive;
		const place = request.pythonArchive ?? url ?? missingArchive(archive);
		const {unpackPython} = await import('../python-archive/python-archive.ts');
		const promisedBy = `the recipe (${name})`;
		return unpackPython({place, sha256, promisedBy}, {work: work(), offline: request.offline ?? false, context});
	}

	return manifest.layout?.bundle
		? carriedVersion(recipe.python, environment)
		: exact(recipe.python, manifest.python.minor, environment);
}

function missingArchive({name, sha256}: RecordedArchive): never {
	throw new InputError(`the artifact carries the interpreter of ${name}, and does not say where that is to be had`, {
		code: 'SOURCE_NEEDED',
		input: name,
		hint: `say where it lies: --python-archive FILE, whose sha256 is ${sha256}`,
	});
}

async function carriedVersion(version: string, environment: Context['environment']): Promise<Interpreter> {
	try {
		return await findInterpreter({kind: 'any', requiresPython: `==${version}`}, environment);
	} catch (cause) {
		if (!(cause instanceof HostError) || cause.code !== 'INTERPRETER_MISSING') {
			throw cause;
		}

		throw new InputError(`the artifact carries CPython ${version}, and this machine has none of that version`, {
			code: 'SOURCE_NEEDED',
			input: `CPython ${version}`,
			hint: 'install that very build, or name another one with --python to see what differs',
			cause,
		});
	}
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
