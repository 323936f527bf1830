import type {Target} from '../model/target.ts';

type Names = Readonly<Record<'users' | 'groups', readonly string[]>>;

/** Whom every system has, by base-passwd of Debian 11 to 13 and by setup of Enterprise Linux 8 to 10 and of Fedora. */
export const baseNames: Readonly<Record<Target['packager'], Names>> = {
	dpkg: {
		users: [
			...['root', 'daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
			...['backup', 'list', 'irc', 'nobody'],
		],
		groups: [
			...['root', 'daemon', 'bin', 'sys', 'adm', 'tty', 'disk', 'lp', 'mail', 'news', 'uucp', 'man', 'proxy', 'kmem'],
			...['dialout', 'fax', 'voice', 'cdrom', 'floppy', 'tape', 'sudo', 'audio', 'dip', 'www-data', 'backup'],
			...['operator', 'list', 'irc', 'src', 'shadow', 'utmp', 'video', 'sasl', 'plugdev', 'staff', 'games', 'users'],
			'nogroup',
		],
	},
	rpm: {
		users: [
			...['root', 'bin', 'daemon', 'adm', 'lp', 'sync', 'shutdown', 'halt', 'mail', 'operator', 'games', 'ftp'],
			'nobody',
		],
		groups: [
			...['root', 'bin', 'daemon', 'sys', 'adm', 'tty', 'disk', 'lp', 'mem', 'kmem', 'wheel', 'cdrom', 'mail', 'man'],
			...['dialout', 'floppy', 'games', 'tape', 'video', 'ftp', 'lock', 'audio', 'users', 'nobody'],
		],
	},
};

/** Whom packages of the distributions themselves make, where they are installed. */
const ofDistributions = 'gnats _apt systemd-network systemd-resolve systemd-timesync messagebus'.split(' ');

/** Accounts that a package does not make anew for its services. */
export const baseAccounts: ReadonlySet<string> = new Set([
	...Object.values(baseNames).flatMap(({users}) => users),
	...ofDistributions,
]);
