import {type InstallPath, installPath, isWithin} from '../model/paths.ts';
import {type Complaint, type Place, refusal, shown} from './place.ts';

/** Bytes of a path component that Linux file systems hold (NAME_MAX). */
const longestComponent = 255;

/** Bytes. A path of a venv must stay below 4096 (PATH_MAX) on the target, and behind a stage folder on the builder. */
const longestPrefix = 1024;

/** Folders that belong to the system with all that is in them: other packages, the kernel or a boot writes there. */
const ownedWhole = [
	...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/lost+found', '/proc', '/run', '/sbin'],
	...['/sys', '/tmp', '/usr/bin', '/usr/include', '/usr/sbin', '/usr/share/doc', '/usr/share/man', '/usr/lib/debug'],
	...['/usr/lib/python3', '/usr/lib/systemd', '/usr/local/bin', '/usr/local/sbin', '/var/lib/dpkg', '/var/lib/rpm'],
	...['/var/cache', '/var/lock', '/var/log', '/var/run', '/var/tmp'],
];

/** Folders of the file system hierarchy (FHS 3.0) that are shared: an application gets a folder of its own below. */
const shared = [
	...['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/usr', '/usr/games', '/usr/lib', '/usr/lib32'],
	...['/usr/lib64', '/usr/libexec', '/usr/libx32', '/usr/local', '/usr/local/etc', '/usr/local/games'],
	...['/usr/local/include', '/usr/local/lib', '/usr/local/lib64', '/usr/local/libexec', '/usr/local/man'],
	...['/usr/local/share', '/usr/local/src', '/usr/share', '/usr/src', '/var', '/var/lib', '/var/mail', '/var/opt'],
	...['/var/spool', '/var/www'],
];

/** Folders of interpreters and of multiarch libraries, whatever their version. */
const ownedPattern = /^\/usr\/(?:local\/)?lib(?:64)?\/(?:python\d[\d.]*|[a-z0-9_]+-linux-gnu\w*)(?:\/|$)/;

export interface CheckedPrefix {
	readonly prefix: InstallPath;
	/** What was made of it without being asked. */
	readonly notes: readonly string[];
}

/**
 * Checks and normalises where the application is to live. Throws a ConfigError (PREFIX_RELATIVE, PREFIX_PARENT,
 * PREFIX_CHARACTER, PREFIX_TOO_LONG, PREFIX_SYSTEM). A trailing or double slash goes away, with a note.
 */
export function checkPrefix(text: string, place: Place): CheckedPrefix {
	const {prefix, notes} = spelled(text, place);
	if (shared.includes(prefix) || ownedPattern.test(prefix) || ownedWhole.some(owned => isWithin(prefix, owned))) {
		throw refusal(place, `is ${shown(prefix)}, a folder of the system's own`, {
			code: 'PREFIX_SYSTEM',
			hint: 'choose a folder that belongs to the application alone, such as /opt/NAME or /usr/lib/NAME',
		});
	}

	return {prefix, notes};
}

/**
 * The same for a folder that no package manager is going to own, such as one below /tmp or in a home: any will do but one
 * that is shared as a whole. Throws a ConfigError (PREFIX_RELATIVE, PREFIX_PARENT, PREFIX_CHARACTER, PREFIX_TOO_LONG, PREFIX_SYSTEM).
 */
export function checkPlace(text: string, place: Place): CheckedPrefix {
	const {prefix, notes} = spelled(text, place);
	if (shared.includes(prefix) || ownedWhole.includes(prefix)) {
		throw refusal(place, `is ${shown(prefix)}, a folder that is shared`, {
			code: 'PREFIX_SYSTEM',
			hint: 'choose a folder that belongs to the venv alone, such as /opt/NAME',
		});
	}

	return {prefix, notes};
}

/** The path itself: absolute, normalised, of characters and lengths that every tool can take. */
function spelled(text: string, place: Place): CheckedPrefix {
	const complaint = spelling(text) ?? length(text);
	if (complaint) {
		throw refusal(place, `is ${shown(text)}, ${complaint.what}`, complaint);
	}

	const prefix = installPath(text);
	return {prefix, notes: prefix === text ? [] : [`the prefix ${shown(text)} is taken as ${prefix}`]};
}

function spelling(text: string): (Complaint & {what: string}) | undefined {
	if (!text.startsWith('/')) {
		const what = text === '' ? 'which is empty' : 'which is no absolute path';
		return {code: 'PREFIX_RELATIVE', what, hint: 'begin it with a slash, such as /opt/NAME'};
	}

	if (/\p{Cc}|\uFFFD/u.test(text)) {
		const what = 'which holds a control character or is no UTF-8';
		return {code: 'PREFIX_CHARACTER', what, hint: 'use letters, digits and punctuation'};
	}

	if (text.includes(':')) {
		// PATH cannot hold it, so no activation could work: CPython's venv refuses it for the same reason.
		return {
			code: 'PREFIX_CHARACTER',
			what: 'which holds a colon',
			hint: 'a folder on PATH cannot have a colon: leave it out',
		};
	}

	if (text.split('/').includes('..')) {
		return {code: 'PREFIX_PARENT', what: 'which holds ".."', hint: 'write the path that is meant, without ".."'};
	}

	return undefined;
}

function length(text: string): (Complaint & {what: string}) | undefined {
	const hint = 'choose a shorter path, such as /opt/NAME';
	const component = Math.max(...text.split('/').map(part => Buffer.byteLength(part)));
	if (component > longestComponent) {
		const what = `with a component of ${component} bytes: Linux holds ${longestComponent}`;
		return {code: 'PREFIX_TOO_LONG', what, hint};
	}

	const total = Buffer.byteLength(text);
	return total > longestPrefix
		? {code: 'PREFIX_TOO_LONG', what: `which has ${total} bytes: at most ${longestPrefix} are taken`, hint}
		: undefined;
}
