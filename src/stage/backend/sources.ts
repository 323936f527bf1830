import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {StageName} from '../../model/events.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Choice} from '../choose.ts';
import type {Fetched, Wanted} from '../download/download.ts';
import {pinOf} from '../pins.ts';
import type {ResolveRequest, Resolver} from '../resolvers/resolver.ts';
import type {Candidate} from '../wheel-check/examine.ts';
import {buildWheel, firstZipTime} from './build.ts';
import {copyProject} from './project-copy.ts';
import {buildFolder, cloneRepository, commitTime} from './source.ts';
import {installedTools} from './tools.ts';
import {unpackSdist} from './unpack.ts';

type Building = Omit<ResolveRequest, 'wanted'> & {readonly resolver: Resolver};

/** A wheel for each choice, in their order: the downloaded one, or one that is built here from its source. */
export async function buildAll(
	choices: readonly Choice[],
	fetched: ReadonlyMap<Wanted, Fetched | undefined>,
	building: Building,
): Promise<Candidate[]> {
	const {listener} = building;
	const sources = choices.filter(choice => choice.source.kind !== 'wheel');
	const begin = performance.now();
	const stage: StageName = 'build';
	if (sources.length > 0) {
		listener({kind: 'stage-start', stage, what: sources.map(choice => choice.name).join(', ')});
	}

	const candidates: Candidate[] = [];
	for (const choice of choices) {
		// One after the other: a build takes all cores that it can get.
		candidates.push(await candidateOf(choice, fetched, building));
	}

	if (sources.length > 0) {
		listener({kind: 'stage-end', stage, seconds: (performance.now() - begin) / 1000});
	}

	return candidates;
}

async function candidateOf(
	choice: Choice,
	fetched: ReadonlyMap<Wanted, Fetched | undefined>,
	building: Building,
): Promise<Candidate> {
	const file = 'wanted' in choice.source ? fetched.get(choice.source.wanted) : undefined;
	if (choice.source.kind === 'wheel' && file) {
		return {file: file.file, sha256: file.sha256, origin: file.local ? 'file' : 'index'};
	}

	const folder = buildFolder(building.work, choice.name);
	mkdirSync(folder, {recursive: true});
	const {source, epoch: own} = await sourceOf(choice, {folder, file, building});
	const title = choice.source.kind === 'directory' ? choice.source.path : `${choice.name} ${choice.version}`.trim();
	const pinned = pinOf(choice.name, building.plan)?.source;
	const {SOURCE_DATE_EPOCH: given} = building.environment;
	const epoch = pinned?.epoch ?? (given ? Number(given) : own);
	const wheel = await buildWheel({...building, title, folder, source, epoch, constraints: pinned?.tools ?? []});
	const tools = installedTools(folder, building.plan.python.minor);
	return {file: wheel, sha256: file?.sha256, origin: 'built', built: {epoch, tools}};
}

interface SourceRequest {
	readonly folder: HostPath;
	readonly file: Fetched | undefined;
	readonly building: Building;
}

/** The unpacked source, and the time that it is from: that of its commit where there is one. */
async function sourceOf(
	{source}: Choice,
	{folder, file, building}: SourceRequest,
): Promise<{source: HostPath; epoch: number}> {
	const place = hostPath(join(folder, 'src'));
	switch (source.kind) {
		case 'directory': {
			const copy = await copyProject(source.path, place, building.environment);
			const epoch = (await commitTime(source.path, building.environment)) ?? firstZipTime;
			return {source: hostPath(join(copy, source.subdirectory)), epoch};
		}
		case 'repository': {
			await cloneRepository(source.repository, place, building);
			const epoch = (await commitTime(place, building.environment)) ?? firstZipTime;
			return {source: hostPath(join(place, source.repository.subdirectory)), epoch};
		}
		default: {
			const top = await unpackSdist(file?.file ?? hostPath(source.wanted.place), place);
			return {source: hostPath(join(top, source.subdirectory)), epoch: firstZipTime};
		}
	}
}
