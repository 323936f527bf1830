import {type InstallPath, installPath, isWithin} from '../model/paths.ts';
import {manifestName} from '../model/prefix.ts';
import {type Place, refusal, shown} from './place.ts';

/** Folders that no package puts a file into: the kernel's, those that a boot empties, and the databases of packagers. */
const forbidden = [
	...['/dev', '/proc', '/sys', '/run', '/tmp', '/var/run', '/var/lock', '/var/tmp', '/lost+found'],
	...['/var/lib/dpkg', '/var/lib/rpm', '/usr/lib/sysimage/rpm'],
];

/** Of these a package only names what appears there. */
const volatile = ['/run', '/var/run', '/var/lock'];

/** Bytes: NAME_MAX of Linux, and PATH_MAX without the room that packagers need. */
const longestComponent = 255;
const longestPath = 4000;

/**
 * Where something is installed: absolute, normalised, at a place that a package may use. A ghost may lie in /run.
 * Throws a ConfigError (FILE_PATH_INVALID, FILE_PATH_SYSTEM).
 */
export function checkInstallPath(text: string, place: Place, isGhost = false): InstallPath {
	const what = wrongOf(text);
	if (what !== undefined) {
		throw refusal(place, `is ${shown(text)}, ${what}`, {
			code: 'FILE_PATH_INVALID',
			hint: 'write the whole path on the machine that installs, such as /etc/app/app.conf',
		});
	}

	const path = installPath(text);
	const isVolatile = volatile.some(folder => isWithin(path, folder) && path !== folder);
	if (path === '/' || (forbidden.some(folder => isWithin(path, folder)) && !(isGhost && isVolatile))) {
		throw refusal(place, `is ${shown(text)}, where no package has files`, {
			code: 'FILE_PATH_SYSTEM',
			hint: 'the kernel, a boot or the package manager looks after that folder: choose another, such as /etc, /usr/share or /var/lib',
		});
	}

	return path;
}

function wrongOf(text: string): string | undefined {
	if (!text.startsWith('/')) {
		return 'which is no absolute path';
	}

	if (/\p{Cc}|\uFFFD|[\u2028\u2029]/u.test(text)) {
		return 'which holds a control character or is no UTF-8';
	}

	if (text.split('/').includes('..')) {
		return 'which holds ".."';
	}

	const isLong = Buffer.byteLength(text) > longestPath;
	return isLong || text.split('/').some(part => Buffer.byteLength(part) > longestComponent)
		? 'which is too long for Linux'
		: undefined;
}

/** Refuses the places of venvpack's own files. Throws a ConfigError (FILE_PATH_TWICE). */
export function checkNotReserved(path: InstallPath, prefix: InstallPath, place: Place): void {
	const own = [manifestName, 'venvpack-summary.json'].map(name => `${prefix}/${name}`);
	if (path === prefix || own.includes(path)) {
		throw refusal(place, `is ${path}, which venvpack makes itself`, {
			code: 'FILE_PATH_TWICE',
			hint: 'choose another place',
		});
	}
}

/**
 * Permission bits. Throws a ConfigError (FILE_MODE_INVALID): setuid is refused, and of a file setgid and the sticky bit too.
 */
export function checkMode(text: string, kind: 'file' | 'directory', place: Place): number {
	const bits = /^0?[0-7]{3,4}$/.test(text) ? Number.parseInt(text, 8) : undefined;
	const isSpecial = bits !== undefined && (bits & (kind === 'file' ? 0o7000 : 0o4000)) !== 0;
	if (bits === undefined || bits > 0o7777 || isSpecial) {
		const what = isSpecial ? 'which gives rights of its owner to whoever runs it' : 'which are no permission bits';
		throw refusal(place, `is ${shown(text)}, ${what}`, {
			code: 'FILE_MODE_INVALID',
			hint: 'write them in octal and in quotes, such as "0640"; a folder may have "2775" or "1777"',
		});
	}

	return bits;
}

/**
 * A user or a group by name, as useradd(8) takes it and as the header of a tar archive has room for.
 * Throws a ConfigError (FILE_OWNER_INVALID).
 */
export function checkOwnerName(text: string, place: Place): string {
	if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(text)) {
		throw refusal(place, `is ${shown(text)}, which is no name of a user or group`, {
			code: 'FILE_OWNER_INVALID',
			hint: 'up to 31 lower-case letters, digits, "-" and "_", beginning with a letter; numbers differ from machine to machine',
		});
	}

	return text;
}
