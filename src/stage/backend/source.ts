import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {LockedRepository} from '../../codecs/pylock.ts';
import {run, withoutCredentials} from '../../host/run.ts';
import {HostError, InputError} from '../../model/errors.ts';
import type {Listener} from '../../model/events.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';

/** What git is asked with: nobody can type a password into a build, and the user's index is not to be touched. */
export function gitEnvironment(environment: Environment): Record<string, string | undefined> {
	return {...environment, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C.UTF-8'};
}

/**
 * Brings a repository at exactly one commit, submodules too.
 * Throws an InputError: VCS_UNKNOWN for another system than git, VCS_FAILED with what git said.
 */
export async function cloneRepository(
	{type, url, commit}: LockedRepository,
	to: HostPath,
	{listener, environment}: {listener: Listener; environment: Environment},
): Promise<void> {
	const shown = withoutCredentials(url);
	if (type !== 'git') {
		throw new InputError(`${shown}: requirements are brought by git only, not by ${type}`, {
			code: 'VCS_UNKNOWN',
			input: shown,
			hint: 'build a wheel of it by hand, and name that',
		});
	}

	await mkdir(to, {recursive: true});
	const git = async (...args: string[]) =>
		run('git', args, {cwd: to, env: gitEnvironment(environment), listener, tool: 'git', code: 'VCS_FAILED'});
	try {
		await git('init', '--quiet');
		await git('remote', 'add', 'origin', url);
		// Tags too: they are what tools take a version from.
		await git('fetch', '--quiet', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*', commit);
		await git('-c', 'advice.detachedHead=false', 'checkout', '--quiet', commit);
		if (existsSync(join(to, '.gitmodules'))) {
			await git('submodule', 'update', '--quiet', '--init', '--recursive');
		}
	} catch (error) {
		if (!(error instanceof HostError) || error.code !== 'VCS_FAILED') {
			throw error;
		}

		throw new InputError(`${shown} cannot be brought at ${commit}:\n${error.output ?? ''}`, {
			code: 'VCS_FAILED',
			input: shown,
			hint: 'read what git says above; keys and credential helpers of git are used, passwords are not asked for',
			cause: error,
		});
	}
}

/** The commit time of a work tree's HEAD, seconds since 1970; undefined where there is none. */
export async function commitTime(folder: HostPath, environment: Environment): Promise<number | undefined> {
	try {
		const {stdout} = await run('git', ['log', '-1', '--format=%ct'], {cwd: folder, env: gitEnvironment(environment)});
		return /^\d+$/.test(stdout.trim()) ? Number(stdout.trim()) : undefined;
	} catch {
		return undefined;
	}
}

/** A folder below `work` for the build of `name`; the same for each run, so that nothing random is compiled in. */
export function buildFolder(work: HostPath, name: string): HostPath {
	return hostPath(join(work, 'build', name));
}
