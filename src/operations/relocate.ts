import {readContent} from '../host/read.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {noAdditions} from '../model/additions.ts';
import {FindingsError} from '../model/errors.ts';
import {timed} from '../model/events.ts';
import type {Finding} from '../model/findings.ts';
import type {NewPackage} from '../model/package.ts';
import {below, type HostPath, type InstallPath} from '../model/paths.ts';
import type {RelocateRequest, RelocateResult, RuleApplied} from '../model/relocation.ts';
import type {Relocated} from '../model/staged.ts';
import {relocate} from '../relocate/relocate.ts';
import {rules} from '../relocate/rules.ts';
import {compileVenv, type OpenedVenv, type OpenOptions} from '../stage/existing/existing-venv.ts';
import type {Context} from './context.ts';
import {packageOf} from './describe.ts';
import {leakCheck} from './leak-check.ts';
import {needsOfTree} from './needs/tree-needs.ts';
import {type Packed, pack} from './pack.ts';
import {withModesOf} from './relocation-modes.ts';
import {type Destination, destinationOf} from './relocation-place.ts';
import {decideRelocation, type Relocation} from './relocation-plan.ts';
import {folder} from './source.ts';
import {Stopwatch} from './stopwatch.ts';
import {openRelocatable} from './venv-source.ts';

/**
 * Makes an existing venv correct at a prefix, as a copy or in its place, by the rules of a build. The venv is only read;
 * in place, a complete new one takes its name in one step.
 * Throws a VenvpackError for what cannot be; all is as it was then.
 */
export async function relocateVenv(request: RelocateRequest, outer: Context): Promise<RelocateResult> {
	const stopwatch = new Stopwatch(outer.listener);
	const context = {...outer, listener: stopwatch.listener};
	const work = makeTemporary();
	try {
		const relocation = await timed(context.listener, 'plan', 'venv and interpreter', () =>
			decideRelocation(request, context),
		);
		return {...(await carryOut(relocation, work, context)), timings: stopwatch.timings};
	} finally {
		removeTemporary(work);
	}
}

async function carryOut(
	relocation: Relocation,
	work: HostPath,
	context: Context,
): Promise<Omit<RelocateResult, 'timings'>> {
	const {venv, plan, inPlace, dryRun} = relocation;
	const {prefix} = plan;
	const {listener, environment, version} = context;
	const opening: OpenOptions = {
		prefix,
		python: plan.input.python,
		layout: plan.input.layout,
		work,
		listener,
		environment,
	};
	const opened = await openRelocatable(venv, opening, plan.allowLeaks);
	const destination = destinationOf(relocation, environment);
	const staged = dryRun ? opened.staged : await compileVenv(opened, opening);
	const relocated = await timed(listener, 'relocate', `to ${prefix}`, async () => relocate(staged, readContent));
	const {python, machine} = plan.input;
	const described = packageOf({
		plan,
		staged,
		relocated,
		arch: 'any',
		version,
		sources: [],
		...needsOfTree({tree: relocated.tree, prefix, python, arch: machine, wishes: plan.libraries}),
		additions: noAdditions,
		notices: [],
	});
	const pkg = inPlace ? {...described, tree: withModesOf(venv.folder, described)} : described;
	const checks = [leakCheck({plan, staged, work, environment})];
	const packed = await timed(listener, 'pack', destination?.place ?? 'nothing is written', () =>
		write(
			{pkg, checks, rewritten: rulesOf(opened, relocated), scratch: folder(work, 'pack'), listener},
			relocation,
			destination,
		),
	);
	return {
		venv: venv.folder,
		prefix,
		place: destination?.place,
		python: plan.input.python.target,
		from: staged.moves.flatMap(({what, from}) => (what === 'stage' ? [from] : [])),
		rewritten: applied(opened, relocated),
		removed: removedFrom(opened, relocated),
		distributions: staged.distributions,
		scripts: pkg.manifest.scripts.map(name => below(prefix, `bin/${name}`)),
		...packed,
	};
}

type Job = Omit<Parameters<typeof pack>[0], 'recipients'> & {readonly pkg: NewPackage};

/** Reads the tree once, audits it, and writes it where it belongs; it has its name only when nothing is wrong with it. */
async function write(job: Job, relocation: Relocation, destination: Destination | undefined): Promise<Packed> {
	const writer = await destination?.open(job.pkg);
	try {
		const packed = await pack({...job, recipients: writer ? [{writer, own: []}] : []});
		const findings = packed.findings.map(finding => judged(finding, relocation));
		refuse(findings, relocation);
		await writer?.finish();
		await destination?.commit();
		return {...packed, findings};
	} catch (error) {
		await writer?.abort();
		destination?.discard();
		throw error;
	}
}

/** What stays on its machine may name it; what a venv names that is no longer there is wrong anywhere. */
function judged(finding: Finding, {inPlace}: Relocation): Finding {
	const isOfHere = !['LEAK_STAGE', 'LEAK_CREDENTIALS'].includes(finding.code);
	return inPlace && isOfHere ? {...finding, severity: 'note'} : finding;
}

function refuse(findings: readonly Finding[], {venv, dryRun}: Relocation): void {
	const errors = findings.filter(finding => finding.severity === 'error');
	if (errors.length > 0 && !dryRun) {
		const count = errors.length === 1 ? 'a trace' : `${errors.length} traces`;
		throw new FindingsError(`the relocated ${venv.named} would hold ${count} of where it was`, {
			code: 'LEAK_FOUND',
			hint: 'nothing was written; mend each as it says, or let a file pass that you know with --allow-leak GLOB',
			findings: errors,
		});
	}
}

/** Why what is made anew is not as its creator wrote it. */
const renewals: Readonly<Record<string, string>> = {
	interpreter: 'creators link to or copy their interpreter, each in its own way',
	activators: 'each names the place of the venv and its prompt, quoted for its shell',
};

/** Path → everything that changed it. */
function rulesOf({renewed}: OpenedVenv, {rewritten}: Relocated): Map<InstallPath, readonly string[]> {
	const names = new Map<InstallPath, readonly string[]>([...renewed].map(([path, name]) => [path, [name]]));
	for (const [path, more] of rewritten) {
		names.set(path, [...(names.get(path) ?? []), ...more]);
	}

	return names;
}

function applied(opened: OpenedVenv, relocated: Relocated): RuleApplied[] {
	const byRule = new Map<string, InstallPath[]>();
	for (const [path, names] of rulesOf(opened, relocated)) {
		for (const name of names) {
			byRule.set(name, [...(byRule.get(name) ?? []), path]);
		}
	}

	const reasons = new Map(rules.map(rule => [rule.name, rule.because]));
	return [...byRule].map(([rule, paths]) => ({
		rule,
		because: renewals[rule] ?? reasons.get(rule) ?? 'rows tell the size and hash of files that changed',
		paths: paths.sort(),
	}));
}

function removedFrom({staged, dropped}: OpenedVenv, {tree}: Relocated): InstallPath[] {
	const kept = new Set(tree.entries.map(({path}) => path));
	const gone = staged.tree.entries.flatMap(({path}) => (kept.has(path) ? [] : [path]));
	return [...gone, ...dropped.filter(path => !path.endsWith('.pyc'))].sort();
}
