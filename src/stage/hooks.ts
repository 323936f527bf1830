import {mkdirSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {run} from '../host/run.ts';
import {HostError, InputError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Hook} from '../model/plan.ts';
import {toolEnvironment} from './installers/installer.ts';
import type {Environment} from './interpreters/probe.ts';
import type {Venv} from './venv.ts';

export interface HookRequest {
	readonly hooks: readonly Hook[];
	readonly venv: Venv;
	/** A private folder: the hooks' home and temporary files lie in it. */
	readonly work: HostPath;
	/** Seconds since 1970 UTC. */
	readonly epoch: number;
	readonly listener: Listener;
	readonly environment: Environment;
}

/**
 * Runs the user's commands in the staged venv, one after the other, at the venv's own folder, in surroundings that
 * are the same on every builder: hash seed, locale, time zone and clock are fixed, home and temporary folder are empty.
 * A hook finds the stage in VENVPACK_STAGE and the prefix in VENVPACK_PREFIX: the venv is at their concatenation.
 * Throws an InputError (HOOK_FAILED) with what the hook said.
 */
export async function runHooks(request: HookRequest): Promise<void> {
	const surroundings = environmentOf(request);
	for (const hook of request.hooks) {
		await runHook(hook, request, surroundings);
	}
}

async function runHook(hook: Hook, request: HookRequest, env: Record<string, string>): Promise<void> {
	const [program = '', ...args] = hook.command;
	const shown = hook.command.join(' ');
	try {
		// env(1) looks the program up on the PATH of the hook, not on that of venvpack.
		await run('/usr/bin/env', ['--', program, ...args], {
			cwd: hostPath(`${request.venv.root}${request.venv.prefix}`),
			env,
			listener: request.listener,
			tool: 'hook',
		});
	} catch (error) {
		if (!(error instanceof HostError) || error.code === 'INTERRUPTED' || error.code === 'DISK_FULL') {
			throw error;
		}

		const output = error.output?.trim() ? `:\n${error.output.trim()}` : '';
		throw new InputError(`the hook «${shown}» failed${output}`, {
			code: 'HOOK_FAILED',
			input: shown,
			hint: 'it runs in the staged venv, its bin first on PATH; programs are found there or by their whole path',
			cause: error,
		});
	}
}

function environmentOf(request: HookRequest): Record<string, string> {
	const [home, temporary] = ['home', 'tmp'].map(name => hostPath(join(request.work, name))) as [HostPath, HostPath];
	for (const folder of [home, temporary]) {
		mkdirSync(folder, {recursive: true});
	}

	const {venv, environment} = request;
	const bin = `${venv.root}${venv.prefix}/bin`;
	return {
		...toolEnvironment(environment, temporary),
		PATH: [bin, environment.PATH ?? '/usr/bin:/bin'].join(delimiter),
		HOME: home,
		VIRTUAL_ENV: `${venv.root}${venv.prefix}`,
		VENVPACK_STAGE: venv.root,
		VENVPACK_PREFIX: venv.prefix,
		SOURCE_DATE_EPOCH: String(request.epoch),
		PYTHONHASHSEED: '0',
		TZ: 'UTC',
	};
}
