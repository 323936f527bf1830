import type * as Library from '../src/index.ts';
import {Interruption} from './interrupt.ts';
import type {Face} from './library.ts';
import {printable, type Terminal} from './terminal.ts';

/** What went wrong, in the shape of the `error` of `--json`. */
export interface Failure {
	/** Stable; docs/errors.md explains each. */
	readonly code: string;
	readonly message: string;
	readonly hint?: string | undefined;
	readonly exitCode: number;
	/** The configuration file and key at fault. */
	readonly file?: string | undefined;
	readonly key?: string | undefined;
	/** The requirement or file at fault. */
	readonly input?: string | undefined;
	/** The tool that failed, and the end of what it printed. */
	readonly command?: string | undefined;
	readonly output?: string | undefined;
	/** Where in the tree, and which rule refused. */
	readonly path?: string | undefined;
	readonly rule?: string | undefined;
	readonly format?: string | undefined;
	readonly offset?: number | undefined;
	readonly findings?: readonly Library.Finding[] | undefined;
	/** Of venvpack's own faults. */
	readonly stack?: string | undefined;
}

/** A command line that cannot be understood; thrown here, before the library is loaded. */
export class CommandLineError extends Error {
	readonly code: string;
	readonly hint: string | undefined;

	constructor(message: string, code: string, hint?: string) {
		super(message);
		this.name = 'CommandLineError';
		this.code = code;
		this.hint = hint;
	}
}

/** Puts anything thrown in words. What venvpack did not throw on purpose is its own fault: exit code 70. */
export function failureOf(error: unknown, library: Face | undefined): Failure {
	if (error instanceof CommandLineError) {
		return {code: error.code, message: error.message, hint: error.hint, exitCode: 2};
	}

	if (error instanceof Interruption) {
		return {code: 'INTERRUPTED', message: error.message, exitCode: error.exitCode};
	}

	if (library !== undefined && error instanceof library.VenvpackError) {
		const {code, message, hint, exitCode} = error;
		return {code, message, hint, exitCode, ...details(error, library)};
	}

	return fromSystem(error) ?? ownFault(error);
}

function details(error: Library.VenvpackError, library: Face): Partial<Failure> {
	if (error instanceof library.ConfigError) {
		return {file: error.file, key: error.key};
	}

	if (error instanceof library.InputError) {
		return {input: error.input};
	}

	if (error instanceof library.HostError) {
		return {command: error.command, output: error.output};
	}

	if (error instanceof library.RelocationError) {
		return {path: error.path, rule: error.rule};
	}

	if (error instanceof library.ArtifactError) {
		return {format: error.format, offset: error.offset};
	}

	return error instanceof library.FindingsError ? {findings: error.findings} : {};
}

/** A refusal of the operating system that nobody put in better words. */
function fromSystem(error: unknown): Failure | undefined {
	if (!(error instanceof Error && 'syscall' in error && 'code' in error)) {
		return undefined;
	}

	if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
		return {
			code: 'DISK_FULL',
			message: `there is no space left on the disk: ${error.message}`,
			hint: 'make room, or choose other folders: --out for the artifacts, TMPDIR for the stage',
			exitCode: 3,
		};
	}

	return {
		code: 'SYSTEM_CALL_FAILED',
		message: error.message,
		hint: 'see that the path exists, that you may use it, and that the disk has room',
		exitCode: 3,
	};
}

function ownFault(error: unknown): Failure {
	const isError = error instanceof Error;
	return {
		code: 'INTERNAL',
		message: `this is a fault of venvpack itself: ${isError ? error.message : String(error)}`,
		hint: 'please report it, with what the same command prints with --verbose',
		exitCode: 70,
		stack: isError ? error.stack : undefined,
	};
}

/** Findings shown in full; the rest is counted. */
const shown = 10;

/** Writes a failure for a person: what, what the tool said, where, what next, and the code to look up. */
export function writeFailure(failure: Failure, terminal: Terminal, isVerbose: boolean): void {
	terminal.line(`${terminal.style('red', 'venvpack:')} ${printable(failure.message)}`);
	for (const line of failure.output ? printable(failure.output).split('\n') : []) {
		terminal.line(`  ${terminal.style('dim', '│')} ${line}`.trimEnd());
	}

	writeFindings(failure.findings ?? [], terminal);
	if (failure.hint) {
		terminal.line(`${terminal.style('cyan', '→')} ${printable(failure.hint)}`);
	}

	terminal.line(terminal.style('dim', `[${failure.code}: see docs/errors.md]`));
	if (isVerbose && failure.stack) {
		terminal.line(printable(failure.stack));
	}
}

/** Writes findings, the first ten with their remedies. */
export function writeFindings(findings: readonly Library.Finding[], terminal: Terminal): void {
	for (const finding of findings.slice(0, shown)) {
		const place = finding.offset === undefined ? '' : `, byte ${finding.offset}`;
		terminal.line(`  ${printable(`${finding.path}${place}: ${finding.message}`)} [${finding.code}]`);
		terminal.line(`    ${terminal.style('cyan', '→')} ${printable(finding.remedy)}`);
	}

	if (findings.length > shown) {
		terminal.line(`  and ${findings.length - shown} more; --json has all of them`);
	}
}
