import {dirname} from 'node:path';
import {additionsOf} from '../additions/additions.ts';
import {carriedNotices} from '../additions/carried.ts';
import {distInfosOf} from '../additions/dist-info.ts';
import {noticesOf} from '../additions/notices.ts';
import type {CheckRun} from '../check/check.ts';
import {secretsIn} from '../check/checks/secrets.ts';
import {fitsGlob} from '../check/glob.ts';
import {placeAudit} from '../check/place-audit.ts';
import {filesOf} from '../config/decide-files.ts';
import {resolve, resolveInput} from '../config/resolve.ts';
import {prepareOutputFolder} from '../host/output.ts';
import {readContent} from '../host/read.ts';
import {takeFiles} from '../host/take-files.ts';
import {keepTemporary, makeTemporary, removeTemporary} from '../host/temporary.ts';
import type {CarriedPart} from '../model/carried-part.ts';
import {timed} from '../model/events.ts';
import {below, type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import type {InputPlan, Plan} from '../model/plan.ts';
import type {Request} from '../model/request.ts';
import type {BuildResult} from '../model/result.ts';
import type {Signing} from '../model/signing.ts';
import type {Relocated, Staged, Wheelhouse} from '../model/staged.ts';
import type {Entry} from '../model/tree.ts';
import {withPackageModes} from '../relocate/package-modes.ts';
import {relocate} from '../relocate/relocate.ts';
import {carriedParts} from '../stage/carried/parts.ts';
import {architectureOf} from './architecture.ts';
import type {BuildSigning} from './build-signing.ts';
import {carriedInterpreter} from './carried-interpreter.ts';
import type {Context} from './context.ts';
import {type PackageParts, packageOf} from './describe.ts';
import {leakCheck} from './leak-check.ts';
import {materialsBeside} from './materials.ts';
import {refuseUnloadable, tellLeft} from './needs/gate.ts';
import {needsOfTree} from './needs/tree-needs.ts';
import {tellBrokenPromises} from './needs/wheel-promises.ts';
import {type Prepared, prepare} from './prepare.ts';
import {provenanceBeside} from './provenance.ts';
import {publish} from './publish.ts';
import {folder, type Source, type SourceOptions} from './source.ts';
import {Stopwatch} from './stopwatch.ts';
import {venvSource} from './venv-source.ts';
import type {FinishedPart, Proof} from './verify-parts.ts';
import {sourceOfWheels, wheelSource} from './wheel-source.ts';

/**
 * Builds what `request` asks for and returns what was made. All that it needs on the way lies in one temporary folder,
 * which goes away whatever happens, unless the stage is to be kept.
 * Throws a VenvpackError for what cannot be; no artifact has its name then, and old ones are as they were.
 */
export async function build(request: Request, outer: Context): Promise<BuildResult> {
	const stopwatch = new Stopwatch(outer.listener);
	const context = {...outer, listener: stopwatch.listener};
	const work = makeTemporary();
	let prepared: Prepared | undefined;
	let signing: BuildSigning | undefined;
	try {
		prepared = await timed(context.listener, 'plan', 'configuration and interpreter', () =>
			prepare(request, context, () => folder(work, 'python')),
		);
		const opened = await signingLater(prepared.config.signing, context);
		signing = opened.signing;
		const made = await make(prepared, {work, proof: proofOf(request), signing}, opened.context);
		return {...made, timings: stopwatch.timings};
	} finally {
		await signing?.close();
		release(work, prepared?.config.values['keep-stage'] ?? false, context);
	}
}

async function make(
	prepared: Prepared,
	{work, proof, signing}: Pick<Carrying, 'work' | 'proof' | 'signing'>,
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const {config} = prepared;
	const input = resolveInput(config, prepared.host, prepared.python);
	const files = filesOf(config);
	const from = config.file && hostPath(dirname(config.file));
	const taken = takeFiles(files, {from, to: folder(work, 'files')});
	const source = await sourceOf(prepared, input, {name: config.values.name, work, context});
	const plan = decide(prepared, {input, source, files}, context);
	return carryOut({plan, source, taken, work, proof, signing}, context);
}

async function sourceOf({config}: Prepared, plan: InputPlan, options: SourceOptions): Promise<Source> {
	const {prefix, values} = config;
	return plan.input.kind === 'venv'
		? venvSource(plan, {...options, directory: plan.input.directory, prefix, allowLeaks: values['allow-leaks'] ?? []})
		: wheelSource(plan, options);
}

/** What a plan is carried out with. */
export interface Production {
	readonly plan: Plan;
	readonly wheelhouse: Wheelhouse;
	/** Where the files of the plan are; undefined where nobody says. */
	readonly project: HostPath | undefined;
	/** A private folder. */
	readonly work: HostPath;
}

/** Carries out a plan whose wheels are at hand: stage, relocate, pack, publish. */
export async function produce(
	{plan, wheelhouse, project, work}: Production,
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const taken = takeFiles(plan.files, {from: project, to: folder(work, 'files')});
	const source = await sourceOfWheels(wheelhouse, {name: plan.metadata.name, work, context});
	return carryOut({plan, source, taken, work}, context);
}

interface Carrying {
	readonly plan: Plan;
	readonly source: Source;
	/** For the files of the plan. */
	readonly taken: readonly Entry[];
	readonly work: HostPath;
	readonly proof?: Proof | undefined;
	readonly signing?: BuildSigning | undefined;
}

async function carryOut(
	{plan, source, taken, work, proof, signing}: Carrying,
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const {listener, environment, version} = context;
	prepareOutputFolder(plan.out);
	const staged = await source.stage(plan);
	const relocated = await timed(listener, 'relocate', `to ${plan.prefix}`, async () =>
		forPackage(plan, relocate(staged, readContent)),
	);
	const arch = architectureOf({plan, isNative: source.isNative, staged, tree: relocated.tree});
	const carried = await carriedParts(staged, {archive: plan.input.archive, environment});
	const added = addedTo({plan, taken}, {staged, relocated, arch, carried}, {listener, version});
	const interpreter = carriedInterpreter(staged, plan.input.archive);
	const {sources} = source;
	const pkg = packageOf({plan, staged, relocated, arch, version, sources, interpreter, ...added});
	tellLeft(pkg, plan, listener);
	const checks = [leakCheck({plan, staged, work, environment}), secretsIn(addedBy(plan)), ...placeCheck(plan, staged)];
	const {rewritten} = relocated;
	const accept = proof && ((parts: readonly FinishedPart[]) => verifyLater(parts, proof, context));
	const seal = signing?.seal;
	// Signatures come last: they are over what else lies beside an artifact, too.
	const companions = [materialsBeside, ...provenanceBeside(plan), ...(signing === undefined ? [] : [signing.beside])];
	const published = await timed(listener, 'pack', plan.formats.map(format => format.name).join(', '), () =>
		publish({plan, pkg, checks, rewritten, scratch: folder(work, 'pack'), listener, seal, accept, companions}),
	);
	const scripts = pkg.manifest.scripts.map(name => below(plan.prefix, `bin/${name}`));
	const {distributions, bundleSizes: bundle} = staged;
	return {...published, plan, arch, needs: pkg.needs, distributions, scripts, ...(bundle && {bundle})};
}

/** A tree with the modes that a package gives its files. */
function forPackage({prefix}: Plan, relocated: Relocated): Relocated {
	return {...relocated, tree: withPackageModes(relocated.tree, prefix, readContent)};
}

interface Finished {
	readonly staged: Staged;
	readonly relocated: Relocated;
	readonly arch: string;
	readonly carried: readonly CarriedPart[];
}

/** What may lie anywhere must not name the prefix. */
function placeCheck({prefix, allowLeaks: allow}: Plan, {layout, downloaded, carried}: Staged): CheckRun[] {
	return layout.relocatable ? [placeAudit({prefix, downloaded, carried, allow})] : [];
}

/** What the tree lacks, and what the package gets beside it. Throws what `refuseUnloadable` and `additionsOf` throw. */
function addedTo(
	{plan, taken}: Pick<Carrying, 'plan' | 'taken'>,
	{staged: {distributions}, relocated: {tree}, arch, carried}: Finished,
	{listener, version}: Pick<Context, 'listener' | 'version'>,
): Pick<PackageParts, 'libraries' | 'glibc' | 'additions' | 'notices'> {
	const needs = needsOfTree({tree, prefix: plan.prefix, python: plan.input.python, arch, wishes: plan.libraries});
	refuseUnloadable(needs, plan);
	tellBrokenPromises(needs, {tree, distributions}, listener);
	const {libraries, glibc} = needs;
	const infos = distInfosOf(tree, readContent);
	const additions = additionsOf({plan, tree, distributions, infos, taken, carried, read: readContent, version});
	// Of two paragraphs about a file the later counts: what was installed lies in folders of the interpreter.
	const notices = [...carriedNotices(carried, {tree, prefix: plan.prefix}), ...noticesOf(tree, infos, readContent)];
	return {libraries, glibc, additions, notices};
}

/** Loaded by builds that ask for it; what they start then knows no key. */
async function signingLater(
	signing: Signing | undefined,
	context: Context,
): Promise<{readonly signing: BuildSigning | undefined; readonly context: Context}> {
	if (signing === undefined) {
		return {signing, context};
	}

	const {openBuildSigning, shielded} = await import('./build-signing.ts');
	return {signing: await openBuildSigning(signing, context), context: shielded(context, signing)};
}

/** Whether a file is one of the configuration's own, and its leaks are not known already. */
function addedBy({files, allowLeaks, prefix}: Plan): (path: InstallPath) => boolean {
	const added = new Set(files.map(({path}) => path));
	return path => added.has(path) && !allowLeaks.some(glob => fitsGlob(path, glob, prefix));
}

/** Loaded by builds that ask for it. */
async function verifyLater(parts: readonly FinishedPart[], proof: Proof, context: Context): Promise<void> {
	const {verifyParts} = await import('./verify-parts.ts');
	await verifyParts(parts, proof, context);
}

function proofOf({verify = false, verifyRun = false}: Request): Proof | undefined {
	return verifyRun ? 'run' : verify ? 'static' : undefined;
}

function decide(
	{config, host, commit}: Prepared,
	{input, source, files}: {input: InputPlan; source: Source; files: Plan['files']},
	{environment, listener}: Context,
): Plan {
	const {metadata, newestMember} = source;
	const times = {sourceDateEpoch: environment.SOURCE_DATE_EPOCH, commit, newestMember};
	const {plan, notices} = resolve(config, {host, input, metadata, times, files});
	for (const notice of notices) {
		listener(notice);
	}

	return plan;
}

function release(work: HostPath, keepsStage: boolean, {listener}: Context): void {
	if (keepsStage) {
		keepTemporary(work);
		listener({kind: 'note', message: `the stage is kept in ${work}`});
	} else {
		removeTemporary(work);
	}
}
