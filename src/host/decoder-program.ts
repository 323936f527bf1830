import {type ChildProcess, spawn} from 'node:child_process';
import {HostError} from '../model/errors.ts';
import type {Packing} from '../model/tree.ts';
import {accepted} from './accepted.ts';
import {interruption} from './run.ts';
import type {StretchFile} from './stretch-file.ts';

interface Program {
	readonly name: string;
	readonly args: readonly string[];
	readonly missing: {readonly code: string; readonly hint: string};
}

/** A program said that what it was to unpack is damaged. */
export class ProgramRefusal extends Error {}

const xz: Program = {
	name: 'xz',
	args: ['--decompress', '--stdout', '--memlimit-decompress=256MiB'],
	missing: {
		code: 'XZ_MISSING',
		hint: 'install venvpack without --omit=optional, or install the program xz',
	},
};

const bzip2: Program = {
	name: 'bzip2',
	args: ['-d', '-c'],
	missing: {code: 'BZIP2_MISSING', hint: 'install the program bzip2'},
};

/**
 * Unpacks with a program of this machine, for what no codec is in this process.
 * Throws a HostError (XZ_MISSING, BZIP2_MISSING, INTERRUPTED), or a ProgramRefusal.
 */
export async function* throughProgram(source: StretchFile, compression: Packing): AsyncGenerator<Uint8Array> {
	const program = compression === 'bzip2' ? bzip2 : xz;
	const child = spawn(program.name, program.args, {
		env: {PATH: process.env.PATH, LC_ALL: 'C'},
		stdio: 'pipe',
		signal: interruption.signal,
	});
	const ended = endOf(child, program);
	// Awaited below; what consumes may stop before.
	ended.catch(() => undefined);
	child.stdin.on('error', () => undefined);
	const fed = feed(source, child);
	try {
		yield* child.stdout as AsyncIterable<Uint8Array>;
		await ended;
	} finally {
		child.kill('SIGKILL');
		await Promise.allSettled([ended, fed]);
	}
}

async function feed(source: StretchFile, {stdin}: ChildProcess): Promise<void> {
	if (stdin === null) {
		return;
	}

	const buffer = Buffer.allocUnsafe(64 * 1024);
	for (let at = 0; stdin.writable; ) {
		const length = source.read(at, buffer);
		if (length === 0) {
			break;
		}

		at += length;
		await accepted(stdin, buffer.subarray(0, length));
	}

	stdin.end();
}

function endOf(child: ChildProcess, {name, missing}: Program): Promise<void> {
	let said = '';
	child.stderr?.on('data', (chunk: Buffer) => {
		said = `${said}${chunk.toString()}`.slice(-2000);
	});
	return new Promise((resolve, reject) => {
		child.once('error', cause => {
			reject(
				interruption.signal.aborted
					? new HostError(`${name} was stopped`, {code: 'INTERRUPTED', command: name})
					: new HostError(`unpacking needs the program ${name}, which cannot be started`, {
							...missing,
							command: name,
							cause,
						}),
			);
		});
		child.once('close', code => {
			if (code === 0) {
				resolve();
			} else {
				reject(new ProgramRefusal(said.trim().split('\n')[0] ?? ''));
			}
		});
	});
}
