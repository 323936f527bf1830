import {spawnSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {removeTemporary} from './temporary.ts';

/**
 * Changes the names of two folders in one step: renameat2(2) with RENAME_EXCHANGE, since Linux 3.15, which Node does not
 * have. Python's ctypes, coreutils since 9.5, or Perl ask for it instead. The bytes of `one` are on the disk before.
 */
export interface Exchange {
	/** Waits without a turn of the event loop, so that no signal is heard in the middle of it. Throws a HostError (IN_PLACE_IMPOSSIBLE) where the file system refuses; then nothing has changed. */
	swap(one: HostPath, other: HostPath): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Of the system call renameat2, by machine, as the kernel's unistd.h of each has it. For a C library that has no name for it. */
const numbers: Readonly<Record<string, number>> = {
	x86_64: 316,
	aarch64: 276,
	riscv64: 276,
	armv7l: 382,
	i686: 353,
	ppc64le: 357,
	s390x: 347,
};

/** The exit codes of the scripts: 3 where this way is not open, 4 where the kernel said no. */
const refused = 4;

const python = `
import os, sys
try:
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syncfs
except Exception:
    sys.exit(3)
one, other, number = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2]), int(sys.argv[3])
folder = os.open(one, os.O_RDONLY)
libc.syncfs(folder)
os.close(folder)
if hasattr(libc, 'renameat2'):
    failed = libc.renameat2(-100, one, -100, other, 2)
elif number:
    failed = libc.syscall(ctypes.c_long(number), -100, one, -100, other, 2)
else:
    sys.exit(3)
if failed:
    sys.stderr.write(os.strerror(ctypes.get_errno()))
    sys.exit(4)
`;

const perl = `
my ($one, $other, $number) = @ARGV;
exit 3 unless $number + 0;
system('sync', '-f', $one);
if (syscall($number + 0, -100, $one, -100, $other, 2) != 0) { print STDERR "$!"; exit 4; }
`;

interface Way {
	readonly program: string;
	args(one: HostPath, other: HostPath): readonly string[];
}

/**
 * Finds a way to exchange folders in `folder`, and tries it there on two that are made for that inside of `trial`, a name
 * of the caller's that does not exist. So it is known before any work is done whether it can be.
 * Throws a HostError (IN_PLACE_IMPOSSIBLE).
 */
export function exchangeIn(
	trial: HostPath,
	{pythons, machine, environment}: {pythons: readonly HostPath[]; machine: string; environment: Environment},
): Exchange {
	const [one, other] = ['one', 'other'].map(name => hostPath(join(trial, name))) as [HostPath, HostPath];
	const number = String(numbers[machine] ?? 0);
	const ways: Way[] = [
		...pythons.map(program => ({
			program,
			args: (a: HostPath, b: HostPath) => ['-I', '-S', '-c', python, a, b, number],
		})),
		{program: 'mv', args: (a, b) => ['--exchange', '--no-copy', '-T', '--', a, b]},
		{program: 'perl', args: (a, b) => ['-e', perl, a, b, number]},
	];
	try {
		makeFolders([trial, one, other]);
		for (const way of ways) {
			const said = attempt(way, one, other, environment);
			if (said === undefined) {
				return {swap: (a, b) => swap(way, a, b, environment)};
			}

			if (said.isRefusal) {
				throw impossible(`a folder in ${dirname(trial)}`, said.reason);
			}
		}
	} finally {
		removeTemporary(trial);
	}

	throw impossible(
		`a folder in ${dirname(trial)}`,
		'neither a Python with ctypes, nor mv --exchange, nor perl is here to ask the kernel for it',
	);
}

/** One by one: in /proc, Node 24 looks for the missing parent of a path with `recursive` for ever. */
function makeFolders(folders: readonly [HostPath, ...HostPath[]]): void {
	try {
		for (const folder of folders) {
			mkdirSync(folder);
		}
	} catch (error) {
		throw impossible(`a folder in ${dirname(folders[0])}`, error instanceof Error ? error.message : String(error));
	}
}

function swap(way: Way, one: HostPath, other: HostPath, environment: Environment): void {
	if (way.program === 'mv') {
		spawnSync('sync', ['-f', one], {stdio: 'ignore', env: {...environment}});
	}

	const said = attempt(way, one, other, environment);
	if (said) {
		throw impossible(other, said.reason);
	}
}

interface Said {
	readonly isRefusal: boolean;
	readonly reason: string;
}

/** Undefined where it is done. */
function attempt({program, args}: Way, one: HostPath, other: HostPath, env: Environment): Said | undefined {
	const {status, stderr} = spawnSync(program, args(one, other), {
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
		env: {...env, LC_ALL: 'C'},
	});
	return status === 0 ? undefined : {isRefusal: status === refused, reason: stderr?.trim() || `${program} failed`};
}

function impossible(place: string, reason: string): HostError {
	return new HostError(`${place} cannot be swapped with another folder in one step: ${reason}`, {
		code: 'IN_PLACE_IMPOSSIBLE',
		hint: 'nothing was touched; write a copy with --out DIR, and put it in its place yourself while nothing runs',
	});
}
