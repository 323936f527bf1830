import {chmodSync, lchownSync, lstatSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {HostPath} from '../model/paths.ts';

/**
 * Gives a new folder the mode of the one that it replaces, and, as root, everything in it the owner that it had there; what
 * is new belongs to the owner of the folder that it lies in.
 */
export function takeAfter(fresh: HostPath, old: HostPath): void {
	if (process.getuid?.() === 0) {
		takeOwners(fresh, old);
	}

	chmodSync(fresh, lstatSync(old).mode & 0o7777);
}

/**
 * What lies in a folder before the folder: so far, all on the way to a path is root's, and nobody can put a link there that
 * leads this one elsewhere. Links are not followed.
 */
function takeOwners(fresh: HostPath, old: HostPath, name = '.'): void {
	const path = join(fresh, name);
	const own = lstatSync(path);
	for (const member of own.isDirectory() ? readdirSync(path) : []) {
		takeOwners(fresh, old, join(name, member));
	}

	const {uid, gid} = ownerOf(name, old);
	if (own.uid !== uid || own.gid !== gid) {
		lchownSync(path, uid, gid);
	}
}

function ownerOf(name: string, old: HostPath): {readonly uid: number; readonly gid: number} {
	const found = lstatSync(join(old, name), {throwIfNoEntry: false});
	return found ?? ownerOf(dirname(name), old);
}
