import {join} from 'node:path';
import {rootfsQuestions} from '../check/running/kinds.ts';
import {acceptRootfs, suiteRoot} from '../host/rootfs.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {cacheFolder} from '../stage/download/cache.ts';
import type {Context} from './context.ts';
import {baseOf} from './running/base.ts';
import {commandsOf} from './running/commands.ts';
import {unproven} from './running/unproven.ts';
import {Visit} from './running/visit.ts';
import type {StageOutcome, VerifiedSubject, VerifyStage} from './verify-stage.ts';

/** `verify --rootfs`: installed in a clean root as people install it, run there, and removed again. */
export const rootfsStage: VerifyStage = {
	questions: rootfsQuestions,
	isWanted: ({rootfs}) => rootfs !== undefined,
	accept({rootfs = '', commands = []}) {
		commandsOf(commands);
		acceptRootfs(rootfs);
	},
	run: runInRoot,
};

async function runInRoot(subject: VerifiedSubject, context: Context): Promise<StageOutcome> {
	const {artifact, survey, request} = subject;
	if (process.geteuid?.() !== 0) {
		return unproven('only root can install into a root: run venvpack as root, or prove less with --run', {
			part: 'rootfs',
			request,
		});
	}

	if (survey.venv === undefined) {
		return unproven('the artifact holds no venv: there is nothing to start', {part: 'rootfs', request});
	}

	const base = baseOf(artifact, survey.venv);
	if ('message' in base) {
		return {findings: [base], unproven: []};
	}

	const folder = makeTemporary();
	try {
		const lower = await lowerRoot(request.rootfs ?? '', context);
		const visit = new Visit(subject, {folder, lower, venv: survey.venv, base, context});
		return await visit.outcome();
	} finally {
		removeTemporary(folder);
	}
}

async function lowerRoot(wanted: string, {environment, listener}: Context): Promise<HostPath> {
	const cache = hostPath(join(cacheFolder(environment), 'roots'));
	return wanted.includes('/') ? hostPath(wanted) : suiteRoot(wanted, {cache, listener});
}
