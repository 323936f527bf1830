import type {Check} from '../check/check.ts';
import {checks} from '../check/checks.ts';
import {Surveyor} from '../check/survey.ts';
import {flagPlace} from '../config/place.ts';
import {targetNamed} from '../config/targets.ts';
import {timed} from '../model/events.ts';
import type {Target} from '../model/target.ts';
import type {Question, Unanswered, Verification, VerifiedArtifact, VerifyPart} from '../model/verification.ts';
import {type Passed, passOver} from './check-pass.ts';
import {type Selection, selectionOf} from './check-selection.ts';
import type {Context} from './context.ts';
import {FindingStore} from './finding-store.ts';
import {type OpenedArtifact, openArtifact} from './open.ts';
import {librariesFor} from './target-libraries.ts';
import type {VerifyRequest} from './verify-request.ts';
import type {VerifyStage} from './verify-stage.ts';
import {stages} from './verify-stages.ts';

interface Asked {
	readonly request: VerifyRequest;
	readonly selection: Selection;
	readonly target: Target | undefined;
	readonly stages: readonly VerifyStage[];
}

/**
 * Asks an artifact of any format all that is asked for, and returns everything that was found. `starting` are the parts
 * that start something; a request names those of them that it wants.
 * Throws a UsageError (CHECK_UNKNOWN, COMMAND_INVALID, ROOTFS_INVALID), a ConfigError (TARGET_UNKNOWN), and what `openArtifact` throws.
 */
export async function verify(
	request: VerifyRequest,
	context: Context,
	starting: readonly VerifyStage[] = stages,
): Promise<Verification> {
	const asked: Asked = {
		request,
		selection: selectionOf({only: request.only ?? [], ignore: request.ignore ?? []}, listQuestions()),
		target: request.target === undefined ? undefined : targetNamed(request.target, flagPlace('--target')),
		stages: starting.filter(stage => stage.isWanted(request)),
	};
	for (const stage of asked.stages) {
		stage.accept(request);
	}

	const artifact = await openArtifact(request, context);
	try {
		return await verifyOpened(artifact, asked, context);
	} finally {
		artifact.close();
	}
}

/** Every question that `verify` knows, with all that it can find; what `--only` and `--ignore` name. */
export function listQuestions(): readonly Question[] {
	return [...checks.map(questionOf), ...stages.flatMap(stage => stage.questions)];
}

async function verifyOpened(artifact: OpenedArtifact, asked: Asked, context: Context): Promise<Verification> {
	const {selection, target} = asked;
	const {listener} = context;
	const store = new FindingStore(finding => selection.judge(finding, artifact.pkg.prefix));
	const wanted = checks.filter(check => selection.asks(questionOf(check)));
	const unasked = wanted.flatMap(check => unansweredBy(check, artifact));
	const able = wanted.filter(({name}) => !unasked.some(({check}) => check === name));
	const seconds: Partial<Record<VerifyPart, number>> = {};
	const clock = new Clock(seconds);
	const passed = await timed(listener, 'verify', `${artifact.format} of ${artifact.pkg.metadata.name}`, () =>
		passOver({
			subject: artifact,
			checks: able,
			asked: {target, libraries: librariesFor(artifact, target), needles: asked.request.needles},
			surveyor: new Surveyor(artifact),
			listener,
			found: findings => store.add(findings),
		}),
	);
	clock.end('static');
	const run = await runStages(artifact, {asked, passed, store, clock}, context);
	return {
		artifact: factsOf(artifact, passed),
		...store.found(),
		questions: [...able.map(questionOf), ...run.questions],
		unasked,
		unproven: run.unproven,
		seconds,
	};
}

interface StageRun {
	readonly asked: Asked;
	readonly passed: Passed;
	readonly store: FindingStore;
	readonly clock: Clock;
}

async function runStages(
	artifact: OpenedArtifact,
	{asked, passed, store, clock}: StageRun,
	context: Context,
): Promise<{readonly questions: readonly Question[]; readonly unproven: readonly Unanswered[]}> {
	const questions: Question[] = [];
	const unproven: Unanswered[] = [];
	const {request, target, selection} = asked;
	for (const stage of asked.stages) {
		const outcome = await stage.run({artifact, survey: passed.survey, target, request}, context);
		store.add(outcome.findings);
		questions.push(...stage.questions.filter(question => selection.asks(question)));
		unproven.push(...outcome.unproven);
		for (const {part} of stage.questions.slice(0, 1)) {
			clock.end(part);
		}
	}

	return {questions, unproven};
}

/** Tells how long each part took. */
class Clock {
	readonly #seconds: Partial<Record<VerifyPart, number>>;
	#since = performance.now();

	constructor(seconds: Partial<Record<VerifyPart, number>>) {
		this.#seconds = seconds;
	}

	end(part: VerifyPart): void {
		const now = performance.now();
		this.#seconds[part] = (this.#seconds[part] ?? 0) + (now - this.#since) / 1000;
		this.#since = now;
	}
}

function questionOf({name, question, kinds}: Check): Question {
	return {name, question, kinds, part: 'static'};
}

function unansweredBy(check: Check, artifact: OpenedArtifact): Unanswered[] {
	const why = check.unasked?.(artifact);
	return why === undefined ? [] : [{check: check.name, why}];
}

function factsOf({file, format, pkg, size}: OpenedArtifact, {files, bytes}: Passed): VerifiedArtifact {
	const {name, version} = pkg.metadata;
	return {file, format, name, version, prefix: pkg.prefix, size, files, bytes};
}
