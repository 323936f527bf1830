import type {Finding, FindingKind, Severity} from './findings.ts';
import type {HostPath, InstallPath} from './paths.ts';

/** The parts of `verify`: what reading tells; what starting the programs tells; what installing in a clean root tells. */
export type VerifyPart = 'static' | 'run' | 'rootfs';

/** One question that `verify` asks, and all that it can find. `verify --list` is made of these. */
export interface Question {
	/** As `--only` and messages name it: lower-case letters and dashes. */
	readonly name: string;
	readonly question: string;
	readonly kinds: readonly FindingKind[];
	readonly part: VerifyPart;
}

/** A question without an answer. */
export interface Unanswered {
	/** The name of the question. */
	readonly check: string;
	readonly why: string;
}

/** What `verify` found. */
export interface Verification {
	readonly artifact: VerifiedArtifact;
	/** By severity, code and path. Of each code at most as many as are kept; `left` counts the rest. */
	readonly findings: readonly Finding[];
	/** How many more there are, by code. */
	readonly left: Readonly<Record<string, number>>;
	/** Of all of them. */
	readonly counts: Readonly<Record<Severity, number>>;
	/** How many `--ignore` took out. */
	readonly ignored: number;
	/** What was asked. */
	readonly questions: readonly Question[];
	/** What cannot be asked of such an artifact: no fault, and no proof. */
	readonly unasked: readonly Unanswered[];
	/** What was to be proven and could not be on this machine: the exit code says so. */
	readonly unproven: readonly Unanswered[];
	/** By part. */
	readonly seconds: Readonly<Partial<Record<VerifyPart, number>>>;
}

/** Which artifact it was. */
export interface VerifiedArtifact {
	readonly file: HostPath;
	/** Such as `deb`. */
	readonly format: string;
	readonly name: string;
	readonly version: string;
	readonly prefix: InstallPath;
	/** Of the artifact, in bytes. */
	readonly size: number;
	readonly files: number;
	/** Of the files, in bytes. */
	readonly bytes: number;
}
