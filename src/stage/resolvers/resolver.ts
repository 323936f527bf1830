import type {Pylock} from '../../codecs/pylock.ts';
import type {Listener} from '../../model/events.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Indexes, InputPlan} from '../../model/plan.ts';
import type {Environment} from '../interpreters/probe.ts';

/** Decides which distributions, in which versions, an application is made of. One file a tool, beside this one. */
export interface Resolver {
	/** As users know it, such as `uv`. */
	readonly name: string;
	/** The uv that does the work, where one does: it can install, too. */
	readonly uv: HostPath | undefined;
	/** Throws an InputError (RESOLVE_FAILED, LOCK_STALE, …) with all that the tool said. */
	resolve(request: ResolveRequest): Promise<Resolution>;
	/** Installs requirements of a build into a venv that only this build uses. Throws a HostError of the tool. */
	installBuildRequirements(request: BuildRequirements): Promise<void>;
}

export interface ResolveRequest {
	readonly plan: InputPlan;
	/** Those of the plan, completed from the environment. */
	readonly indexes: Indexes;
	/** What is asked for beside the files of the plan: PEP 508 requirements, absolute paths. */
	readonly wanted: readonly string[];
	/** A private folder. */
	readonly work: HostPath;
	/** Kept between builds. */
	readonly cache: HostPath;
	readonly listener: Listener;
	readonly environment: Environment;
}

export interface BuildRequirements extends Omit<ResolveRequest, 'wanted'> {
	/** `bin/python` of the venv. */
	readonly venvPython: HostPath;
	readonly requirements: readonly string[];
	/** A file of versions that they must have; undefined: any. */
	readonly constraints: HostPath | undefined;
}

/** All that is to be installed; every marker that stands in it is still to be asked. */
export interface Resolution {
	readonly lock: Pylock;
	/** What relative paths of the lock are relative to. */
	readonly folder: HostPath;
	/** Who promises its hashes, for errors. */
	readonly by: string;
}
