import type {Finding} from './findings.ts';
import type {HostPath, InstallPath} from './paths.ts';

interface ErrorDetails {
	/** Stable, in capitals; docs/errors.md explains each. */
	readonly code: string;
	/** What to do next. */
	readonly hint?: string | undefined;
	readonly cause?: unknown;
}

/** What every refusal of venvpack is: what is wrong and where in the message, what to do next in the hint. */
export class VenvpackError extends Error {
	readonly code: string;
	readonly hint: string | undefined;
	/** The exit code of the command line: see docs/reference. */
	readonly exitCode: 1 | 2 | 3 = 2;

	constructor(message: string, details: ErrorDetails) {
		super(message, {cause: details.cause});
		this.name = new.target.name;
		this.code = details.code;
		this.hint = details.hint;
	}
}

/** A flag or an argument that cannot be. */
export class UsageError extends VenvpackError {}

/** A value in a configuration file, or a flag that stands for it. */
export class ConfigError extends VenvpackError {
	readonly file: HostPath | undefined;
	readonly key: string | undefined;

	constructor(message: string, details: ErrorDetails & {file?: HostPath | undefined; key?: string | undefined}) {
		super(message, details);
		this.file = details.file;
		this.key = details.key;
	}
}

/** A project, requirement, lock file, wheel or sdist that cannot be packaged as it is. */
export class InputError extends VenvpackError {
	/** The file or requirement at fault. */
	readonly input: string;

	constructor(message: string, details: ErrorDetails & {input: string}) {
		super(message, details);
		this.input = details.input;
	}
}

/** The machine: a missing tool, the network, a full disk, permissions, a tool that failed. */
export class HostError extends VenvpackError {
	override readonly exitCode = 3;
	readonly command: string | undefined;
	/** The end of what the tool printed. */
	readonly output: string | undefined;

	constructor(message: string, details: ErrorDetails & {command?: string | undefined; output?: string | undefined}) {
		super(message, details);
		this.command = details.command;
		this.output = details.output;
	}
}

/** Something in the staged tree that cannot be made correct at the prefix. */
export class RelocationError extends VenvpackError {
	readonly path: InstallPath;
	readonly rule: string;

	constructor(message: string, details: ErrorDetails & {path: InstallPath; rule: string}) {
		super(message, details);
		this.path = details.path;
		this.rule = details.rule;
	}
}

/** A tree that a format cannot hold (exit 2), or an artifact that cannot be read (exit 3). */
export class ArtifactError extends VenvpackError {
	override readonly exitCode: 2 | 3;
	readonly format: string;
	/** In bytes from the start of the artifact, where one is known. */
	readonly offset: number | undefined;

	constructor(
		message: string,
		details: ErrorDetails & {format: string; offset?: number | undefined; reading?: boolean},
	) {
		super(message, details);
		this.format = details.format;
		this.offset = details.offset;
		this.exitCode = details.reading ? 3 : 2;
	}
}

/** The build stopped because of what its own audit found. */
export class FindingsError extends VenvpackError {
	override readonly exitCode = 1;
	readonly findings: readonly Finding[];

	constructor(message: string, details: ErrorDetails & {findings: readonly Finding[]}) {
		super(message, details);
		this.findings = details.findings;
	}
}
