/**
 * The two kinds of path. Mixing them up is the bug of this domain, so the compiler keeps them apart.
 */
declare const hostBrand: unique symbol;
declare const installBrand: unique symbol;

/** A path on the machine that builds. */
export type HostPath = string & {readonly [hostBrand]: true};

/** An absolute, normalised POSIX path on the machine that installs; `/` is its root. */
export type InstallPath = string & {readonly [installBrand]: true};

/** Marks a string that came from this machine (a flag, a file system call) as a path of it. */
export function hostPath(path: string): HostPath {
	return path as HostPath;
}

/**
 * Takes an absolute POSIX path and returns it normalised: no double slash, no trailing slash, no `.`.
 * Throws a RangeError for a relative path and for one that holds `..` or a NUL: such a path never is ours to place.
 */
export function installPath(path: string): InstallPath {
	// Most paths are normalised, and a tree has very many.
	if (
		path.startsWith('/') &&
		!path.includes('/.') &&
		!path.includes('//') &&
		!path.endsWith('/') &&
		!path.includes('\0')
	) {
		return path as InstallPath;
	}

	if (!path.startsWith('/') || path.includes('\0')) {
		throw new RangeError(`${JSON.stringify(path)} is not an absolute path`);
	}

	const parts = path.split('/').filter(part => part !== '' && part !== '.');
	if (parts.includes('..')) {
		throw new RangeError(`${JSON.stringify(path)} holds ".."`);
	}

	return `/${parts.join('/')}` as InstallPath;
}

/** The path of `relative` (POSIX, no `..`) below `base`. */
export function below(base: InstallPath, relative: string): InstallPath {
	return installPath(`${base}/${relative}`);
}

/** The folder that holds `path`; the root holds itself. */
export function parentOf(path: InstallPath): InstallPath {
	const at = path.lastIndexOf('/');
	return (at <= 0 ? '/' : path.slice(0, at)) as InstallPath;
}

/** The last component of `path`. */
export function nameOf(path: InstallPath): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `root` or lies below it. */
export function isWithin(path: string, root: string): boolean {
	return root === '/' || path === root || path.startsWith(`${root}/`);
}

/** Where a link at `link` with the text `target` points, as the kernel would follow it lexically. */
export function linkDestination(link: InstallPath, target: string): InstallPath {
	const parts = target.startsWith('/') ? [] : parentOf(link).split('/').filter(Boolean);
	for (const part of target.split('/')) {
		if (part === '..') {
			parts.pop();
		} else if (part !== '' && part !== '.') {
			parts.push(part);
		}
	}

	return `/${parts.join('/')}` as InstallPath;
}

/** The relative text that a link in the folder `from` needs to reach `to`. */
export function relativeTarget(from: InstallPath, to: InstallPath): string {
	const here = from.split('/').filter(Boolean);
	const there = to.split('/').filter(Boolean);
	let shared = 0;
	while (shared < here.length && shared < there.length && here[shared] === there[shared]) {
		shared++;
	}

	return [...here.slice(shared).map(() => '..'), ...there.slice(shared)].join('/') || '.';
}

/** Orders by the bytes of the UTF-8 text, as tar, dpkg and rpm do; JavaScript's own order is that of UTF-16 units. */
export function compareBytes(one: string, other: string): number {
	const length = Math.min(one.length, other.length);
	for (let at = 0; at < length; at++) {
		const a = one.charCodeAt(at);
		const b = other.charCodeAt(at);
		if (a !== b) {
			// A surrogate stands for a code point above U+FFFF, whose UTF-8 bytes sort after those of U+E000–U+FFFF.
			const lift = (unit: number) => (unit >= 0xd8_00 && unit <= 0xdf_ff ? unit + 0x1_00_00 : unit);
			return lift(a) - lift(b);
		}
	}

	return one.length - other.length;
}
