import {type Place, refusal, shown} from '../place.ts';

/** A unit's name without its ending. Throws a ConfigError (UNIT_NAME_INVALID). systemd.unit(5), and no escapes. */
export function unitName(name: string, ending: string, place: Place): string {
	const bare = name.endsWith(`.${ending}`) ? name.slice(0, -ending.length - 1) : name;
	if (!/^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,200}$/.test(bare)) {
		throw refusal(place, `is ${shown(name)}, which is no name of a unit`, {
			code: 'UNIT_NAME_INVALID',
			hint: 'letters, digits, "_", ".", ":", "@" and "-", such as "app" or "app-worker"',
		});
	}

	return bare;
}

/**
 * The name of an account or group. Throws a ConfigError (USER_INVALID) for what systemd-sysusers, useradd of Debian or that
 * of Fedora would refuse: systemd.io/USER_NAMES, the strict rule, in lower case.
 */
export function accountName(name: string, place: Place): string {
	if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(name)) {
		throw refusal(place, `is ${shown(name)}, which is no name of a user`, {
			code: 'USER_INVALID',
			hint: 'at most 31 lower-case letters, digits, "_" and "-", beginning with a letter or "_", such as "app"',
		});
	}

	return name;
}

/** The account of a package that names none: `+` and `.` cannot stand in it. */
export function accountOf(name: string): string {
	const plain = name.replaceAll(/[^a-z0-9_-]+/g, '-').slice(0, 31);
	return /^[a-z_]/.test(plain) ? plain : `_${plain}`.slice(0, 31);
}

/**
 * A folder that systemd makes below /var/lib and its like. Throws a ConfigError (UNIT_FOLDER_INVALID): it is relative there,
 * and purging the package takes it away.
 */
export function stateFolder(folder: string, place: Place): string {
	if (!isStateFolder(folder)) {
		throw refusal(place, `has ${shown(folder)}, which is no folder of its own`, {
			code: 'UNIT_FOLDER_INVALID',
			hint: 'write the name of a folder, such as "app" for /var/lib/app',
		});
	}

	return folder;
}

function isStateFolder(folder: string): boolean {
	return /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/.test(folder);
}
