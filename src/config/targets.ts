import {decodeOsRelease} from '../codecs/os-release.ts';
import type {Target} from '../model/target.ts';
import {suggestion} from './nearest.ts';
import {type Place, refusal, shown} from './place.ts';

const debian = (id: string, packagerVersion: string, glibc: string, ...pythons: string[]): Target => ({
	id,
	packager: 'dpkg',
	packagerVersion,
	pythons,
	glibc,
});

const redHat = (id: string, packagerVersion: string, glibc: string, ...pythons: string[]): Target => ({
	id,
	packager: 'rpm',
	packagerVersion,
	pythons,
	glibc,
});

/**
 * The distributions that packages are made for. `pythons`: the default interpreter first, then others that lie beside it
 * as /usr/bin/python3.X. A distribution that gives its interpreters new patch levels stands with the level of its last
 * minor release (8.10, 9.6, 10.0; for Ubuntu its updates): the package asks for more where a dependency needs more.
 */
export const targets: readonly Target[] = [
	debian('debian-11', '1.20.9', '2.31', '3.9.2'),
	debian('debian-12', '1.21.22', '2.36', '3.11.2'),
	debian('debian-13', '1.22.21', '2.41', '3.13.5'),
	debian('ubuntu-22.04', '1.21.1', '2.35', '3.10.12'),
	debian('ubuntu-24.04', '1.22.6', '2.39', '3.12.3'),
	redHat('el8', '4.14.3', '2.28', '3.12.1', '3.11.7', '3.9.19'),
	redHat('el9', '4.16.1.3', '2.34', '3.9.21', '3.11.11', '3.12.9'),
	redHat('el10', '4.19.1.1', '2.39', '3.12.9'),
	redHat('fedora-41', '4.20.0', '2.40', '3.13.0'),
	redHat('fedora-42', '4.20.1', '2.41', '3.13.2'),
	redHat('fedora-43', '6.0.0', '2.42', '3.14.0'),
];

/** The target for packages of a packager whose own distribution is not that of the builder. */
const fallback: Readonly<Record<Target['packager'], string>> = {dpkg: 'debian-12', rpm: 'el9'};

const codenames: Readonly<Record<string, string>> = {
	bullseye: 'debian-11',
	bookworm: 'debian-12',
	trixie: 'debian-13',
	jammy: 'ubuntu-22.04',
	noble: 'ubuntu-24.04',
};

/** Those that keep the package names and versions of Red Hat Enterprise Linux. */
const redHatClones = ['rhel', 'centos', 'rocky', 'almalinux', 'ol', 'eurolinux', 'el', 'epel', 'miraclelinux'];

/**
 * The target of that name: an id, a codename, or an id in another spelling such as `debian:12` or `rocky9`.
 * Throws a ConfigError (TARGET_UNKNOWN) that names the nearest.
 */
export function targetNamed(name: string, place: Place): Target {
	const target = find(name.trim().toLowerCase());
	if (target === undefined) {
		throw refusal(place, `is ${shown(name)}, which is no known target`, {
			code: 'TARGET_UNKNOWN',
			hint: suggestion(
				name,
				targets.map(({id}) => id),
			),
		});
	}

	return target;
}

/** The target that a package of `packager` is made for where nobody says. */
export function fallbackTarget(packager: Target['packager']): Target {
	const target = find(fallback[packager]);
	if (target === undefined) {
		throw new RangeError(`no target ${fallback[packager]}`);
	}

	return target;
}

/** The builder's own distribution, from the text of its /etc/os-release; undefined where it is no known target. */
export function ownTarget(osRelease: string): Target | undefined {
	const values = decodeOsRelease(osRelease);
	const [id = '', version = ''] = [values.get('ID'), values.get('VERSION_ID')];
	// Derivatives of Ubuntu have numbers of their own, and name what they were made from.
	return (
		find(`${id}-${version}`) ?? find(values.get('UBUNTU_CODENAME') ?? '') ?? find(values.get('VERSION_CODENAME') ?? '')
	);
}

function find(name: string): Target | undefined {
	const [, family = '', version = ''] = /^([a-z]+)[-:_ ]?([\d.]*)$/.exec(name) ?? [];
	const id = redHatClones.includes(family) ? `el${version.split('.')[0]}` : `${family}-${version}`;
	return targets.find(target => target.id === (codenames[name] ?? id) || target.id === name);
}
