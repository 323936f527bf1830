import type {OpenedPackage} from '../model/package.ts';
import type {ElfFile, Survey} from '../model/survey.ts';
import type {Target} from '../model/target.ts';
import {targets} from '../model/targets.ts';

/** The glibc of a machine that a package is for, and why that one. */
export interface KnownGlibc {
	readonly version: string;
	readonly because: string;
}

/** The highest version of glibc that a file asks for, such as `2.34`; empty where it asks for none. */
export function glibcOf({versions}: ElfFile): string {
	return versions
		.filter(({weak}) => !weak)
		.map(({version}) => /^GLIBC_(\d+\.[\d.]+)$/.exec(version)?.[1] ?? '')
		.reduce((highest, one) => (isNewer(one, highest) ? one : highest), '');
}

/** Whether one version is newer than another, number by number; an empty one is older than all. */
export function isNewer(one: string, other: string): boolean {
	const [left, right] = [one, other].map(text => text.split('.').map(Number));
	for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
		const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
		if (difference !== 0) {
			return difference > 0;
		}
	}

	return false;
}

/** The glibc that a package asks for itself, by `libc6 (>= 2.36)` or `libc.so.6(GLIBC_2.34)`; empty where it does not. */
export function declaredGlibc(relations: readonly string[]): string {
	return relations
		.map(line => /^libc6 ?\(>= ?(\d+\.\d+)|^libc\.so\.6\(GLIBC_(\d+\.[\d.]+)\)/.exec(line.trim()))
		.map(match => match?.[1] ?? match?.[2] ?? '')
		.reduce((highest, one) => (isNewer(one, highest) ? one : highest), '');
}

/**
 * What the package will meet: the target that the user named; else the distribution that its version names; else the
 * newest distribution that has its interpreter as /usr/bin/python3.X. Undefined where nothing tells.
 */
export function targetGlibc(
	subject: OpenedPackage,
	survey: Survey,
	target: Target | undefined,
): KnownGlibc | undefined {
	const named = target ?? targets.find(({id}) => id === distributionOf(subject));
	if (named) {
		return {version: named.glibc, because: `${named.id} has ${named.glibc}`};
	}

	const packager = subject.format === 'deb' ? 'dpkg' : subject.format === 'rpm' ? 'rpm' : undefined;
	const minor = /^\/usr\/bin\/python(3\.\d+)$/.exec(survey.venv?.interpreter ?? '')?.[1];
	const able = targets
		.filter(one => one.packager === packager && one.pythons.some(version => version.startsWith(`${minor}.`)))
		.sort((one, other) => (isNewer(one.glibc, other.glibc) ? -1 : 1));
	return (
		able[0] && {
			version: able[0].glibc,
			because: `the newest distribution with that interpreter, ${able[0].id}, has ${able[0].glibc}`,
		}
	);
}

/** By the marks that distributions put into versions: `~deb12u1`, `ubuntu22.04`, `.el9`, `.fc42`. */
function distributionOf({pkg}: OpenedPackage): string {
	const {version, release} = pkg.metadata;
	const [, debian, ubuntu, redHat, fedora] =
		/(?:[~+]deb(\d+)u\d|ubuntu[\d.]*?(2\d\.\d\d)|\.el(\d+)|\.fc(\d+))/.exec(`${version}-${release}`) ?? [];
	return (
		(debian && `debian-${debian}`) ??
		(ubuntu && `ubuntu-${ubuntu}`) ??
		(redHat && `el${redHat}`) ??
		(fedora && `fedora-${fedora}`) ??
		''
	);
}
