import {mkdirSync} from 'node:fs';
import {runQuestions} from '../check/running/kinds.ts';
import {extractTree} from '../host/extract.ts';
import {hiddenView} from '../host/hidden-view.ts';
import {rootOf} from '../host/mounts.ts';
import {openSandbox, type Refusal} from '../host/sandbox.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {SurveyedVenv} from '../model/survey.ts';
import type {Context} from './context.ts';
import {baseOf, placeOf, unableHere, unshowable} from './running/base.ts';
import {type Command, commandsOf} from './running/commands.ts';
import {controlRoot, controlVenv, trial} from './running/control.ts';
import {type Base, type Ground, jobsHere, usualSeconds} from './running/ground.ts';
import {runPrograms} from './running/programs.ts';
import {libraryPromises} from './running/promises.ts';
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

async function runIn(
	folder: HostPath,
	{subject, commands, venv, base}: Prepared,
	{listener}: Context,
): Promise<StageOutcome> {
	const {artifact, survey, request} = subject;
	const {tree, epoch} = artifact.pkg;
	const unpacked = hostPath(`${folder}/unpacked`);
	mkdirSync(unpacked);
	await extractTree(tree, {into: unpacked, epoch});
	const root = placeOf(artifact, venv);
	const files = {folder: hostPath(`${unpacked}${root}`), root};
	const interpreter = base.isBundled ? undefined : base.path;
	const view = hiddenView({folder, prefix: root, tree: files.folder, interpreter});
	placeSettings(tree, {from: unpacked, root: rootOf(view), prefix: root});
	const mounts = [...view.mounts, controlVenv(folder, venv, base)];
	const sandbox = await openSandbox({...view, mounts}, {folder, trial});
	if (!('run' in sandbox)) {
		return unproven(refusedBy(sandbox), {part: 'run', request});
	}

	const seconds = request.seconds ?? usualSeconds;
	const promises = await libraryPromises(artifact);
	const ground: Ground = {sandbox, survey, venv, base, control: controlRoot, seconds, jobs: jobsHere(), promises};
	return runPrograms(ground, {commands, files, listener});
}

function refusedBy(refusals: readonly Refusal[]): string {
	const reasons = refusals.map(({way, why}) => `${way}: ${why}`).join('; ');
	return `this machine allows no private mounts (${reasons}): run venvpack as root, allow user namespaces, or install bubblewrap; TMPDIR must lie where programs may be started`;
}
