import {existsSync, mkdirSync, realpathSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {normalizedName} from '../codecs/requirement-name.ts';
import {formatNamed} from '../formats/formats.ts';
import {sha256Of} from '../host/digest.ts';
import {describeMachine} from '../host/machine.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import type {Comparison} from '../model/comparison.ts';
import {UsageError} from '../model/errors.ts';
import {timed} from '../model/events.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Pin} from '../model/plan.ts';
import type {ReproducedArtifact, Reproduction} from '../model/reproduction.ts';
import type {Artifact} from '../model/result.ts';
import {collectWheels} from '../stage/wheelhouse.ts';
import {produce} from './build.ts';
import type {Context} from './context.ts';
import {compareOpened} from './diff.ts';
import {type OpenedArtifact, openArtifact} from './open.ts';
import {documentsIn} from './reproduction/documents.ts';
import {interpreterFor} from './reproduction/interpreter.ts';
import {inputPlanOf, planOf} from './reproduction/plan.ts';
import {recipeIn, type Written} from './reproduction/recipe.ts';
import type {ReproduceRequest} from './reproduction/request.ts';
import {treeDigest} from './reproduction/tree-digest.ts';
import {unsignedDigest} from './reproduction/unsigned-digest.ts';

/**
 * Builds an artifact again by its own recipe and compares the two: every distribution is pinned to its version and hash,
 * every build to the tools that it had.
 * Throws what `openArtifact` and `build` throw, an InputError: RECIPE_MISSING, SOURCE_NEEDED, PIN_GONE; a HostError
 * (MACHINE_OTHER), a UsageError (PYTHON_MINOR, OUT_OVERWRITES).
 */
export async function reproduce(request: ReproduceRequest, context: Context): Promise<Reproduction> {
	const artifact = await openArtifact({artifact: request.artifact}, context);
	const work = makeTemporary();
	try {
		refuseOverwriting(artifact, request);
		const rebuilt = await rebuild(artifact, {request: withFileAsLink(request), work}, context);
		return await judge(artifact, {request, rebuilt, work}, context);
	} finally {
		removeTemporary(work);
		artifact.close();
	}
}

interface Making {
	readonly request: ReproduceRequest;
	/** A private folder. */
	readonly work: HostPath;
}

/** A wheel or sdist that is named in place of a project is looked for by its digest, in its folder. */
function withFileAsLink(request: ReproduceRequest): ReproduceRequest {
	const {project, findLinks = []} = request;
	const isFile = project !== undefined && statSync(project, {throwIfNoEntry: false})?.isFile();
	return isFile ? {...request, project: undefined, findLinks: [dirname(project), ...findLinks]} : request;
}

/** Both have one name: the new one would take the place of what it is to be compared with. */
function refuseOverwriting({file}: OpenedArtifact, {out}: ReproduceRequest): void {
	if (out !== undefined && existsSync(out) && realpathSync(out) === realpathSync(dirname(file))) {
		throw new UsageError(`--out ${out} is the folder of the artifact itself, which would be replaced`, {
			code: 'OUT_OVERWRITES',
			hint: 'choose another folder',
		});
	}
}

async function rebuild(artifact: OpenedArtifact, {request, work}: Making, context: Context): Promise<Artifact> {
	const written = recipeIn(artifact);
	warnOfOther(written, context);
	tellHooks(written, context);
	const format = formatNamed(artifact.format);
	const interpreter = await interpreterFor({written, request, work: () => folder(work, 'python')}, context);
	// The recipe has the times that everything was built with.
	const environment = {...context.environment, SOURCE_DATE_EPOCH: undefined};
	const {machine} = describeMachine();
	const input = inputPlanOf({written, request, interpreter, machine, environment});
	const {listener} = context;
	const wheelhouse = await collectWheels(input, {work: folder(work, 'wheels'), listener, environment});
	warnOfSources(input.rebuild?.pins ?? [], wheelhouse.wheels, context);
	const out = request.out ?? folder(work, 'out');
	const documents = await documentsIn(artifact, written.recipe);
	const plan = planOf(input, {artifact, written, format, documents, out});
	const {artifacts} = await produce({plan, wheelhouse, project: request.project, work}, {...context, environment});
	const [rebuilt] = artifacts;
	if (rebuilt === undefined) {
		throw new RangeError('one format is planned, and no artifact was made');
	}

	return rebuilt;
}

function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}

