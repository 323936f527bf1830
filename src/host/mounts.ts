import type {HostPath} from '../model/paths.ts';

/** Something that is mounted below the new root; a later one lies over an earlier one. */
export type Mount =
	/** A file or folder of this machine. */
	| {readonly kind: 'bind'; readonly source: HostPath; readonly target: string; readonly writable?: boolean}
	/** The same for a folder whose place may lie in one that is mounted before it: it is made then. */
	| {readonly kind: 'place'; readonly source: HostPath; readonly target: string; readonly writable?: boolean}
	| {readonly kind: 'device'; readonly source: HostPath; readonly target: string}
	/** An empty folder in memory. */
	| {readonly kind: 'tmpfs'; readonly target: string; readonly mode: string}
	| {readonly kind: 'proc'; readonly target: string};

/** What a program is to see instead of this machine. */
export interface View {
	/** What becomes `/`: a folder with a place for every mount, or folders to lie over one another. */
	readonly root: HostPath | Overlay;
	readonly mounts: readonly Mount[];
}

/** overlayfs(5): `lower` stays as it is, all changes go to `upper`. */
export interface Overlay {
	readonly lower: HostPath;
	readonly upper: HostPath;
	/** Empty, and on the file system of `upper`. */
	readonly work: HostPath;
	/** Empty; where they are put together. */
	readonly merged: HostPath;
	/** Empty; where `lower` is mounted first, because its own name may hold what overlayfs takes for a separator. */
	readonly base: HostPath;
}

/** Where the new root lies while it is put together. */
export function rootOf({root}: View): HostPath {
	return typeof root === 'string' ? root : root.merged;
}

/**
 * The view as fstab(5): one call of mount(8) makes all of it, in this order. A bind mount keeps the flags of what it
 * shows, and a user namespace may add to them but take none away.
 */
export function fstabOf(view: View): string {
	const root = rootOf(view);
	const first =
		typeof view.root === 'string'
			? [line(root, root, 'none', 'bind,ro,nosuid,nodev')]
			: [
					line(view.root.lower, view.root.base, 'none', 'bind,ro'),
					line('overlay', root, 'overlay', overlayOptions(view.root)),
				];
	return `${[...first, ...view.mounts.map(mount => mountLine(mount, root))].join('\n')}\n`;
}

function overlayOptions({base, upper, work}: Overlay): string {
	return `lowerdir=${base},upperdir=${upper},workdir=${work}`;
}

function mountLine(mount: Mount, root: HostPath): string {
	const target = `${root}${mount.target}`;
	switch (mount.kind) {
		case 'bind':
			return line(mount.source, target, 'none', `bind,${mount.writable ? 'rw' : 'ro'},nosuid,nodev`);
		case 'place':
			return line(mount.source, target, 'none', `bind,${mount.writable ? 'rw' : 'ro'},nosuid,nodev,x-mount.mkdir`);
		case 'device':
			return line(mount.source, target, 'none', 'bind');
		case 'tmpfs':
			return line('tmpfs', target, 'tmpfs', `mode=${mount.mode},nosuid,nodev`);
		case 'proc':
			return line('proc', target, 'proc', 'nosuid,nodev,noexec');
	}
}

function line(source: string, target: string, type: string, options: string): string {
	return [source, target, type, options].map(escaped).join(' ');
}

/** fstab(5): white space and backslashes in octal. */
function escaped(field: string): string {
	return field.replaceAll(/[ \t\n\\#]/g, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** The view as arguments of bwrap(1), which knows no overlay before its version 0.11. */
export function bubblewrapArguments({root, mounts}: View & {readonly root: HostPath}): readonly string[] {
	return ['--ro-bind', root, '/', ...mounts.flatMap(bubblewrapMount)];
}

function bubblewrapMount(mount: Mount): readonly string[] {
	switch (mount.kind) {
		case 'bind':
		case 'place':
			return [mount.writable ? '--bind' : '--ro-bind', mount.source, mount.target];
		case 'device':
			return ['--dev-bind', mount.source, mount.target];
		case 'tmpfs':
			return ['--perms', mount.mode, '--tmpfs', mount.target];
		case 'proc':
			return ['--proc', mount.target];
	}
}
