import {type ChildProcess, spawn} from 'node:child_process';
import {HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {interruption} from './run.ts';

/** A child that answers for as long as it is asked. */
export interface Conversation {
	/** Writes to the child's standard input. */
	say(text: string): void;
	/** Nothing more will be said: the child may finish. */
	close(): void;
	/**
	 * Resolves when the child has ended, with the end of what it wrote to stderr where it did not end well.
	 * Rejects with what `hear` threw, or a HostError (TOOL_MISSING, INTERRUPTED).
	 */
	readonly ended: Promise<{readonly ok: boolean; readonly output: string}>;
}

export interface ConversationOptions {
	readonly cwd: HostPath;
	readonly env: Readonly<Record<string, string>>;
	/**
	 * Hears each answer: a frame of a length (4 bytes, little endian) and so many bytes on the child's standard output.
	 * The bytes are the hearer's.
	 */
	readonly hear: (frame: Uint8Array) => void;
}

/** Starts a program for many short questions, where starting it for each would cost more than the answer. */
export function converse(program: string, args: readonly string[], options: ConversationOptions): Conversation {
	const child = spawn(program, args, {cwd: options.cwd, env: options.env, stdio: 'pipe', signal: interruption.signal});
	let stderr = '';
	let broken: unknown;
	const frames = framesOf(options.hear);
	child.stdin.on('error', () => undefined);
	child.stderr.on('data', (chunk: Buffer) => {
		stderr = `${stderr}${chunk.toString()}`.slice(-10_000);
	});
	child.stdout.on('data', (chunk: Buffer) => {
		try {
			if (broken === undefined) {
				frames(chunk);
			}
		} catch (error) {
			broken = error;
			child.kill('SIGKILL');
		}
	});
	return {
		say: text => void child.stdin.write(text),
		close: () => void child.stdin.end(),
		ended: endOf(child, program).then(ok => {
			if (broken !== undefined) {
				throw broken;
			}

			return {ok, output: stderr};
		}),
	};
}

function endOf(child: ChildProcess, program: string): Promise<boolean> {
	return new Promise((resolve, reject) => {
		child.on('error', cause => {
			const stopped = interruption.signal.aborted;
			reject(
				new HostError(`${program} ${stopped ? 'was stopped' : 'cannot be started'}`, {
					code: stopped ? 'INTERRUPTED' : 'TOOL_MISSING',
					command: program,
					cause,
				}),
			);
		});
		child.once('close', status => resolve(status === 0));
	});
}

/** Cuts a stream of bytes into frames. */
function framesOf(hear: (frame: Uint8Array) => void): (chunk: Buffer) => void {
	let held: Buffer[] = [];
	let size = 0;
	let wanted = 4;
	return chunk => {
		held.push(chunk);
		size += chunk.length;
		if (size < wanted) {
			return;
		}

		const bytes = held.length === 1 ? chunk : Buffer.concat(held, size);
		let at = 0;
		for (;;) {
			const end = at + 4 > size ? Number.NaN : at + 4 + bytes.readUInt32LE(at);
			if (!(end <= size)) {
				wanted = Number.isNaN(end) ? 4 : end - at;
				break;
			}

			hear(bytes.subarray(at + 4, end));
			at = end;
		}

		held = at === size ? [] : [bytes.subarray(at)];
		size -= at;
	};
}
