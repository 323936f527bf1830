import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';

const alive = new Set<HostPath>();

/**
 * Makes a private folder (mode 0700) in the system's temporary folder, links resolved. It goes away with
 * `removeTemporary`, or on the exit of the process, signals included.
 * Throws a HostError (TEMPORARY_FOLDER) where it cannot be made.
 */
export function makeTemporary(): HostPath {
	try {
		const folder = hostPath(mkdtempSync(join(realpathSync(tmpdir()), 'venvpack-')));
		alive.add(folder);
		return folder;
	} catch (error) {
		throw new HostError(`no temporary folder can be made in ${tmpdir()}`, {
			code: 'TEMPORARY_FOLDER',
			hint: 'point TMPDIR at a folder that you can write to',
			cause: error,
		});
	}
}

/** Removes a folder that `makeTemporary` made; one that is gone already is fine. */
export function removeTemporary(folder: HostPath): void {
	alive.delete(folder);
	rmSync(folder, {recursive: true, force: true, maxRetries: 3});
}

/** Lets a folder outlive the process, for `--keep-stage`. */
export function keepTemporary(folder: HostPath): void {
	alive.delete(folder);
}

/** Removes all that is left. For exit handlers: synchronous. */
export function removeAllTemporary(): void {
	for (const folder of alive) {
		removeTemporary(folder);
	}
}
