const shared: ReadonlySet<string> = new Set([
	'',
	'/usr',
	'/usr/local',
	'/root',
	'/home',
	'/tmp',
	'/var',
	'/var/tmp',
	'/var/lib',
	'/opt',
	'/srv',
	'/mnt',
	'/data',
	// In images of containers; they also stand in texts as the paths of URLs.
	...['/app', '/code', '/env', '/src', '/venv', '/.venv', '/work', '/workspace'],
]);

/**
 * Whether every machine may have this folder. Its name then tells nothing of a builder, and stands in files that mean
 * the folder of the machine where they are read: `/root/.ssh`, `/usr/local/etc`. So it is never replaced in a text.
 */
export function isSharedFolder(path: string): boolean {
	return shared.has(path.replace(/\/+$/, ''));
}
