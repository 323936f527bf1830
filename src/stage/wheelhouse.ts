import {mkdirSync} from 'node:fs';
import {supportedTags, type TagRanks} from '../codecs/wheel-tags.ts';
import {libcOf} from '../host/libc.ts';
import {openWeb, type Web} from '../host/web.ts';
import {type Listener, timed} from '../model/events.ts';
import type {HostPath} from '../model/paths.ts';
import type {InputPlan} from '../model/plan.ts';
import type {RecipeSource} from '../model/recipe.ts';
import type {Wheel, Wheelhouse} from '../model/staged.ts';
import {fromProject, isMain, wantedOf} from './asked.ts';
import {buildFolder} from './backend/source.ts';
import {buildAll} from './backend/sources.ts';
import {type Choice, choose} from './choose.ts';
import {cacheFolder, prepareCache} from './download/cache.ts';
import {credentialsOf} from './download/credentials.ts';
import {downloadAll, inTurn} from './download/download.ts';
import {indexesOf, knownIndexes} from './download/index-urls.ts';
import {refuseOther, refuseTags, refuseWrongWheel} from './fitness.ts';
import {type HashPromises, hashPromises, refuseUnhashed} from './hash-promises.ts';
import type {Environment} from './interpreters/probe.ts';
import {asPinned} from './pins.ts';
import {refuseForbidding} from './requires-python.ts';
import {applying} from './resolvers/applying.ts';
import {pinnedResolution} from './resolvers/pinned.ts';
import {lockedResolution} from './resolvers/pylock.ts';
import type {Resolution, ResolveRequest, Resolver} from './resolvers/resolver.ts';
import {resolverFor} from './resolvers/resolvers.ts';
import {recipeSourceOf} from './sources.ts';
import {type Candidate, examine} from './wheel-check/examine.ts';

export interface CollectOptions {
	/** A private temporary folder: everything goes below it, but for what is kept in venvpack's cache. */
	readonly work: HostPath;
	readonly listener: Listener;
	readonly environment: Environment;
}

/** What the steps share. */
interface Collecting extends ResolveRequest {
	readonly web: Web;
	readonly resolver: Resolver;
	readonly ranks: TagRanks;
	readonly promises: HashPromises;
}

/**
 * Brings every wheel that the venv is going to hold: resolves, downloads, builds what comes as source, and examines
 * each one. Nothing is installed.
 * Throws an InputError, or a HostError where the machine or the network is at fault; the steps say which.
 */
export async function collectWheels(plan: InputPlan, options: CollectOptions): Promise<Wheelhouse> {
	const indexes = indexesOf(plan.indexes, options.environment);
	const project = plan.input.kind === 'project' ? plan.input.directory : undefined;
	const promises = hashPromises(plan, options.environment);
	const inFiles = promises.lines.flatMap(line => line.index ?? []);
	const known = knownIndexes(
		{...indexes, extraIndexUrls: [...indexes.extraIndexUrls, ...inFiles]},
		project,
		options.environment,
	);
	const credentials = credentialsOf(known, options.environment);
	const web = openWeb({environment: options.environment, authorize: credentials.authorize});
	try {
		mkdirSync(options.work, {recursive: true});
		const libc = libcOf();
		const ranks = supportedTags({minor: plan.python.minor, machine: plan.machine, libc});
		await refuseWrongWheel(plan, ranks);
		const cache = cacheFolder(options.environment);
		prepareCache(cache);
		const request = {
			...options,
			plan,
			indexes,
			wanted: plan.rebuild ? [] : await wantedOf(plan, options),
			cache,
		};
		const resolver = await resolverFor({...request, web, libc: libc.family});
		return await collect({...request, web, resolver, ranks, promises});
	} finally {
		web.close();
	}
}

async function collect(collecting: Collecting): Promise<Wheelhouse> {
	const {plan, listener, resolver} = collecting;
	const resolution = await timed(
		listener,
		'resolve',
		`with ${resolver.name}`,
		async () => pinnedResolution(collecting) ?? lockedResolution(plan) ?? resolver.resolve(collecting),
	);
	const choices = chosen(resolution, collecting);
	const files = choices.flatMap(({source}) => ('wanted' in source ? [source.wanted] : []));
	const fetched = await timed(listener, 'download', `${files.length} files`, async () =>
		downloadAll(files, {...collecting, offline: plan.offline}),
	);
	const byFile = new Map(files.map((file, at) => [file, fetched[at]]));
	const candidates = await buildAll(choices, byFile, collecting);
	const wheels = (await inTurn(candidates, examine)).map(wheel => asPinned(wheel, plan));
	for (const [at, wheel] of wheels.entries()) {
		refuseTags(wheel.fileName, collecting.ranks, plan);
		refuseOther(wheel, choices[at]);
	}

	refuseForbidding(wheels, plan);
	const main = choices.findIndex(choice => isMain(choice, plan, collecting.promises));
	const built = choices.filter((_, at) => candidates[at]?.origin === 'built');
	return {
		wheels,
		main: main < 0 ? undefined : wheels[main],
		buildRoots: built.map(choice => buildFolder(collecting.work, choice.name)),
		sources: sourcesOf(choices, candidates, wheels, plan),
		uv: collecting.resolver.uv,
	};
}

function sourcesOf(
	choices: readonly Choice[],
	candidates: readonly Candidate[],
	wheels: readonly Wheel[],
	plan: InputPlan,
): RecipeSource[] {
	return choices.flatMap((choice, at) => {
		const [candidate, wheel] = [candidates[at], wheels[at]];
		return (candidate && wheel && recipeSourceOf({choice, candidate, wheel}, plan)) ?? [];
	});
}

function chosen(resolution: Resolution, collecting: Collecting): Choice[] {
	const {plan, ranks, promises, listener} = collecting;
	const {folder, by} = resolution;
	const packages = applying(resolution, plan);
	const choices = packages.map(locked =>
		choose(locked, {ranks, folder, by, allowed: promises.allowed, minor: plan.python.minor}),
	);
	const fromIndex = choices.filter(choice => 'wanted' in choice.source && !choice.source.wanted.place.startsWith('/'));
	refuseUnhashed(
		fromIndex.map(choice => choice.name),
		promises,
	);
	for (const {editable, requirement} of promises.lines) {
		if (editable) {
			listener({
				kind: 'note',
				message: `-e ${requirement} is installed as a plain wheel: an editable one would lead back to this machine`,
			});
		}
	}

	return choices.map(choice => fromProject(choice, collecting));
}
