import {type ChildProcess, spawn} from 'node:child_process';
import {HostError} from '../model/errors.ts';
import {interruption} from './run.ts';

/** How a program ended. */
export interface Ended {
	/** Of the program; 128 and the number of the signal where one ended it; undefined where the time ran out. */
	readonly code: number | undefined;
	/** What it wrote to standard output, the first `mostOutput` bytes of it. */
	readonly stdout: string;
	/** The end of what it wrote to both, in the order in which it came. */
	readonly tail: string;
}

/** Bytes: what a probe may answer. */
const mostOutput = 32 * 1024 * 1024;
/** Characters: what a person would read of a failure. */
const tailLength = 4000;

/**
 * Runs a program for at most `seconds` and keeps no more of its output than is of use. What it started must end with it:
 * that is the caller's to arrange.
 * Throws a HostError (TOOL_MISSING, INTERRUPTED) where it cannot be started or venvpack is to stop.
 */
export function runBounded(
	argv: readonly string[],
	{seconds, env}: {readonly seconds: number; readonly env: Readonly<Record<string, string>>},
): Promise<Ended> {
	const [program = '', ...args] = argv;
	const child = spawn(program, args, {env, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/'});
	const heard = listen(child);
	return new Promise((resolve, reject) => {
		let isLate = false;
		const stop = () => child.kill('SIGKILL');
		const timer = setTimeout(() => {
			isLate = true;
			stop();
		}, seconds * 1000);
		interruption.signal.addEventListener('abort', stop);
		const end = () => {
			clearTimeout(timer);
			interruption.signal.removeEventListener('abort', stop);
		};
		child.once('error', cause => {
			end();
			reject(new HostError(`${program} cannot be started`, {code: 'TOOL_MISSING', command: program, cause}));
		});
		child.once('close', (status, signal) => {
			end();
			if (interruption.signal.aborted) {
				reject(new HostError(`${program} was stopped`, {code: 'INTERRUPTED', command: program}));
			}

			resolve({...heard(), code: isLate ? undefined : (status ?? (signal === null ? 255 : 137))});
		});
	});
}

function listen(child: ChildProcess): () => Omit<Ended, 'code'> {
	const output: Buffer[] = [];
	let size = 0;
	let tail = Buffer.alloc(0);
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			tail = Buffer.concat([tail, chunk]).subarray(-tailLength);
			if (stream === child.stdout && size < mostOutput) {
				output.push(chunk);
				size += chunk.length;
			}
		});
	}

	return () => ({stdout: Buffer.concat(output).toString().slice(0, mostOutput), tail: tail.toString().trim()});
}
