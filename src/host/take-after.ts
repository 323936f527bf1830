import {chmodSync, lchownSync, lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {HostPath} from '../model/paths.ts';

/** Gives a new folder the mode of the one that it replaces, and, where this process may, its owner to all that is in it. */
export function takeAfter(fresh: HostPath, old: HostPath): void {
	const {uid, gid, mode} = lstatSync(old);
	const own = lstatSync(fresh);
	if (process.getuid?.() === 0 && (own.uid !== uid || own.gid !== gid)) {
		for (const name of readdirSync(fresh, {recursive: true, encoding: 'utf8'})) {
			lchownSync(join(fresh, name), uid, gid);
		}

		lchownSync(fresh, uid, gid);
	}

	chmodSync(fresh, mode & 0o7777);
}
