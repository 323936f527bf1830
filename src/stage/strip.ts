import {chmodSync, closeSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync} from 'node:fs';
import {decodeElf, type Elf, elfTypes, isElf} from '../codecs/elf.ts';
import {run} from '../host/run.ts';
import {filesBelow} from '../host/walk.ts';
import {ArtifactError, HostError} from '../model/errors.ts';
import type {Listener} from '../model/events.ts';
import {type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import {toolEnvironment} from './installers/installer.ts';
import type {Environment} from './interpreters/probe.ts';

export interface StripRequest {
	/** The folder that plays the target's `/`. */
	readonly root: HostPath;
	readonly from: InstallPath;
	/** Files of downloaded wheels, which are left as they are. */
	readonly downloaded: {has(path: InstallPath): boolean};
	/** What is stripped, for the note of it; default: what was built here. */
	readonly what?: string;
	/** Loads every stripped library. */
	readonly python: HostPath;
	/** A private folder on the same file system. */
	readonly work: HostPath;
	readonly listener: Listener;
	readonly environment: Environment;
}

/** In bytes. Of a larger file the row in RECORD stays what the installer wrote, so it must stay what it was. */
const largest = 512 * 1024 * 1024;

/**
 * Takes symbols and debug sections out of the libraries and programs that were built here. Those of downloaded wheels
 * are left: their makers laid them out with patchelf, after which stripping moves segments to where no loader takes
 * them (numpy's OpenBLAS). Each file is stripped as a copy, and the copy is loaded before it takes its place; one that
 * does not load leaves the file as it was, with a warning (STRIP_LEFT).
 * Throws a HostError (STRIP_MISSING) where there is no strip of binutils.
 */
export async function stripTree(request: StripRequest): Promise<void> {
	const {root, from, downloaded, listener} = request;
	await requireStrip(request);
	let [files, saved] = [0, 0];
	for (const path of [...filesBelow(root, from)].sort()) {
		const elf = downloaded.has(path) ? undefined : loadableOf(hostPath(`${root}${path}`));
		const less = elf === undefined ? 0 : await stripFile(path, elf, request);
		if (less > 0) {
			files++;
			saved += less;
		}
	}

	const {what = 'built here'} = request;
	const kilobytes = `${Math.round(saved / 1000)} kB`;
	const stripped = files === 1 ? 'one file' : `${files} files`;
	listener({
		kind: 'note',
		message:
			files === 0 ? `strip = true found nothing ${what} to strip` : `${stripped} ${what} stripped of ${kilobytes}`,
	});
}

/** A program or library; undefined for all else, and for what is damaged, which other checks tell of. */
function loadableOf(file: HostPath): Elf | undefined {
	if (!isElf(headOf(file)) || statSync(file).size > largest) {
		return undefined;
	}

	try {
		const elf = decodeElf(readFileSync(file));
		return elf.type === elfTypes.program || elf.type === elfTypes.shared ? elf : undefined;
	} catch (error) {
		if (error instanceof ArtifactError) {
			return undefined;
		}

		throw error;
	}
}

function headOf(file: HostPath): Uint8Array {
	const descriptor = openSync(file, 'r');
	try {
		const head = Buffer.alloc(64);
		return head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
	} finally {
		closeSync(descriptor);
	}
}

/** Returns by how many bytes the file became smaller. */
async function stripFile(path: InstallPath, elf: Elf, request: StripRequest): Promise<number> {
	const file = hostPath(`${request.root}${path}`);
	// Beside the file, since libraries look for others relative to their own folder.
	const copy = hostPath(`${file}.stripped`);
	try {
		const stripping = ['--strip-unneeded', '-o', copy, '--', file];
		const objection = (await objectionOf('strip', stripping, request)) ?? (await load(copy, elf, request));
		if (objection !== undefined) {
			const message = `${path} is left as it was, because its stripped copy is not proven to load: ${objection.replaceAll(copy, path)}`;
			request.listener({kind: 'warning', code: 'STRIP_LEFT', message});
			return 0;
		}

		const [before, after] = [statSync(file), statSync(copy)];
		if (after.size >= before.size) {
			return 0;
		}

		chmodSync(copy, before.mode & 0o7777);
		renameSync(copy, file);
		return before.size - after.size;
	} finally {
		rmSync(copy, {force: true});
	}
}

async function requireStrip({work, environment}: StripRequest): Promise<void> {
	try {
		await run('strip', ['--version'], {env: toolEnvironment(environment, work)});
	} catch (error) {
		if (!(error instanceof HostError) || error.code !== 'TOOL_MISSING') {
			throw error;
		}

		throw new HostError('strip = true asks for the program strip, which is not on PATH', {
			code: 'STRIP_MISSING',
			hint: 'install binutils, or leave strip out of the configuration',
			command: 'strip',
			cause: error,
		});
	}
}

/** Every relocation is made, as the loader does for LD_BIND_NOW; no initialisation of a module runs but constructors. */
const dlopen = 'import ctypes, sys; ctypes.CDLL(sys.argv[1])';

async function load(file: HostPath, {interpreter}: Elf, request: StripRequest): Promise<string | undefined> {
	return interpreter === undefined
		? objectionOf(request.python, ['-I', '-S', '-c', dlopen, file], request)
		: objectionOf(interpreter, ['--list', file], request);
}

/** What a tool that failed said last; undefined where it did not fail. */
async function objectionOf(
	program: string,
	args: readonly string[],
	{work, environment}: StripRequest,
): Promise<string | undefined> {
	try {
		await run(program, args, {env: {...toolEnvironment(environment, work), LD_BIND_NOW: '1'}});
		return undefined;
	} catch (error) {
		if (!(error instanceof HostError) || ['INTERRUPTED', 'DISK_FULL'].includes(error.code)) {
			throw error;
		}

		return error.output?.trim().split('\n').at(-1) ?? error.message;
	}
}
