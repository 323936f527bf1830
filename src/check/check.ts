import type {Finding, FindingKind} from '../model/findings.ts';
import type {LibraryTable} from '../model/library-table.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {Survey} from '../model/survey.ts';
import type {Target} from '../model/target.ts';
import type {FileEntry, LinkEntry} from '../model/tree.ts';

/**
 * A question that is asked of a whole tree while it is read once. Adding one: a file in checks/, and a line in
 * checks.ts.
 */
export interface Check {
	/** As `--only` and messages name it: lower-case letters and dashes. */
	readonly name: string;
	/** What a finding of it answers. */
	readonly question: string;
	/** All that it can say. */
	readonly kinds: readonly FindingKind[];
	/** Why it cannot be asked of this artifact, such as a format without modes; undefined where it can. */
	unasked?(subject: OpenedPackage): string | undefined;
	/** Begins a run over one artifact. */
	begin(subject: OpenedPackage, asked?: CheckRequest): CheckRun;
}

/** What the user knows besides the artifact. */
export interface CheckRequest {
	/** The distribution that it is for. */
	readonly target?: Target | undefined;
	/** The libraries of the distribution that a deb is for; undefined where that is not known. Asked for where names do not tell. */
	readonly libraries?: (() => LibraryTable | undefined) | undefined;
	/** Texts that nothing in it should hold. */
	readonly needles?: readonly string[] | undefined;
}

/** A check at work. The files come in the order in which the artifact holds them, each entry once. */
export interface CheckRun {
	/** Begins a file, whose bytes follow; undefined where they do not matter. */
	open?(entry: FileEntry): FileCheck | undefined;
	/** A link is complete with this. */
	link?(entry: LinkEntry): readonly Finding[];
	/** All files were read: what only the whole tells. */
	finish?(survey: Survey): readonly Finding[];
	/** A second reading, where the first one told what to look for; undefined where that is not needed. After `finish`. */
	again?(survey: Survey): CheckRun | undefined;
}

/** One file under a check. */
export interface FileCheck {
	/** The next bytes; they may change after the call. */
	push(chunk: Uint8Array): void;
	/** The file is complete; `sha256` of it, hexadecimal. */
	close(sha256: string): readonly Finding[];
}
