import {lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {HostError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {killWorkersIn} from './family.ts';
import {here, isRunning} from './owner.ts';

const alive = new Set<HostPath>();
const namePrefix = 'venvpack-';
/** A file in each folder: where its process runs, and its pid. One that is kept has none. */
const ownerFile = 'owner';

/**
 * Makes a private folder (mode 0700) in the system's temporary folder, links resolved. It goes away with
 * `removeTemporary`, or on the exit of the process; what a killed process left goes away with the next one that is made.
 * Throws a HostError (TEMPORARY_FOLDER) where it cannot be made.
 */
export function makeTemporary(): HostPath {
	try {
		const parent = hostPath(realpathSync(tmpdir()));
		removeOrphansIn(parent);
		const folder = removeOnExit(hostPath(mkdtempSync(join(parent, namePrefix))));
		writeFileSync(join(folder, ownerFile), `${here()} ${process.pid}`);
		return folder;
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
	if (basename(path).startsWith(namePrefix)) {
		rmSync(join(path, ownerFile), {force: true});
	}

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

/** A SIGKILL leaves the folder of its process behind, and whatever tool ran at that moment. */
function removeOrphansIn(parent: HostPath): void {
	const orphans = readdirSync(parent)
		.filter(name => name.startsWith(namePrefix))
		.map(name => hostPath(join(parent, name)))
		.filter(isOrphan);
	killWorkersIn(orphans);
	for (const folder of orphans) {
		rmSync(folder, {recursive: true, force: true, maxRetries: 3});
	}
}

/** A folder of ours whose process is gone; in a shared place others may make one of any name, and theirs stay. */
function isOrphan(folder: HostPath): boolean {
	try {
		const stats = lstatSync(folder);
		const [, place, pid] = /^([0-9a-f]{8}) (\d+)$/.exec(readFileSync(join(folder, ownerFile), 'utf8')) ?? [];
		return stats.isDirectory() && stats.uid === process.getuid?.() && place === here() && !isRunning(Number(pid));
	} catch {
		// Gone in the meantime, kept on purpose, or not ours.
		return false;
	}
}
