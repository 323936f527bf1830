import type {InstallPath} from './paths.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A kind of finding: what a check can say. `verify --list`, SARIF and docs/findings.md are made of these. */
export interface FindingKind {
	/** Stable, in capitals. */
	readonly code: string;
	/** Of most findings of this kind; one that cannot be helped by whoever builds is a note. */
	readonly severity: Severity;
	/** What is wrong, in a few words without a path. */
	readonly title: string;
	/** Why it matters: what goes wrong on the machine that installs. One or two sentences. */
	readonly why: string;
	/** What to do about it. */
	readonly remedy: string;
}

/** Something untrue about an artifact. Not an error: a check returns all of them. */
export interface Finding {
	/** Of its kind. */
	readonly code: string;
	readonly severity: Severity;
	readonly path: InstallPath;
	/** In bytes from the start of the file, where one is known. */
	readonly offset: number | undefined;
	/** What was found. */
	readonly message: string;
	readonly why: string;
	/** What to do about it. */
	readonly remedy: string;
}

/** A finding of a kind; `severity` and `remedy` say it where they differ from the kind's. */
export function findingOf(
	kind: FindingKind,
	found: Pick<Finding, 'path' | 'message'> & Partial<Pick<Finding, 'offset' | 'severity' | 'remedy'>>,
): Finding {
	const {path, message, offset, severity = kind.severity, remedy = kind.remedy} = found;
	return {code: kind.code, severity, path, offset, message, why: kind.why, remedy};
}
