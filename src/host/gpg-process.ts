import {type ChildProcess, spawn} from 'node:child_process';
import type {Writable} from 'node:stream';
import {HostError} from '../model/errors.ts';
import {accepted} from './accepted.ts';
import {interruption} from './run.ts';

export interface GpgCall {
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What gpg reads on its standard input. */
	readonly input?: Iterable<Uint8Array>;
	/** Goes through a pipe of its own. */
	readonly passphrase?: string | undefined;
}

export interface GpgAnswer {
	readonly ok: boolean;
	readonly stdout: Buffer;
	/** What it said, and the lines of its status that begin with `[GNUPG:]`: doc/DETAILS of GnuPG. */
	readonly stderr: string;
}

/**
 * Runs gpg, without the user's gpg.conf: what stands there would change signatures. A passphrase comes through file
 * descriptor 3, never as an argument or in the environment.
 * Throws a HostError (GPG_MISSING, INTERRUPTED), and what reading the input throws.
 */
export async function callGpg({args, env, input = [], passphrase}: GpgCall): Promise<GpgAnswer> {
	const secret = passphrase === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '3'];
	const child = spawn('gpg', ['--no-options', '--batch', '--no-tty', '--status-fd', '2', ...secret, ...args], {
		env: {...env, LC_ALL: 'C'},
		stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
		signal: interruption.signal,
	});
	const answer = answerOf(child);
	const [stdin, , , pipe] = child.stdio as unknown as [Writable, unknown, unknown, Writable];
	// A gpg that ends early closes its pipes: its own words say why.
	stdin.on('error', () => undefined);
	pipe.on('error', () => undefined);
	pipe.end(passphrase === undefined ? undefined : `${passphrase}\n`);
	try {
		for (const chunk of input) {
			await accepted(stdin, chunk);
		}
	} catch (error) {
		child.kill();
		await answer.catch(() => undefined);
		throw error;
	}

	stdin.end();
	return answer;
}

function answerOf(child: ChildProcess): Promise<GpgAnswer> {
	const stdout: Buffer[] = [];
	let stderr = '';
	child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
	child.stderr?.on('data', (chunk: Buffer) => {
		stderr = `${stderr}${chunk.toString()}`.slice(-20_000);
	});
	const answer = new Promise<GpgAnswer>((resolve, reject) => {
		child.once('error', cause => {
			const stopped = interruption.signal.aborted;
			reject(
				new HostError(stopped ? 'gpg was stopped' : 'gpg, which signs, cannot be started: no such program is on PATH', {
					code: stopped ? 'INTERRUPTED' : 'GPG_MISSING',
					hint: stopped ? undefined : 'install it: the package is called gnupg, or gnupg2',
					command: 'gpg',
					cause,
				}),
			);
		});
		child.once('close', code => resolve({ok: code === 0, stdout: Buffer.concat(stdout), stderr}));
	});
	// Whoever waits comes later than the error may.
	answer.catch(() => undefined);
	return answer;
}
