import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {resolve, resolveInput} from '../config/resolve.ts';
import {prepareOutputFolder} from '../host/output.ts';
import {readContent} from '../host/read.ts';
import {keepTemporary, makeTemporary, removeTemporary} from '../host/temporary.ts';
import {below, type HostPath, hostPath} from '../model/paths.ts';
import type {InputPlan, Plan} from '../model/plan.ts';
import type {Request} from '../model/request.ts';
import type {BuildResult} from '../model/result.ts';
import type {Staged, Wheelhouse} from '../model/staged.ts';
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
	const keeps = {stage: request.keepStage ?? false};
	try {
		const prepared = await stopwatch.time('plan', 'configuration and interpreter', () => prepare(request, context));
		const input = resolveInput(prepared.config, prepared.host, prepared.python);
		const wheelhouse = await collectWheels(input, {work: folder(work, 'wheels'), ...context});
		const plan = await decide(prepared, {input, wheelhouse}, context);
		keeps.stage = plan.keepStage;
		prepareOutputFolder(plan.out);
		const staged = await stage(plan, wheelhouse, work, context);
		const relocated = await stopwatch.time('relocate', `to ${plan.prefix}`, async () => relocate(staged, readContent));
		const arch = architectureOf({plan, wheelhouse, staged, tree: relocated.tree});
		const pkg = packageOf({plan, staged, relocated, arch, version: context.version});
		const checks = [leakCheck({plan, staged, work, environment: context.environment})];
		const scratch = folder(work, 'pack');
		const published = await stopwatch.time('pack', plan.formats.map(format => format.name).join(', '), () =>
			publish({plan, pkg, checks, rewritten: relocated.rewritten, scratch, listener: context.listener}),
		);
		return {
			...published,
			timings: stopwatch.timings,
			plan,
			arch,
			needs: pkg.needs,
			distributions: staged.distributions,
			scripts: pkg.manifest.scripts.map(name => below(plan.prefix, `bin/${name}`)),
		};
	} finally {
		release(work, keeps.stage, context);
	}
}

async function decide(
	{config, host, commit}: Prepared,
	{input, wheelhouse}: {input: InputPlan; wheelhouse: Wheelhouse},
	{environment, listener}: Context,
): Promise<Plan> {
	const downloaded = wheelhouse.wheels.filter(wheel => wheel.distribution.origin === 'index');
	const newestMember =
		downloaded.length === 0 ? undefined : downloaded.reduce((newest, wheel) => Math.max(newest, wheel.newest), 0);
	const {plan, notices} = resolve(config, {
		host,
		input,
		metadata: wheelhouse.main && (await metadataOfWheel(wheelhouse.main)),
		times: {sourceDateEpoch: environment.SOURCE_DATE_EPOCH, commit, newestMember},
	});
	for (const notice of notices) {
		listener(notice);
	}

	return plan;
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
