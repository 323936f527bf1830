import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {InputError} from '../../model/errors.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Pin} from '../../model/plan.ts';
import type {Recipe, RecipeSource} from '../../model/recipe.ts';
import type {OpenedArtifact} from '../open.ts';
import type {ReproduceRequest} from './request.ts';
import {checkTrust} from './trust.ts';

/** What an artifact says of how it was made. */
export interface Written {
	readonly manifest: ManifestSummary;
	readonly recipe: Recipe;
}

/** Throws an InputError (RECIPE_MISSING) for what no recipe can make again, and what `checkTrust` throws. */
export function recipeIn({file, pkg}: OpenedArtifact): Written {
	const {manifest} = pkg;
	const recipe = manifest?.recipe;
	if (manifest === undefined || recipe === undefined) {
		const maker = manifest ? `venvpack ${manifest.venvpack}, which wrote none yet` : 'something else than venvpack';
		throw missing(file, `${file} has no recipe: it was made by ${maker}`);
	}

	if (recipe.input === 'venv') {
		throw missing(file, `${file} was made of an existing venv, and nobody knows how that was made`);
	}

	checkTrust(manifest, recipe);
	return {manifest, recipe};
}

function missing(file: HostPath, message: string): InputError {
	return new InputError(message, {
		code: 'RECIPE_MISSING',
		input: file,
		hint: 'build it from its project or its requirements, and compare with venvpack diff',
	});
}

/**
 * Every distribution of the artifact with all that is known of where it came from.
 * Throws an InputError: SOURCE_NEEDED where that is a folder that was not named, NO_PROJECT where there is none.
 */
export function pinsOf({manifest, recipe}: Written, request: ReproduceRequest): Pin[] {
	return manifest.distributions.map(({name, version, origin, wheel, sha256}) => {
		const source = recipe.sources.find(known => known.name === normalizedName(name));
		return {name, version, origin, wheel, sha256, source, directory: source && directoryOf(source, request)};
	});
}

function directoryOf(source: RecipeSource, {project, sources = {}}: ReproduceRequest): HostPath | undefined {
	const named = Object.entries(sources).find(([name]) => normalizedName(name) === source.name)?.[1];
	if (source.kind === 'directory') {
		const beside = project !== undefined && source.path !== undefined ? join(project, source.path) : undefined;
		return present(named ?? (beside === undefined ? undefined : hostPath(beside)));
	}

	if (source.kind === 'project' && named === undefined && project === undefined) {
		throw new InputError(`${source.name} was built from a project, and its sources are not in the artifact`, {
			code: 'SOURCE_NEEDED',
			input: source.name,
			hint: 'say where the project lies, as it was then: --project DIR',
		});
	}

	return present(source.kind === 'project' ? (named ?? project) : named);
}

function present(folder: HostPath | undefined): HostPath | undefined {
	if (folder !== undefined && !existsSync(folder)) {
		throw new InputError(`${folder} does not exist`, {
			code: 'NO_PROJECT',
			input: folder,
			hint: 'name a folder that does, with --project or --source',
		});
	}

	return folder;
}
