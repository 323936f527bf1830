import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';

const alive = new Set<HostPath>();

/**
 * Makes a private folder (mode 0700) in the system's temporary folder, links resolved. It goes away with
 * `removeTemporary`, or on the exit of the process.
 * Throws a HostError (TEMPORARY_FOLDER) where it cannot be made.
 */
export function makeTemporary(): HostPath {
	try {
		return removeOnExit(hostPath(mkdtempSync(join(realpathSync(tmpdir()), 'venvpack-'))));
	} catch (error) {
		throw new HostError(`no temporary folder can be made in ${tmpdir()}`, {
			code: 'TEMPORARY_FOLDER',
			hint: 'point TMPDIR at a folder that you can write to',
			cause: error,
		});
	}
}

/** Has `path` removed when the process exits, unless `removeTemporary` or `keepTemporary` is called first. */
export function removeOnExit(path: HostPath): HostPath {
	if (alive.size === 0) {
		process.once('exit', removeAllTemporary);
	}

	alive.add(path);
	return path;
}

/** Removes a file or folder that was to go away; one that is gone already is fine. */
export function removeTemporary(path: HostPath): void {
	rmSync(path, {recursive: true, force: true, maxRetries: 3});
	keepTemporary(path);
}

/** Lets a file or folder outlive the process, as `--keep-stage` asks, or because it got its final name. */
export function keepTemporary(path: HostPath): void {
	alive.delete(path);
	if (alive.size === 0) {
		process.off('exit', removeAllTemporary);
	}
}

/** What is to go away and has not yet. */
export function temporaryPaths(): readonly HostPath[] {
	return [...alive];
}

/** Removes all that is left. Synchronous, for exit and signal handlers. */
export function removeAllTemporary(): void {
	for (const path of alive) {
		rmSync(path, {recursive: true, force: true, maxRetries: 3});
	}

	alive.clear();
}
