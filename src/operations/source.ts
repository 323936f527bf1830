import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {ProjectMetadata} from '../codecs/core-metadata.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Plan} from '../model/plan.ts';
import type {RecipeSource} from '../model/recipe.ts';
import type {Staged} from '../model/staged.ts';
import type {Context} from './context.ts';

/** What is going to be packaged, in hand: wheels, or a venv that exists already. */
export interface Source {
	/** Of the distribution that the package is named after; undefined where there is none. */
	readonly metadata: ProjectMetadata | undefined;
	/** Newest member of the downloaded wheels, seconds since 1970 UTC; undefined where there are none. */
	readonly newestMember: number | undefined;
	/** The distributions that are no wheel of an index. */
	readonly sources: readonly RecipeSource[];
	/** Whether something of it is tagged for a platform. */
	readonly isNative: boolean;
	/** Makes the staged venv of a plan. Throws what its steps throw. */
	stage(plan: Plan): Promise<Staged>;
}

export interface SourceOptions {
	/** The name of the package, where the configuration gives one. */
	readonly name: string | undefined;
	/** A private folder. */
	readonly work: HostPath;
	readonly context: Context;
}

/** A folder of that name in the private one. */
export function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}
