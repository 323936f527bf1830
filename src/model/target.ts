/** A distribution that packages are made for. */
export interface Target {
	/** Such as `debian-12`. */
	readonly id: string;
	readonly packager: 'dpkg' | 'rpm';
	/** The version of the packager, such as `1.21.22`: it decides which compression can be read. */
	readonly packagerVersion: string;
	/** Of its default interpreter, such as `3.11.2`; by minor where it has several. */
	readonly pythons: readonly string[];
	/** Such as `2.36`. */
	readonly glibc: string;
}

/** The target's full version of an interpreter minor, such as `3.11.2` for `3.11`; undefined where it has none of its own. */
export function patchLevel(target: Target, minor: string): string | undefined {
	return target.pythons.find(version => version.startsWith(`${minor}.`));
}
