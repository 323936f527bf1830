import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {run} from '../../host/run.ts';
import {HostError, InputError} from '../../model/errors.ts';
import {type HostPath, hostPath, installPath} from '../../model/paths.ts';
import {toolEnvironment} from '../installers/installer.ts';
import type {ResolveRequest, Resolver} from '../resolvers/resolver.ts';
import {layOutVenv} from '../venv.ts';
import {readBuildSystem} from './build-system.ts';
import {frontendScript} from './frontend-script.ts';
import {pathMaps} from './path-maps.ts';
import {wrapCompilers} from './wrappers.ts';

export interface BuildRequest extends Omit<ResolveRequest, 'wanted'> {
	readonly resolver: Resolver;
	/** For messages, such as `uwsgi 2.0.31` or a folder. */
	readonly title: string;
	/** Private to this build: `src` in it is the unpacked source, or holds it. */
	readonly folder: HostPath;
	/** Where pyproject.toml or setup.py lies. */
	readonly source: HostPath;
	/** Stamped into what is built: seconds since 1970 UTC. */
	readonly epoch: number;
	/** Versions that what the build asks for must have, such as `hatchling==1.27.0`. */
	readonly constraints?: readonly string[];
}

/** 1980-01-01: the first time that a zip archive can hold. What an sdist is built with when nobody says another. */
export const firstZipTime = 315_532_800;

/**
 * Builds a source to a wheel with its own PEP 517 backend, in a venv of its own that holds what the build asks for, and
 * with surroundings that are the same everywhere: clock, hash seed, locale, time zone, umask, paths in what is compiled.
 * Throws an InputError: BUILD_FAILED, BUILD_REQUIREMENTS, with all that the tool said; and those of readBuildSystem.
 */
export async function buildWheel(request: BuildRequest): Promise<HostPath> {
	const {folder, plan, title, listener} = request;
	const system = readBuildSystem(request.source, title);
	const venv = layOutVenv({root: folder, prefix: installPath('/env'), python: plan.python});
	const surroundings = surroundingsOf(request);
	const ask = async (hook: string): Promise<unknown> =>
		callBackend(hook, {request, system, python: venv.python, surroundings});

	await installRequirements(request, venv.python, system.requires);
	const more = await ask('get_requires_for_build_wheel');
	await installRequirements(request, venv.python, Array.isArray(more) ? more.map(String) : []);
	const name = await ask('build_wheel');
	const wheel = hostPath(join(folder, 'out', String(name)));
	if (typeof name !== 'string' || name.includes('/') || !existsSync(wheel)) {
		throw failed(
			request,
			'build_wheel',
			`the backend ${system.backend} says that it made ${String(name)}, which is not there`,
		);
	}

	listener({kind: 'note', message: `${title} was built here, with ${system.backend}`});
	return wheel;
}

async function installRequirements(
	request: BuildRequest,
	venvPython: HostPath,
	requirements: readonly string[],
): Promise<void> {
	if (requirements.length === 0) {
		return;
	}

	try {
		await request.resolver.installBuildRequirements({
			...request,
			work: request.folder,
			venvPython,
			requirements,
			constraints: constraintsFile(request),
		});
	} catch (error) {
		if (!(error instanceof HostError) || error.code !== 'BUILD_REQUIREMENTS') {
			throw error;
		}

		throw new InputError(
			`what ${request.title} needs to be built (${requirements.join(', ')}) cannot be installed:\n${error.output ?? ''}`,
			{
				code: 'BUILD_REQUIREMENTS',
				input: request.title,
				hint: 'read what the tool says above; a wheel of it, where there is one, needs no building',
				cause: error,
			},
		);
	}
}

function constraintsFile({folder, constraints = []}: BuildRequest): HostPath | undefined {
	if (constraints.length === 0) {
		return undefined;
	}

	const file = hostPath(join(folder, 'constraints.txt'));
	writeFileSync(file, constraints.map(line => `${line}\n`).join(''));
	return file;
}

interface BackendCall {
	readonly request: BuildRequest;
	readonly system: ReturnType<typeof readBuildSystem>;
	readonly python: HostPath;
	readonly surroundings: Record<string, string>;
}

async function callBackend(hook: string, {request, system, python, surroundings}: BackendCall): Promise<unknown> {
	const folder = hostPath(join(request.folder, 'frontend'));
	const output = join(request.folder, 'out');
	for (const made of [folder, output]) {
		mkdirSync(made, {recursive: true});
	}

	const [script, question, answer] = ['frontend.py', `${hook}.json`, `${hook}.answer.json`].map(name =>
		join(folder, name),
	) as [string, string, string];
	writeFileSync(script, frontendScript);
	writeFileSync(
		question,
		JSON.stringify({hook, backend: system.backend, backendPath: system.backendPath, output, answer}),
	);
	try {
		// umask(1) is the shell's: Node changes that of the whole process only.
		await run('/bin/sh', ['-c', 'umask 022; exec "$@"', 'sh', python, script, question], {
			cwd: request.source,
			env: surroundings,
			listener: request.listener,
			tool: 'build',
			code: 'BUILD_FAILED',
		});
	} catch (error) {
		throw error instanceof HostError && error.code === 'BUILD_FAILED'
			? failed(request, hook, error.output ?? '', error)
			: error;
	}

	return JSON.parse(readFileSync(answer, 'utf8'));
}

function failed(request: BuildRequest, hook: string, said: string, cause?: unknown): InputError {
	return new InputError(`${request.title} cannot be built: its backend failed in ${hook}:\n${said.trim()}`, {
		code: 'BUILD_FAILED',
		input: request.title,
		hint: 'read what the backend says above; often a compiler, the headers of Python (python3-dev) or of a library are missing',
		cause,
	});
}

/** Nothing in it tells where, when or by whom; the home stays, since compilers keep their own things there. */
function surroundingsOf(request: BuildRequest): Record<string, string> {
	const {folder, plan, environment, work} = request;
	const temporary = hostPath(join(folder, 'tmp'));
	mkdirSync(temporary, {recursive: true});
	const base = toolEnvironment(environment, temporary);
	const libraries = join(plan.python.builderPrefix, 'lib');
	const isOwn = plan.python.builderPrefix !== '/usr';
	const wrapped = wrapCompilers({
		folder: hostPath(join(folder, 'wrap')),
		maps: pathMaps(folder, work, plan, environment),
		hidden: [...(isOwn ? [libraries] : []), folder],
		environment: base,
	});
	return {
		...base,
		...wrapped,
		PATH: [wrapped.PATH, join(folder, 'env/bin')].join(delimiter),
		// What is linked against a libpython outside of the usual places loses its run path, yet runs while it is built.
		...(isOwn ? {LD_LIBRARY_PATH: [libraries, base.LD_LIBRARY_PATH ?? ''].filter(Boolean).join(delimiter)} : {}),
		SOURCE_DATE_EPOCH: String(request.epoch),
		PYTHONHASHSEED: '0',
		PYTHONNOUSERSITE: '1',
		GIT_OPTIONAL_LOCKS: '0',
		TZ: 'UTC',
		VIRTUAL_ENV: dirname(dirname(join(folder, 'env/bin/python'))),
	};
}
