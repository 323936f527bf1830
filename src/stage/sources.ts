import {realpathSync} from 'node:fs';
import {dirname, relative} from 'node:path';
import {publicUrl} from '../codecs/public-url.ts';
import {normalizedName} from '../codecs/requirement-name.ts';
import {isWithin} from '../model/paths.ts';
import type {InputPlan} from '../model/plan.ts';
import type {RecipeSource} from '../model/recipe.ts';
import type {Wheel} from '../model/staged.ts';
import type {Choice, Source} from './choose.ts';
import {pinOf} from './pins.ts';
import type {Candidate} from './wheel-check/examine.ts';

interface Origin {
	readonly choice: Choice;
	readonly candidate: Candidate;
	readonly wheel: Wheel;
}

/**
 * From what a distribution came, for the recipe; undefined for a wheel of an index. A path of this machine is told
 * relative to the project and only where that names no folder above it, an address without whatever may be a secret.
 */
export function recipeSourceOf({choice, candidate, wheel}: Origin, plan: InputPlan): RecipeSource | undefined {
	const name = normalizedName(wheel.distribution.name);
	// A recipe that is followed says where it came from; where it lies now is another matter.
	const source = plan.rebuild ? pinOf(name, plan)?.source : placeOf(choice.source, plan);
	if (source === undefined) {
		return undefined;
	}

	const {built} = candidate;
	const {kind, sdist, url, commit, subdirectory, path} = source;
	// Always in this order: where a manifest is written as it is, the same recipe gives the same bytes.
	return {
		name,
		kind,
		...(sdist === undefined ? {} : {sdist}),
		...(url === undefined ? {} : {url}),
		...(commit === undefined ? {} : {commit}),
		...(subdirectory ? {subdirectory} : {}),
		...(path === undefined ? {} : {path}),
		...(built ? {epoch: built.epoch} : {}),
		...(built && built.tools.length > 0 ? {tools: built.tools} : {}),
	};
}

function placeOf(source: Source, plan: InputPlan): Omit<RecipeSource, 'name'> | undefined {
	switch (source.kind) {
		case 'directory':
			return directory(source, plan);
		case 'repository': {
			const {url, commit, subdirectory} = source.repository;
			return {kind: 'repository', ...urlOf(url), commit, subdirectory};
		}
		default:
			return file(source);
	}
}

function file(source: Source & {kind: 'wheel' | 'sdist'}): Omit<RecipeSource, 'name'> | undefined {
	const {kind, wanted, subdirectory, direct} = source;
	const isLocal = wanted.place.startsWith('/');
	if (kind === 'wheel' && !direct && !isLocal) {
		return undefined;
	}

	return {
		kind: kind === 'sdist' && !direct && !isLocal ? 'sdist' : 'file',
		...(kind === 'sdist' ? {sdist: wanted.fileName} : {}),
		...(direct && !isLocal ? urlOf(wanted.place) : {}),
		subdirectory,
	};
}

function directory({path, subdirectory}: Source & {kind: 'directory'}, plan: InputPlan): Omit<RecipeSource, 'name'> {
	const project = plan.input.kind === 'project' ? realpathSync(plan.input.directory) : undefined;
	const place = project === undefined ? undefined : relative(project, realpathSync(path));
	if (place === '') {
		return {kind: 'project', subdirectory};
	}

	const isNear = place !== undefined && (!/^(?:\.\.\/){2}/.test(place) || isInWorkspace(path, plan));
	return {kind: 'directory', ...(isNear ? {path: place} : {}), subdirectory};
}

/** Members of a workspace lie below the folder of its lock file, whose own place stays unsaid. */
function isInWorkspace(path: string, {input}: InputPlan): boolean {
	const lock = input.kind === 'project' ? input.lock : undefined;
	return lock !== undefined && isWithin(realpathSync(path), realpathSync(dirname(lock.file)));
}

function urlOf(text: string): Pick<RecipeSource, 'url'> {
	const url = publicUrl(text);
	return url === '' ? {} : {url};
}
