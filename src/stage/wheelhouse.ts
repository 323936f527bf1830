import {mkdirSync, realpathSync} from 'node:fs';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {satisfies} from '@renovatebot/pep440';
import {decodeRequirementName, normalizedName} from '../codecs/requirement-name.ts';
import {decodeWheelName} from '../codecs/wheel-name.ts';
import {rankOf, supportedTags, type TagRanks} from '../codecs/wheel-tags.ts';
import {libcOf} from '../host/libc.ts';
import {openWeb, type Web} from '../host/web.ts';
import {InputError} from '../model/errors.ts';
import {type Listener, timed} from '../model/events.ts';
import {type HostPath, hostPath, isWithin} from '../model/paths.ts';
import type {Input, InputPlan} from '../model/plan.ts';
import type {Wheel, Wheelhouse} from '../model/staged.ts';
import {copyProject, mustBeAskedInPlace} from './backend/project-copy.ts';
import {buildFolder} from './backend/source.ts';
import {buildAll} from './backend/sources.ts';
import {type Choice, choose, wrongTags} from './choose.ts';
import {cacheFolder, prepareCache} from './download/cache.ts';
import {credentialsOf} from './download/credentials.ts';
import {downloadAll, inTurn} from './download/download.ts';
import {indexesOf, knownIndexes} from './download/index-urls.ts';
import {type HashPromises, hashPromises, refuseUnhashed} from './hash-promises.ts';
import type {Environment} from './interpreters/probe.ts';
import {refuseForbidding} from './requires-python.ts';
import {applying} from './resolvers/applying.ts';
import {lockedResolution, projectName} from './resolvers/pylock.ts';
import type {Resolution, ResolveRequest, Resolver} from './resolvers/resolver.ts';
import {resolverFor} from './resolvers/resolvers.ts';
import {examine} from './wheel-check/examine.ts';

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
			wanted: await wantedOf(plan, options),
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
		async () => lockedResolution(plan) ?? resolver.resolve(collecting),
	);
	const choices = chosen(resolution, collecting);
	const files = choices.flatMap(({source}) => ('wanted' in source ? [source.wanted] : []));
	const fetched = await timed(listener, 'download', `${files.length} files`, async () =>
		downloadAll(files, {...collecting, offline: plan.offline}),
	);
	const byFile = new Map(files.map((file, at) => [file, fetched[at]]));
	const candidates = await buildAll(choices, byFile, collecting);
	const wheels = await inTurn(candidates, examine);
	for (const [at, wheel] of wheels.entries()) {
		refuseTags(wheel.fileName, collecting.ranks, plan);
		refuseOther(wheel, choices[at]);
	}

	refuseForbidding(wheels, plan);
	const main = choices.findIndex(choice => isMain(choice, collecting));
	const built = choices.filter((_, at) => candidates[at]?.origin === 'built');
	return {
		wheels,
		main: main < 0 ? undefined : wheels[main],
		buildRoots: built.map(choice => buildFolder(collecting.work, choice.name)),
		uv: collecting.resolver.uv,
	};
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

/** What the command line asks for beside files of requirements. */
async function wantedOf(plan: InputPlan, options: CollectOptions): Promise<string[]> {
	const extras = plan.extras.length === 0 ? '' : `[${plan.extras.join(',')}]`;
	const {input} = plan;
	const place =
		input.kind === 'project'
			? await askedPlace(input, options)
			: input.kind === 'requirements'
				? undefined
				: input.file;
	return [...(place === undefined ? [] : [`${pathToFileURL(place).href}${extras}`]), ...plan.from];
}

/** Where a resolver is to look at the project. Its backend may have to run for that, which is better done in a copy. */
async function askedPlace(
	{directory, lock}: Input & {kind: 'project'},
	{work, environment}: CollectOptions,
): Promise<HostPath> {
	const inPlace = lock !== undefined || (await mustBeAskedInPlace(directory));
	return inPlace ? directory : copyProject(directory, copyOf(work), environment);
}

function copyOf(work: HostPath): HostPath {
	return hostPath(join(work, 'project'));
}

/** What was resolved from the copy is built from the project itself. */
function fromProject(choice: Choice, {plan, work}: Collecting): Choice {
	const {source} = choice;
	return plan.input.kind === 'project' && source.kind === 'directory' && isWithin(source.path, copyOf(work))
		? {...choice, source: {...source, path: plan.input.directory}}
		: choice;
}

/** Whether this is what the package is named after. */
function isMain({name, source}: Choice, {plan, promises}: Collecting): boolean {
	switch (plan.input.kind) {
		case 'project':
			return source.kind === 'directory' && realpathSync(source.path) === realpathSync(plan.input.directory);
		case 'requirements': {
			const named = [
				...plan.from.map(line => decodeRequirementName(line)?.name ?? ''),
				...promises.lines.map(line => line.name),
			];
			const [only] = named.filter(found => found !== '');
			return named.length === 1 && only !== undefined && normalizedName(only) === name;
		}
		default:
			return 'wanted' in source && source.wanted.place === plan.input.file;
	}
}

/** A wheel that is named itself is looked at before a resolver unpacks it to read its metadata. */
async function refuseWrongWheel(plan: InputPlan, ranks: TagRanks): Promise<void> {
	const {input} = plan;
	if (input.kind === 'wheel') {
		refuseTags(basename(input.file), ranks, plan);
		refuseForbidding([await examine({file: input.file, sha256: undefined, origin: 'file'})], plan);
	}
}

/** A source or a lock may say one name and version, and the wheel another. */
function refuseOther({fileName, distribution}: Wheel, choice: Choice | undefined): void {
	const isNamed =
		choice === undefined || choice.name === projectName || normalizedName(distribution.name) === choice.name;
	const version = choice?.version ?? '';
	const isVersion =
		version === '' || version === distribution.version || satisfies(distribution.version, `==${version}`);
	if (!isNamed || !isVersion) {
		throw new InputError(
			`${fileName} is ${distribution.name} ${distribution.version}, and ${choice?.name} ${version} was asked for`,
			{
				code: 'WHEEL_OTHER',
				input: fileName,
				hint: 'the index, the lock file or the source says one thing and holds another: mend it there',
			},
		);
	}
}

function refuseTags(fileName: string, ranks: TagRanks, plan: InputPlan): void {
	const name = decodeWheelName(fileName);
	if (name && rankOf(name, ranks) === undefined) {
		throw wrongTags(fileName, plan.python.minor);
	}
}
