import {FindingsError, HostError} from '../model/errors.ts';
import type {Finding} from '../model/findings.ts';
import type {HostPath} from '../model/paths.ts';
import type {Unanswered, Verification} from '../model/verification.ts';
import type {Context} from './context.ts';
import {oncePerTree} from './running/once-per-tree.ts';
import {verify} from './verify.ts';
import {runStage} from './verify-run.ts';

/** An artifact that is complete and has no name yet. */
export interface FinishedPart {
	readonly file: HostPath;
	/** The name that it is going to have. */
	readonly final: HostPath;
	/** The distribution that it was made for. */
	readonly target: string;
}

/** What a build asks of its artifacts: only what reading tells, or that everything runs, too. */
export type Proof = 'static' | 'run';

/**
 * Asks every finished artifact what `verify` asks; with `run` also what `verify --run` asks, of each tree once. Warnings
 * are told, once a code.
 * Throws a FindingsError (VERIFY_FAILED) with all errors of the first artifact that has any, and a HostError
 * (VERIFY_UNPROVEN) where none has any and this machine could not prove that they run.
 */
export async function verifyParts(parts: readonly FinishedPart[], proof: Proof, context: Context): Promise<void> {
	const told = new Set<string>();
	const starting = proof === 'run' ? [oncePerTree(runStage)] : [];
	const unproven: Unproven[] = [];
	for (const part of parts) {
		const verification = await verify(
			{artifact: part.file, target: part.target, run: proof === 'run'},
			context,
			starting,
		);
		refuseErrors(verification, part);
		unproven.push(...verification.unproven.map(one => ({...one, part})));
		tellWarnings(verification, told, context);
	}

	refuseUnproven(unproven);
}

type Unproven = Unanswered & {readonly part: FinishedPart};

function refuseErrors({findings, counts}: Verification, {final}: FinishedPart): void {
	const errors = findings.filter(({severity}) => severity === 'error');
	if (errors.length > 0) {
		throw new FindingsError(`${final} would not be right: verify finds ${counts.error} in it`, {
			code: 'VERIFY_FAILED',
			hint: 'mend each as it says; venvpack verify --list explains the codes',
			findings: errors,
		});
	}
}

/** What was to be proven and was not is no better than wrong: who asks for proof wants nothing published without it. */
function refuseUnproven(unproven: readonly Unproven[]): void {
	const [first] = unproven;
	if (first === undefined) {
		return;
	}

	const reasons = [...Map.groupBy(unproven, ({why}) => why)].map(
		([why, all]) => `${[...new Set(all.map(({check}) => check))].join(', ')}: ${why}`,
	);
	throw new HostError(
		`${first.part.final} is not published, because not all could be proven here: ${reasons.join('; ')}`,
		{
			code: 'VERIFY_UNPROVEN',
			hint: 'build where it can be proven, or with --verify alone, which starts nothing',
		},
	);
}

function tellWarnings({findings}: Verification, told: Set<string>, {listener}: Context): void {
	for (const warning of findings.filter(({severity}) => severity === 'warning')) {
		if (!told.has(warning.code)) {
			told.add(warning.code);
			listener({kind: 'warning', code: warning.code, message: messageOf(warning, findings)});
		}
	}
}

function messageOf({code, path, message}: Finding, all: readonly Finding[]): string {
	const more = all.filter(finding => finding.code === code).length - 1;
	return `${path}: ${message}${more > 0 ? `, and ${more} more` : ''}`;
}
