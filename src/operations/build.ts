import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {normalizedName} from '../codecs/requirement-name.ts';
import {resolve, resolveInput} from '../config/resolve.ts';
import {prepareOutputFolder} from '../host/output.ts';
import {readContent} from '../host/read.ts';
import {keepTemporary, makeTemporary, removeTemporary} from '../host/temporary.ts';
import {timed} from '../model/events.ts';
import {below, type HostPath, hostPath} from '../model/paths.ts';
import type {InputPlan, Plan} from '../model/plan.ts';
import type {Request} from '../model/request.ts';
import type {BuildResult} from '../model/result.ts';
import type {Staged, Wheel, Wheelhouse} from '../model/staged.ts';
import {relocate} from '../relocate/relocate.ts';
import {findInstaller} from '../stage/installers/find.ts';
import {stageVenv} from '../stage/stage.ts';
import {metadataOfWheel} from '../stage/wheel-metadata.ts';
import {collectWheels} from '../stage/wheelhouse.ts';
import {architectureOf} from './architecture.ts';
import type {Context} from './context.ts';
import {packageOf} from './describe.ts';
import {leakCheck} from './leak-check.ts';
import {type Prepared, prepare} from './prepare.ts';
import {publish} from './publish.ts';
import {Stopwatch} from './stopwatch.ts';

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
		return {...(await make(prepared, work, context)), timings: stopwatch.timings};
	} finally {
		release(work, prepared?.config.values['keep-stage'] ?? false, context);
	}
}

async function make(prepared: Prepared, work: HostPath, context: Context): Promise<Omit<BuildResult, 'timings'>> {
	const {listener, environment} = context;
	const input = resolveInput(prepared.config, prepared.host, prepared.python);
	const wheelhouse = await collectWheels(input, {work: folder(work, 'wheels'), listener, environment});
	const plan = await decide(prepared, {input, wheelhouse}, context);
	return produce({plan, wheelhouse, work}, context);
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
	const {listener, environment, version} = context;
	prepareOutputFolder(plan.out);
	const staged = await stage(plan, wheelhouse, work, context);
	const relocated = await timed(listener, 'relocate', `to ${plan.prefix}`, async () => relocate(staged, readContent));
	const arch = architectureOf({plan, wheelhouse, staged, tree: relocated.tree});
	const {sources} = wheelhouse;
	const pkg = packageOf({plan, staged, relocated, arch, version, sources});
	const checks = [leakCheck({plan, staged, work, environment})];
	const {rewritten} = relocated;
	const published = await timed(listener, 'pack', plan.formats.map(format => format.name).join(', '), () =>
		publish({plan, pkg, checks, rewritten, scratch: folder(work, 'pack'), listener}),
	);
	const scripts = pkg.manifest.scripts.map(name => below(plan.prefix, `bin/${name}`));
	return {...published, plan, arch, needs: pkg.needs, distributions: staged.distributions, scripts};
}

async function decide(
	{config, host, commit}: Prepared,
	{input, wheelhouse}: {input: InputPlan; wheelhouse: Wheelhouse},
	{environment, listener}: Context,
): Promise<Plan> {
	const downloaded = wheelhouse.wheels.filter(wheel => wheel.distribution.origin === 'index');
	const newestMember =
		downloaded.length === 0 ? undefined : downloaded.reduce((newest, wheel) => Math.max(newest, wheel.newest), 0);
	const main = wheelhouse.main ?? namesake(wheelhouse, config.values.name ?? '');
	const {plan, notices} = resolve(config, {
		host,
		input,
		metadata: main && (await metadataOfWheel(main)),
		times: {sourceDateEpoch: environment.SOURCE_DATE_EPOCH, commit, newestMember},
	});
	for (const notice of notices) {
		listener(notice);
	}

	return plan;
}

/** A lock file names the application as one of many; the package is named after it. */
function namesake(wheelhouse: Wheelhouse, name: string): Wheel | undefined {
	return wheelhouse.wheels.find(wheel => normalizedName(wheel.distribution.name) === normalizedName(name));
}

async function stage(plan: Plan, wheelhouse: Wheelhouse, work: HostPath, context: Context): Promise<Staged> {
	const {listener, environment} = context;
	return stageVenv(plan, wheelhouse, {
		stage: folder(work, 'stage'),
		work: folder(work, 'tools'),
		installer: await findInstaller(wheelhouse.uv, plan.input.python.builder, environment),
		listener,
		environment,
	});
}

function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}

function release(work: HostPath, keepsStage: boolean, {listener}: Context): void {
	if (keepsStage) {
		keepTemporary(work);
		listener({kind: 'note', message: `the stage is kept in ${work}`});
	} else {
		removeTemporary(work);
	}
}
