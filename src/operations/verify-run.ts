import {mkdirSync, mkdtempSync} from 'node:fs';
import {saidLayout} from '../check/layout.ts';
import {interpreterFailed, prefixWrong, runQuestions} from '../check/running/kinds.ts';
import {extractTree} from '../host/extract.ts';
import {hiddenView} from '../host/hidden-view.ts';
import {rootOf} from '../host/mounts.ts';
import {openSandbox, type Refusal} from '../host/sandbox.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import type {Listener} from '../model/events.ts';
import {type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import type {SurveyedVenv} from '../model/survey.ts';
import type {Context} from './context.ts';
import {baseOf, placeOf, unableHere, unshowable} from './running/base.ts';
import {type Command, commandsOf} from './running/commands.ts';
import {controlRoot, controlVenv, trial} from './running/control.ts';
import {type Base, type Ground, jobsHere, type LibraryPromises, usualSeconds} from './running/ground.ts';
import {judgeInterpreter} from './running/interpreter.ts';
import {runPrograms} from './running/programs.ts';
import {libraryPromises} from './running/promises.ts';
import {Moving, secondPlace} from './running/second-place.ts';
import {placeSettings} from './running/settings.ts';
import {unproven} from './running/unproven.ts';
import type {StageOutcome, VerifiedSubject, VerifyStage} from './verify-stage.ts';

/** `verify --run`: every program is started on this machine, with everything hidden that the target does not have. */
export const runStage: VerifyStage = {
	questions: runQuestions,
	isWanted: ({run, rootfs}) => (run ?? false) && rootfs === undefined,
	accept: ({commands = []}) => void commandsOf(commands),
	run: runHere,
};

async function runHere(subject: VerifiedSubject, context: Context): Promise<StageOutcome> {
	const {artifact, survey, request} = subject;
	const commands = commandsOf(request.commands ?? []);
	const {venv} = survey;
	if (venv === undefined) {
		return unproven('the artifact holds no venv: there is nothing to start', {part: 'run', request});
	}

	const base = baseOf(artifact, venv);
	if ('message' in base) {
		return {findings: [base], unproven: []};
	}

	const why = unableHere(artifact, base) ?? unshowable(placeOf(artifact, venv));
	if (why !== undefined) {
		return unproven(why, {part: 'run', request});
	}

	const folder = makeTemporary();
	try {
		return await runIn(folder, {subject, commands, venv, base}, context);
	} finally {
		removeTemporary(folder);
	}
}

interface Prepared {
	readonly subject: VerifiedSubject;
	readonly commands: readonly Command[];
	readonly venv: SurveyedVenv;
	readonly base: Base;
}

async function runIn(folder: HostPath, prepared: Prepared, {listener}: Context): Promise<StageOutcome> {
	const {artifact, survey} = prepared.subject;
	const {tree, epoch} = artifact.pkg;
	const unpacked = hostPath(`${folder}/unpacked`);
	mkdirSync(unpacked);
	await extractTree(tree, {into: unpacked, epoch});
	const place = placeOf(artifact, prepared.venv);
	const promises = await libraryPromises(artifact);
	const stay = {folder, unpacked, place, promises, listener};
	const first = await runAt(place, prepared, stay);
	const hasStarted = first.findings.every(({code}) => !unstarted.has(code));
	return saidLayout(artifact, survey).relocatable && hasStarted ? moveAndRun(first, prepared, stay) : first;
}

/** With these nothing was started, and elsewhere nothing would be. */
const unstarted: ReadonlySet<string> = new Set([interpreterFailed.code, prefixWrong.code]);

interface Stay {
	readonly folder: HostPath;
	readonly unpacked: HostPath;
	/** Where the tree lies in `unpacked`, and is started first. */
	readonly place: InstallPath;
	readonly promises: LibraryPromises;
	readonly listener: Listener;
}

/**
 * The tree that was started at its prefix lies elsewhere, and nothing lies at the prefix: the same again. Then it comes
 * back, as an administrator would move it back, and what it learned elsewhere must not keep it from starting.
 */
async function moveAndRun(first: StageOutcome, prepared: Prepared, stay: Stay): Promise<StageOutcome> {
	const {place} = stay;
	const moving = new Moving(place, secondPlace(place));
	const second = await runAt(moving.to, prepared, stay);
	const news = moving.news(second.findings, first.findings, `moved to ${moving.to}`);
	const back = await runAt(place, prepared, stay, 'interpreter');
	const known = [...first.findings, ...news];
	const again = new Moving(place, place).news(back.findings, known, `moved to ${moving.to} and back`);
	const reasons = new Set(first.unproven.map(({check, why}) => `${check} ${why}`));
	return {
		findings: [...known, ...again],
		unproven: [
			...first.unproven,
			...second.unproven.filter(({check, why}) => !reasons.has(`${check} ${why.replaceAll(moving.to, place)}`)),
		],
	};
}

/** Starts the unpacked tree where programs see it at `at`: everything, or the interpreter alone. */
async function runAt(
	at: InstallPath,
	{subject, commands, venv: nominal, base: nominalBase}: Prepared,
	{folder, unpacked, place, promises, listener}: Stay,
	extent: 'everything' | 'interpreter' = 'everything',
): Promise<StageOutcome> {
	const {artifact, survey: nominalSurvey, request} = subject;
	const moving = new Moving(place, at);
	const [venv, base] = [moving.venv(nominal), moving.base(nominalBase)];
	const own = mkdtempSync(`${folder}/place-`) as HostPath;
	const files = {folder: hostPath(`${unpacked}${place}`), root: at};
	const interpreter = base.isBundled ? undefined : base.path;
	const view = hiddenView({folder: own, prefix: at, tree: files.folder, interpreter});
	placeSettings(artifact.pkg.tree, {from: unpacked, root: rootOf(view), prefix: place});
	const mounts = [...view.mounts, controlVenv(own, venv, base)];
	const sandbox = await openSandbox({...view, mounts}, {folder: own, trial});
	if (!('run' in sandbox)) {
		return unproven(refusedBy(sandbox), {part: 'run', request});
	}

	const survey = at === place ? nominalSurvey : moving.survey(nominalSurvey);
	const ground: Ground = {
		...{sandbox, survey, venv, base, layout: saidLayout(artifact, nominalSurvey), control: controlRoot, promises},
		...{seconds: request.seconds ?? usualSeconds, jobs: jobsHere()},
	};
	if (extent === 'interpreter') {
		const {findings} = await judgeInterpreter(ground);
		return {findings, unproven: []};
	}

	return runPrograms(ground, {commands, files, listener});
}

function refusedBy(refusals: readonly Refusal[]): string {
	const reasons = refusals.map(({way, why}) => `${way}: ${why}`).join('; ');
	return `this machine allows no private mounts (${reasons}): run venvpack as root, allow user namespaces, or install bubblewrap; TMPDIR must lie where programs may be started`;
}
