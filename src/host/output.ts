import {existsSync, lstatSync, readdirSync, renameSync} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {makeFolder} from './make-folder.ts';
import {here, isRunning} from './owner.ts';
import {keepTemporary, removeOnExit, removeTemporary, temporaryPaths} from './temporary.ts';

/** A file or folder that gets its name only when it is complete. */
export interface Output {
	/** Where to write: a hidden name in the same folder, so that the rename stays on one file system. */
	readonly part: HostPath;
	readonly final: HostPath;
	/** Gives it its name: a kill at any moment leaves the old one or the new one. */
	commit(): Promise<void>;
	/** Removes what was written; the old one of that name stays. */
	discard(): void;
}

/**
 * Makes sure that `folder` exists and can be written to.
 * Throws a HostError (OUTPUT_UNWRITABLE) that names the folder.
 */
export function prepareOutputFolder(folder: HostPath): void {
	try {
		makeFolder(folder);
	} catch (error) {
		throw new HostError(`the output folder ${folder} cannot be made: ${reason(error)}`, {
			code: 'OUTPUT_UNWRITABLE',
			hint: 'choose another with --out',
			cause: error,
		});
	}
}

/**
 * Begins an output named `name` in `folder`. What a killed build of the same name left behind goes away.
 * A folder in its place is replaced only where it holds a file named `marker`: another one is not ours to remove.
 * Throws a HostError (OUTPUT_UNWRITABLE, OUTPUT_OCCUPIED).
 */
export function openOutput(folder: HostPath, name: string, marker: string): Output {
	removeOrphans(folder, name);
	refuseForeign(hostPath(join(folder, name)), marker);
	const part = removeOnExit(hostPath(join(folder, partName(name))));
	const final = hostPath(join(folder, name));
	return {
		part,
		final,
		async commit() {
			await settle(part, final);
			keepTemporary(part);
			await sync(folder);
		},
		discard() {
			removeTemporary(part);
		},
	};
}

/**
 * Begins what is to take the place of the folder `final`, whoever made that. `swap` changes the names of both in one step,
 * so that a kill at any moment leaves the old one or the new one; then the old one goes away.
 */
export function openReplacement(final: HostPath, swap: (one: HostPath, other: HostPath) => void): Output {
	const [folder, name] = [hostPath(dirname(final)), basename(final)];
	removeOrphans(folder, name);
	const part = removeOnExit(hostPath(join(folder, partName(name))));
	return {
		part,
		final,
		async commit() {
			// A signal must not remove what may be getting its name right now; the next one that comes removes it.
			keepTemporary(part);
			swap(part, final);
			removeOnExit(part);
			await sync(folder);
			removeTemporary(part);
		},
		discard() {
			removeTemporary(part);
		},
	};
}

/**
 * Begins a file or folder whose name is still free, or that of an empty folder: what is there already is never replaced.
 * Throws a HostError (OUTPUT_OCCUPIED), now or on `commit`.
 */
export function openNew(final: HostPath): Output {
	const [folder, name] = [hostPath(dirname(final)), basename(final)];
	removeOrphans(folder, name);
	refuseOccupied(final);
	const part = removeOnExit(hostPath(join(folder, partName(name))));
	return {
		part,
		final,
		async commit() {
			refuseOccupied(final);
			await moveTo(final, part);
			keepTemporary(part);
			await sync(folder);
		},
		discard() {
			removeTemporary(part);
		},
	};
}

/** Throws a HostError (OUTPUT_OCCUPIED) where something is, be it a link to nowhere; an empty folder is nothing. */
export function refuseOccupied(final: HostPath): void {
	const stats = lstatSync(final, {throwIfNoEntry: false});
	if (stats !== undefined && !(stats.isDirectory() && readdirSync(final).length === 0)) {
		throw new HostError(`${final} is there already`, {
			code: 'OUTPUT_OCCUPIED',
			hint: 'move it away, or choose another folder with --out',
		});
	}
}

/** rename(2) takes the place of an empty folder, and of none that holds something. */
async function moveTo(final: HostPath, part: HostPath): Promise<void> {
	try {
		await sync(part);
		renameSync(part, final);
	} catch (error) {
		throw new HostError(`${final} cannot be written: ${reason(error)}`, {
			code: 'OUTPUT_UNWRITABLE',
			hint: 'what was unpacked could not get its name; see whether something else stands in its place',
			cause: error,
		});
	}
}

function partName(name: string): string {
	return `.${name}.${here()}-${process.pid}.part`;
}

async function settle(part: HostPath, final: HostPath): Promise<void> {
	try {
		await sync(part);
		try {
			renameSync(part, final);
		} catch (error) {
			if (!isFolder(part) || !isFolder(final)) {
				throw error;
			}

			// rename(2) does not replace a folder that holds something: the old one steps aside first.
			const aside = removeOnExit(hostPath(`${part}.old`));
			renameSync(final, aside);
			renameSync(part, final);
			removeTemporary(aside);
		}
	} catch (error) {
		throw new HostError(`${final} cannot be written: ${reason(error)}`, {
			code: 'OUTPUT_UNWRITABLE',
			hint: 'the finished artifact could not get its name; see whether something else stands in its place',
			cause: error,
		});
	}
}

/** Flushes a file or folder to the disk. A file system that cannot sync a folder is let be. */
async function sync(path: HostPath): Promise<void> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(path, 'r');
		await handle.sync();
	} catch (error) {
		if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') {
			throw error;
		}
	} finally {
		await handle?.close();
	}
}

/** A SIGKILL leaves a part behind. */
function removeOrphans(folder: HostPath, name: string): void {
	for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
		const orphan = hostPath(join(folder, entry));
		if (entry.startsWith(`.${name}.`) && isOrphan(orphan)) {
			const final = hostPath(join(folder, name));
			if (entry.endsWith('.old') && !existsSync(final)) {
				renameSync(orphan, final);
			} else {
				removeTemporary(orphan);
			}
		}
	}
}

/** Milliseconds after which nobody writes any more, whom one cannot ask. */
const abandoned = 24 * 60 * 60 * 1000;

/** A part whose process is gone belongs to nobody; one of a process elsewhere, when it has not changed for a day. */
function isOrphan(part: HostPath): boolean {
	const [, place, pid] = /\.([0-9a-f]{8})-(\d+)\.part(?:\.old)?$/.exec(part) ?? [];
	if (place === undefined) {
		return false;
	}

	if (place !== here()) {
		return Date.now() - (lstatSync(part, {throwIfNoEntry: false})?.mtimeMs ?? Date.now()) > abandoned;
	}

	return Number(pid) === process.pid ? !temporaryPaths().includes(part) : !isRunning(Number(pid));
}

function isFolder(path: HostPath): boolean {
	return lstatSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
}

function refuseForeign(final: HostPath, marker: string): void {
	if (isFolder(final) && !existsSync(join(final, marker))) {
		throw new HostError(`${final} is a folder that venvpack did not make`, {
			code: 'OUTPUT_OCCUPIED',
			hint: 'move it away, or choose another folder with --out',
		});
	}
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function reason(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
