import {rootfsQuestions, runQuestions} from '../../check/running/kinds.ts';
import type {VerifyPart} from '../../model/verification.ts';
import type {VerifyRequest} from '../verify-request.ts';
import type {StageOutcome} from '../verify-stage.ts';

/** None of the questions has an answer. */
export function unproven(why: string, {part, request}: {part: VerifyPart; request: VerifyRequest}): StageOutcome {
	const questions = [...(part === 'rootfs' ? rootfsQuestions : []), ...runQuestions];
	const asked = questions.filter(({name}) => name !== 'run-commands' || request.commands?.length);
	return {findings: [], unproven: asked.map(({name}) => ({check: name, why}))};
}
