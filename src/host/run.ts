import {HostError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import type {HostPath} from '../model/paths.ts';

export interface RunOptions {
	readonly cwd?: HostPath;
	/** The whole environment of the child; nothing is inherited beside it. Default: this process's own. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Hears every line that the tool prints. */
	readonly listener?: Listener;
	/** The tool's name in events and errors; default: the program's name. */
	readonly tool?: string;
	/** The code of the error where the tool fails; default: TOOL_FAILED. */
	readonly code?: string;
	/** What the tool was doing, for the error: «resolving the requirements». */
	readonly doing?: string;
	readonly hint?: string;
	readonly input?: string;
}

export interface RunResult {
	readonly stdout: string;
	readonly stderr: string;
}

/** Aborted when the build is interrupted: children end with it. */
export const interruption: AbortController = new AbortController();

/** Ends every running child, and refuses new ones. */
export function stopChildren(): void {
	interruption.abort();
}

/**
 * Runs a program, never through a shell, and returns what it printed.
 * Throws a HostError (TOOL_MISSING, DISK_FULL, INTERRUPTED, or the given code) whose `output` holds the end of what the tool said,
 * credentials in URLs taken out.
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
	const tool = options.tool ?? program.slice(program.lastIndexOf('/') + 1);
	// 18 MB of memory, which who only reads artifacts does without.
	const {execa} = await import('execa');
	const child = execa(program, args, {
		...(options.cwd === undefined ? {} : {cwd: options.cwd}),
		env: options.env === undefined ? process.env : {...options.env},
		extendEnv: false,
		input: options.input ?? '',
		reject: false,
		stripFinalNewline: false,
		maxBuffer: 64 * 1024 * 1024,
		cancelSignal: interruption.signal,
		forceKillAfterDelay: 3000,
	});
	if (options.listener) {
		tell(child.stderr, tool, options.listener);
	}

	const result = await child;
	if (result.failed) {
		throw failure(program, tool, options, result);
	}

	return {stdout: result.stdout, stderr: result.stderr};
}

function tell(stream: NodeJS.ReadableStream, tool: string, listener: Listener): void {
	let rest = '';
	stream.on('data', (chunk: Buffer | string) => {
		const lines = (rest + chunk.toString()).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) {
			listener({kind: 'output', tool, line: withoutCredentials(line)});
		}
	});
	stream.on('end', () => {
		if (rest !== '') {
			listener({kind: 'output', tool, line: withoutCredentials(rest)});
		}
	});
}

/** The words of strerror(3) for ENOSPC and EDQUOT: tools run in the C locale. */
const diskFull = /No space left on device|Disk quota exceeded/;

function failure(
	program: string,
	tool: string,
	options: RunOptions,
	result: {
		code?: string | undefined;
		exitCode?: number | undefined;
		signal?: string | undefined;
		stdout: string;
		stderr: string;
		isCanceled: boolean;
	},
): HostError {
	if (result.isCanceled) {
		return new HostError(`${tool} was stopped`, {code: 'INTERRUPTED', command: program});
	}

	if (result.code === 'ENOENT' || result.code === 'EACCES') {
		return new HostError(`${tool} cannot be started: no such program as ${program}`, {
			code: 'TOOL_MISSING',
			hint: `install ${tool}, or put it on PATH`,
			command: program,
		});
	}

	const ended =
		result.exitCode === undefined ? `ended by ${result.signal ?? 'a signal'}` : `exit code ${result.exitCode}`;
	const output = withoutCredentials(`${result.stdout}${result.stderr}`.trim());
	if (diskFull.test(output)) {
		return new HostError(`${tool} found no space left on the disk${options.doing ? ` while ${options.doing}` : ''}`, {
			code: 'DISK_FULL',
			hint: 'make room, or point TMPDIR at a folder with more; VENVPACK_CACHE_DIR is where downloads are kept',
			command: program,
			output,
		});
	}

	return new HostError(`${tool} failed${options.doing ? ` while ${options.doing}` : ''} (${ended})`, {
		code: options.code ?? 'TOOL_FAILED',
		hint: options.hint,
		command: program,
		output,
	});
}

/** A text without the user part of its URLs: `https://name:secret@host/` → `https://****@host/`. */
export function withoutCredentials(text: string): string {
	return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1****@');
}
