import type {NewPackage} from '../model/package.ts';
import {isWithin} from '../model/paths.ts';
import type {Entry} from '../model/tree.ts';

/** FHS 3.13: these of /opt are for the local administrator. */
const administrators = ['bin', 'doc', 'include', 'info', 'lib', 'man'].map(name => `/opt/${name}`);

/** Names of folders that every system has: a package that is called so owns none of them. */
const everywhere: ReadonlySet<string> = new Set([
	...[
		'applications',
		'bin',
		'cache',
		'default',
		'doc',
		'etc',
		'games',
		'include',
		'lib',
		'lib64',
		'libexec',
		'licenses',
	],
	...['lintian', 'local', 'locale', 'log', 'man', 'opt', 'overrides', 'run', 'sbin', 'share', 'spool', 'src', 'srv'],
	...['system', 'systemd', 'usr', 'var'],
]);

/** In whole components: `/etc/app` and `/etc/app/conf.d`, not `/etc/apple`. */
function isNamedFor(path: string, name: string): boolean {
	return !everywhere.has(name) && `${path}/`.includes(`/${name}/`);
}

/**
 * Whether an artifact may carry an entry whose mode is set where it is unpacked. Folders above the prefix belong to the
 * system, or to the administrator: only in /opt, where FHS 3.13 gives /opt/PROVIDER to packages, are they ours too, and
 * those that the configuration declares. Elsewhere a folder that is named like the package belongs to it, such as
 * /etc/NAME: without an owner rpm would leave it behind.
 */
export function owns(
	entry: Entry,
	{prefix, treatment, metadata}: Pick<NewPackage, 'prefix' | 'treatment' | 'metadata'>,
): boolean {
	if (entry.kind !== 'directory' || isWithin(entry.path, prefix) || treatment.marks.has(entry.path)) {
		return true;
	}

	return isWithin(prefix, entry.path)
		? entry.path.startsWith('/opt/') && !administrators.includes(entry.path)
		: isNamedFor(entry.path, metadata.name);
}
