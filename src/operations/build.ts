import {resolve, resolveInput} from '../config/resolve.ts';
import {prepareOutputFolder} from '../host/output.ts';
import {readContent} from '../host/read.ts';
import {keepTemporary, makeTemporary, removeTemporary} from '../host/temporary.ts';
import {timed} from '../model/events.ts';
import {below, type HostPath} from '../model/paths.ts';
import type {InputPlan, Plan} from '../model/plan.ts';
import type {Request} from '../model/request.ts';
import type {BuildResult} from '../model/result.ts';
import type {Wheelhouse} from '../model/staged.ts';
import {relocate} from '../relocate/relocate.ts';
import {architectureOf} from './architecture.ts';
import type {Context} from './context.ts';
import {packageOf} from './describe.ts';
import {leakCheck} from './leak-check.ts';
import {type Prepared, prepare} from './prepare.ts';
import {publish} from './publish.ts';
import {folder, type Source, type SourceOptions} from './source.ts';
import {Stopwatch} from './stopwatch.ts';
import {venvSource} from './venv-source.ts';
import type {FinishedPart} from './verify-parts.ts';
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
	try {
		prepared = await timed(context.listener, 'plan', 'configuration and interpreter', () => prepare(request, context));
		return {...(await make(prepared, {work, verify: request.verify ?? false}, context)), timings: stopwatch.timings};
	} finally {
		release(work, prepared?.config.values['keep-stage'] ?? false, context);
	}
}

async function make(
	prepared: Prepared,
	{work, verify}: {work: HostPath; verify: boolean},
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const input = resolveInput(prepared.config, prepared.host, prepared.python);
	const source = await sourceOf(prepared, input, {name: prepared.config.values.name, work, context});
	const plan = decide(prepared, {input, source}, context);
	return carryOut({plan, source, work, verify}, context);
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
	/** A private folder. */
	readonly work: HostPath;
}

/** Carries out a plan whose wheels are at hand: stage, relocate, pack, publish. */
export async function produce(
	{plan, wheelhouse, work}: Production,
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const source = await sourceOfWheels(wheelhouse, {name: plan.metadata.name, work, context});
	return carryOut({plan, source, work}, context);
}

async function carryOut(
	{plan, source, work, verify = false}: {plan: Plan; source: Source; work: HostPath; verify?: boolean},
	context: Context,
): Promise<Omit<BuildResult, 'timings'>> {
	const {listener, environment, version} = context;
	prepareOutputFolder(plan.out);
	const staged = await source.stage(plan);
	const relocated = await timed(listener, 'relocate', `to ${plan.prefix}`, async () => relocate(staged, readContent));
	const arch = architectureOf({plan, isNative: source.isNative, staged, tree: relocated.tree});
	const pkg = packageOf({plan, staged, relocated, arch, version, sources: source.sources});
	const checks = [leakCheck({plan, staged, work, environment})];
	const {rewritten} = relocated;
	const accept = verify ? (parts: readonly FinishedPart[]) => verifyLater(parts, context) : undefined;
	const published = await timed(listener, 'pack', plan.formats.map(format => format.name).join(', '), () =>
		publish({plan, pkg, checks, rewritten, scratch: folder(work, 'pack'), listener, accept}),
	);
	const scripts = pkg.manifest.scripts.map(name => below(plan.prefix, `bin/${name}`));
	return {...published, plan, arch, needs: pkg.needs, distributions: staged.distributions, scripts};
}

/** Loaded by builds that ask for it. */
async function verifyLater(parts: readonly FinishedPart[], context: Context): Promise<void> {
	const {verifyParts} = await import('./verify-parts.ts');
	await verifyParts(parts, context);
}

function decide(
	{config, host, commit}: Prepared,
	{input, source}: {input: InputPlan; source: Source},
	{environment, listener}: Context,
): Plan {
	const {metadata, newestMember} = source;
	const times = {sourceDateEpoch: environment.SOURCE_DATE_EPOCH, commit, newestMember};
	const {plan, notices} = resolve(config, {host, input, metadata, times});
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
