import {availableParallelism} from 'node:os';
import {normalizeMarshal} from '../codecs/marshal.ts';
import {pycHeaderSize} from '../codecs/pyc.ts';
import {type Conversation, converse} from '../host/conversation.ts';
import {filesBelow} from '../host/walk.ts';
import {HostError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import type {HostPath, InstallPath} from '../model/paths.ts';
import {compilerScript} from './compiler-script.ts';
import {toolEnvironment} from './installers/installer.ts';
import type {Environment} from './interpreters/probe.ts';
import {PycFiles} from './pyc-files.ts';

export interface CompileRequest {
	/** The folder that plays the target's `/`. */
	readonly root: HostPath;
	/** Everything importable lies below it. */
	readonly from: InstallPath;
	/** Plays the target's `/` for the bytecode; default: `root`, beside the sources. */
	readonly to?: HostPath;
	readonly python: {readonly builder: HostPath; readonly minor: string};
	/** An empty or private folder. */
	readonly work: HostPath;
	/** Processes at a time; default: as many as the machine has cores. The result does not depend on it. */
	readonly processes?: number;
	readonly listener: Listener;
	readonly environment: Environment;
}

export interface Compiled {
	/** How many pyc files were written. */
	readonly files: number;
	/** Sources that do not compile, such as templates and those of Python 2. That is no error. */
	readonly skipped: readonly InstallPath[];
}

/** Sources that a process is given at a time, and how few it may have left before it gets more. */
const batch = 8;
const low = 4;
const progressEvery = 250;

/**
 * Compiles every `.py` below `from` to `__pycache__/NAME.cpython-3XY.pyc`, for the place where it is going to lie:
 * co_filename is the installed path, and the pyc is of the kind that is never checked against its source (PEP 552),
 * because packagers set times and read-only trees cannot be mended at run time. The bytes depend on nothing but
 * source, path and the interpreter's magic: not on other files, their order, or the number of cores.
 * Throws a HostError: COMPILER_FAILED where the interpreter cannot run, BYTECODE_UNKNOWN where it writes pycs that
 * are not understood here.
 */
export async function compileTree(request: CompileRequest): Promise<Compiled> {
	const sources = sourcesOf(request);
	const run = new CompileRun(request, sources);
	const processes = Math.min(request.processes ?? availableParallelism(), sources.length);
	await Promise.all(Array.from({length: processes}, async () => run.work()));
	return {files: run.files, skipped: run.skipped.sort()};
}

/** A path with a line break cannot be said in a line; Python compiles such a module when it is imported. */
function sourcesOf(request: CompileRequest): InstallPath[] {
	return [...filesBelow(request.root, request.from)].filter(path => path.endsWith('.py') && !path.includes('\n'));
}

class CompileRun {
	files = 0;
	readonly skipped: InstallPath[] = [];
	readonly #request: CompileRequest;
	readonly #sources: InstallPath[];
	readonly #total: number;
	readonly #pycs: PycFiles;

	constructor(request: CompileRequest, sources: InstallPath[]) {
		this.#request = request;
		this.#sources = sources.reverse();
		this.#total = sources.length;
		this.#pycs = new PycFiles(request.to ?? request.root, request.python.minor);
	}

	/** Keeps one process busy until no source is left. One that dies of a source is followed by another. */
	async work(): Promise<void> {
		let given: InstallPath[] = [];
		while (given.length > 0 || this.#sources.length > 0) {
			given = await this.#compileWith(given);
			const fatal = given.shift();
			if (fatal !== undefined) {
				this.#skip(fatal);
			}
		}
	}

	/** Runs one process; returns what it was given and did not answer. */
	async #compileWith(given: InstallPath[]): Promise<InstallPath[]> {
		let alive = false;
		const asked = [...given];
		const process: Conversation = converse(
			this.#request.python.builder,
			['-S', '-s', '-c', compilerScript, this.#request.root],
			{
				cwd: this.#request.work,
				env: this.#environment(),
				hear: frame => {
					if (alive) {
						this.#take(asked.shift(), frame);
					}

					alive = true;
					this.#refill(process, asked);
				},
			},
		);
		process.say(asked.map(path => `${path}\n`).join(''));
		const {ok, output} = await process.ended;
		if (!alive) {
			throw this.#failure(output);
		}

		return ok ? [] : asked;
	}

	#refill(process: Conversation, asked: InstallPath[]): void {
		if (asked.length > low) {
			return;
		}

		const more = this.#sources.splice(-batch).reverse();
		asked.push(...more);
		if (more.length > 0) {
			process.say(more.map(path => `${path}\n`).join(''));
		} else if (asked.length === 0) {
			process.close();
		}
	}

	#take(source: InstallPath | undefined, frame: Uint8Array): void {
		if (source === undefined) {
			return;
		}

		if (frame.length === 0) {
			this.#skip(source);
			return;
		}

		if (!this.#pycs.write(source, this.#settled(frame))) {
			this.#skip(source);
			return;
		}

		this.files++;
		this.#progress();
	}

	/** The pyc with the marshal stream that every process would have written. */
	#settled(pyc: Uint8Array): Uint8Array {
		const {minor, builder} = this.#request.python;
		try {
			const code = normalizeMarshal(pyc.subarray(pycHeaderSize), minor);
			return code.buffer === pyc.buffer ? pyc : Buffer.concat([pyc.subarray(0, pycHeaderSize), code]);
		} catch (cause) {
			throw new HostError(`the bytecode that ${builder} writes is not understood`, {
				code: 'BYTECODE_UNKNOWN',
				hint: 'venvpack knows CPython 3.8 to 3.14; choose another with --python',
				cause,
			});
		}
	}

	#skip(source: InstallPath): void {
		this.skipped.push(source);
		this.#progress();
	}

	#progress(): void {
		const done = this.files + this.skipped.length;
		if (done % progressEvery === 0 || done === this.#total) {
			this.#request.listener({kind: 'progress', stage: 'compile', done, total: this.#total, unit: 'files'});
		}
	}

	/** The seed decides the order of sets, and so, in some versions, that of variables. */
	#environment(): Record<string, string> {
		const {environment, work} = this.#request;
		return {...toolEnvironment(environment, work), PYTHONHASHSEED: '0', PYTHONUTF8: '1'};
	}

	#failure(output: string): HostError {
		const {builder} = this.#request.python;
		return new HostError(`${builder} cannot compile bytecode`, {
			code: 'COMPILER_FAILED',
			hint: 'see whether this interpreter works at all',
			command: builder,
			output,
		});
	}
}
