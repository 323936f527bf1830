import {accessSync, constants, existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {sha256Of} from '../../host/digest.ts';
import {HostError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';

/** Where venvpack keeps what it downloaded: VENVPACK_CACHE_DIR, else below XDG_CACHE_HOME, else below ~/.cache. */
export function cacheFolder(environment: Environment): HostPath {
	const own = environment.VENVPACK_CACHE_DIR;
	const shared = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache');
	return hostPath(own ? own : join(shared, 'venvpack'));
}

/**
 * Makes sure that the cache is there and can be written to, before a tool finds out in words of its own.
 * Throws a HostError (CACHE_UNWRITABLE).
 */
export function prepareCache(cache: HostPath): void {
	try {
		mkdirSync(cache, {recursive: true});
		accessSync(cache, constants.W_OK);
	} catch (error) {
		throw unwritable(cache, error);
	}
}

function unwritable(folder: string, cause: unknown): HostError {
	return new HostError(`${folder} cannot be written to: ${cause instanceof Error ? cause.message : String(cause)}`, {
		code: 'CACHE_UNWRITABLE',
		hint: 'make room there, or point VENVPACK_CACHE_DIR at another folder',
		cause,
	});
}

/** The place of a downloaded file: by its content, so that no two files ever want the same one. */
export function cachedFile(cache: HostPath, sha256: string, fileName: string): HostPath {
	return hostPath(join(cache, 'wheels', sha256, basename(fileName)));
}

/** Whether the file is in the cache, its bytes being what they should. Other bytes are thrown away. */
export async function isCached(file: HostPath, sha256: string): Promise<boolean> {
	if (!existsSync(file)) {
		return false;
	}

	if ((await sha256Of(file)) === sha256) {
		return true;
	}

	rmSync(file, {force: true});
	return false;
}

/**
 * Has `fill` write a file under a hidden name beside `file`, then gives it its name: nobody ever sees half of it.
 * Throws a HostError (CACHE_UNWRITABLE) where the folder refuses or the disk is full.
 */
export async function store<T>(file: HostPath, fill: (part: HostPath) => Promise<T>): Promise<T> {
	const folder = dirname(file);
	const part = hostPath(join(folder, `.${basename(file).slice(-100)}.${process.pid}.part`));
	try {
		mkdirSync(folder, {recursive: true});
		const result = await fill(part);
		renameSync(part, file);
		return result;
	} catch (error) {
		if (!(error instanceof Error && 'syscall' in error && 'path' in error)) {
			throw error;
		}

		throw unwritable(folder, error);
	} finally {
		rmSync(part, {force: true});
	}
}
