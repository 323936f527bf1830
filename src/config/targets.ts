import {decodeOsRelease} from '../codecs/os-release.ts';
import {suggestion} from '../model/nearest.ts';
import type {Target} from '../model/target.ts';
import {targets} from '../model/targets.ts';
import {type Place, refusal, shown} from './place.ts';

/** The target for packages of a packager whose own distribution is not that of the builder. */
const fallback: Readonly<Record<Target['packager'], string>> = {dpkg: 'debian-12', rpm: 'el9'};

const codenames: Readonly<Record<string, string>> = {
	bullseye: 'debian-11',
	bookworm: 'debian-12',
	trixie: 'debian-13',
	jammy: 'ubuntu-22.04',
	noble: 'ubuntu-24.04',
	resolute: 'ubuntu-26.04',
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

/**
 * The target that a package of `packager` is made for where nobody says. What is carried from a machine of `carriedFrom` asks
 * for the glibc of that one: then it is the usual one if that has it, else the first that has.
 */
export function fallbackTarget(packager: Target['packager'], carriedFrom: Target | undefined): Target {
	const usual = find(fallback[packager]);
	if (usual === undefined) {
		throw new RangeError(`no target ${fallback[packager]}`);
	}

	const floor = carriedFrom === undefined ? 0 : glibcMinor(carriedFrom);
	return [usual, ...targets].find(target => target.packager === packager && glibcMinor(target) >= floor) ?? usual;
}

/** 36 of glibc 2.36: there is no other major version than 2. */
function glibcMinor({glibc}: Target): number {
	return Number(glibc.split('.')[1]);
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
