import type {StageName} from './events.ts';
import type {Finding} from './findings.ts';
import type {Distribution} from './metadata.ts';
import type {HostPath, InstallPath} from './paths.ts';

/** What the user asks of `relocate`. */
export interface RelocateRequest {
	readonly venv: HostPath;
	/** Where it is to be correct. */
	readonly prefix: string;
	/** The folder of the copy; either this or `inPlace`, or neither with `dryRun`. */
	readonly out?: HostPath | undefined;
	/** The venv itself is replaced. */
	readonly inPlace?: boolean | undefined;
	/** A minor such as `3.12`, or the path of an interpreter; default: the venv's own. */
	readonly python?: string | undefined;
	/** Where the interpreter lies there. */
	readonly targetPython?: string | undefined;
	readonly allowLeaks?: readonly string[] | undefined;
	/** Nothing is written. */
	readonly dryRun?: boolean | undefined;
}

/** What a rule did. */
export interface RuleApplied {
	readonly rule: string;
	readonly because: string;
	/** Below the prefix, in order. */
	readonly paths: readonly InstallPath[];
}

/** What relocating a venv came to. */
export interface RelocateResult {
	/** The venv, links followed. */
	readonly venv: HostPath;
	readonly prefix: InstallPath;
	/** Where the relocated one lies; undefined where nothing was written. */
	readonly place: HostPath | undefined;
	/** The interpreter there. */
	readonly python: InstallPath;
	/** Where the venv was, by its own words, as far as that is another place. */
	readonly from: readonly HostPath[];
	readonly rewritten: readonly RuleApplied[];
	/** What the relocated one does without, bytecode left out. */
	readonly removed: readonly InstallPath[];
	readonly findings: readonly Finding[];
	readonly distributions: readonly Distribution[];
	/** Console scripts, where they will lie. */
	readonly scripts: readonly InstallPath[];
	/** Files in the tree, the manifest included, and their bytes. */
	readonly files: number;
	readonly bytes: number;
	/** One digest over paths, modes, links and bytes. Hexadecimal. */
	readonly tree: string;
	/** Seconds. */
	readonly timings: Readonly<Partial<Record<StageName, number>>>;
}