function warnOfOther({manifest}: Written, {version, listener}: Context): void {
	if (manifest.venvpack !== version) {
		const message = `the artifact was made by venvpack ${manifest.venvpack}, and this is ${version}: they cannot be identical`;
		listener({kind: 'warning', code: 'VENVPACK_DIFFERS', message});
	}
}

/** They run on this machine, and whoever made the artifact wrote them. */
function tellHooks({recipe}: Written, {listener}: Context): void {
	for (const words of recipe.hooks) {
		listener({kind: 'note', message: `the recipe runs: ${words.join(' ')}`});
	}
}

type Built = Awaited<ReturnType<typeof collectWheels>>['wheels'];

/** What was built from a folder is known by what it came to. */
function warnOfSources(pins: readonly Pin[], wheels: Built, {listener}: Context): void {
	for (const {name, version, sha256, directory} of pins.filter(pin => pin.directory !== undefined)) {
		const made = wheels.find(wheel => normalizedName(wheel.distribution.name) === normalizedName(name))?.distribution;
		if (made && made.sha256 !== sha256) {
			const what = made.version === version ? `another ${name} ${version}` : `${name} ${made.version}`;
			const message = `${directory} builds to ${what} than the one in the artifact, which is ${version}: it is another source`;
			listener({kind: 'warning', code: 'SOURCE_DIFFERS', message});
		}
	}
}

interface Judging {
	readonly request: ReproduceRequest;
	readonly rebuilt: Artifact;
	/** A private folder. */
	readonly work: HostPath;
}

async function judge(
	artifact: OpenedArtifact,
	{request, rebuilt, work}: Judging,
	context: Context,
): Promise<Reproduction> {
	const isFolder = statSync(artifact.file).isDirectory();
	const sha256 = isFolder ? await treeDigest(artifact) : await sha256Of(artifact.file);
	const {format, size} = artifact;
	const both = {
		artifact: {path: artifact.file, format, size, sha256},
		rebuilt: factsOf(rebuilt, request),
	};
	if (sha256 === rebuilt.sha256) {
		return {identical: true, layer: 'none', ...both, comparison: undefined};
	}

	if ((await unsignedDigest(artifact, work)) === rebuilt.sha256) {
		const message = 'the artifact is signed: the signature is left out, because only its key can make it again';
		context.listener({kind: 'note', message});
		return {identical: true, layer: 'none', ...both, comparison: undefined};
	}

	const comparison = await compareWith(artifact, {request, rebuilt}, context);
	return {identical: false, layer: layerOf(comparison), ...both, comparison};
}

function factsOf({path, format, size, sha256}: Artifact, {out}: ReproduceRequest): ReproducedArtifact {
	return {path: out === undefined ? undefined : path, format, size, sha256};
}

async function compareWith(
	artifact: OpenedArtifact,
	{request, rebuilt}: Pick<Judging, 'request' | 'rebuilt'>,
	context: Context,
): Promise<Comparison> {
	const again = await openArtifact({artifact: rebuilt.path}, context);
	try {
		warnOfInterpreter(artifact, again, context);
		return await timed(context.listener, 'compare', 'the artifact with the one built again', () =>
			compareOpened({artifact, named: request.artifact}, {artifact: again, named: rebuilt.path}),
		);
	} finally {
		again.close();
	}
}

/** Of one version there are many builds. */
function warnOfInterpreter(artifact: OpenedArtifact, again: OpenedArtifact, {listener}: Context): void {
	const [before, now] = [artifact, again].map(({pkg}) => pkg.manifest?.recipe?.interpreter?.sha256);
	if (before !== undefined && now !== undefined && before !== now) {
		const message =
			'the interpreter that was carried is another build than the one that is here: name the right one with --python';
		listener({kind: 'warning', code: 'INTERPRETER_DIFFERS', message});
	}
}

function layerOf({distributions, metadata, files}: Comparison): Reproduction['layer'] {
	const layers = [
		['distributions', distributions],
		['metadata', metadata],
		['files', files],
	] as const;
	return layers.find(([, changes]) => changes.length > 0)?.[0] ?? 'container';
}
