import type {Finding} from '../model/findings.ts';
import type {Survey} from '../model/survey.ts';
import type {Target} from '../model/target.ts';
import type {Question} from '../model/verification.ts';
import type {Context} from './context.ts';
import type {OpenedArtifact} from './open.ts';
import type {VerifyRequest} from './verify-request.ts';

/** A part of `verify` beyond reading: it starts what the artifact holds. */
export interface VerifyStage {
	/** What it asks; all of the same part. */
	readonly questions: readonly Question[];
	isWanted(request: VerifyRequest): boolean;
	/** Throws a UsageError for what it cannot do, before anything is done. */
	accept(request: VerifyRequest): void;
	run(subject: VerifiedSubject, context: Context): Promise<StageOutcome>;
}

/** What a stage gets: the artifact, still open, and what reading it told. */
export interface VerifiedSubject {
	readonly artifact: OpenedArtifact;
	readonly survey: Survey;
	readonly target: Target | undefined;
	readonly request: VerifyRequest;
}

export interface StageOutcome {
	readonly findings: readonly Finding[];
	/** What it could not prove on this machine, and why, by the name of the question. */
	readonly unproven: ReadonlyArray<{readonly check: string; readonly why: string}>;
}
