import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {run} from './run.ts';

/**
 * The time of the last commit of the git work tree that holds `folder`, in seconds since 1970 UTC; undefined where there
 * is no work tree, no commit or no git. Throws a HostError (GIT_FAILED) where git refuses: another user's work tree would
 * otherwise give another time, silently.
 */
export async function commitTime(
	folder: HostPath,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<number | undefined> {
	try {
		const options = {
			env: {...environment, LC_ALL: 'C'},
			code: 'GIT_FAILED',
			doing: 'reading the time of the last commit',
		};
		const {stdout} = await run('git', ['-C', folder, 'log', '-1', '--format=%ct'], options);
		return Number(stdout.trim());
	} catch (error) {
		const output = error instanceof HostError ? (error.output ?? '') : '';
		const isMissing = error instanceof HostError && error.code === 'TOOL_MISSING';
		if (isMissing || /not a git repository|does not have any commits yet/.test(output)) {
			return undefined;
		}

		throw error instanceof HostError
			? new HostError(error.message, {
					code: error.code,
					command: error.command,
					output: error.output,
					cause: error,
					hint: 'have git accept the folder (git config --global --add safe.directory), or set SOURCE_DATE_EPOCH',
				})
			: error;
	}
}
