import {realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {type LeakAudit, leakAudit} from '../check/leak-audit.ts';
import {leakNeedles} from '../check/leak-needles.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Plan} from '../model/plan.ts';
import type {Staged} from '../model/staged.ts';
import {cacheFolder} from '../stage/download/cache.ts';
import {netrcLogins} from '../stage/download/credentials.ts';
import {indexesOf} from '../stage/download/index-urls.ts';
import type {Context} from './context.ts';

interface Builder {
	readonly plan: Plan;
	readonly staged: Staged;
	readonly work: HostPath;
	readonly environment: Context['environment'];
}

/** The check that no byte tells of this machine, for what this build knows of it. */
export function leakCheck({plan, staged, work, environment}: Builder): LeakAudit {
	const {python, indexes} = plan.input;
	const {indexUrl, extraIndexUrls} = indexesOf(indexes, environment);
	return leakAudit({
		prefix: plan.prefix,
		downloaded: staged.downloaded,
		carried: staged.carried,
		allow: plan.allowLeaks,
		needles: leakNeedles({
			prefix: plan.prefix,
			moves: staged.moves,
			python,
			work: bothNames(work),
			caches: cachesOf(environment),
			home: hostPath(homeOf(environment)),
			indexUrls: [indexUrl, ...extraIndexUrls, ...netrcLogins(environment)],
		}),
	});
}

/** Of uv, of pip, and of venvpack itself. */
function cachesOf(environment: Context['environment']): HostPath[] {
	const {UV_CACHE_DIR, PIP_CACHE_DIR, XDG_CACHE_HOME} = environment;
	const shared = XDG_CACHE_HOME || join(homeOf(environment), '.cache');
	const places = [UV_CACHE_DIR || join(shared, 'uv'), PIP_CACHE_DIR || join(shared, 'pip'), cacheFolder(environment)];
	return places.map(hostPath);
}

function homeOf(environment: Context['environment']): string {
	return environment.HOME || homedir();
}

function bothNames(folder: HostPath): HostPath[] {
	return [folder, hostPath(realpathSync(folder))];
}
