import {decodePythonVersion, type PythonVersion} from '../codecs/python-version.ts';
import type {Choice} from './choose-targets.ts';
import type {Notice} from './config.ts';

type Packager = 'dpkg' | 'rpm';

/** The first rpm that knows the caret: 4.15. */
const caretSince = 15;

/**
 * Warns of a version whose place in the order of dpkg or rpm is not the one that pip gives it, and of one that the rpm of
 * a target does not read at all. What a version alone cannot tell, such as `1.0` after `1.0.0`, is left to the docs.
 */
export function versionNotices(version: string, choices: readonly Choice[]): Notice[] {
	const parts = decodePythonVersion(version);
	return parts === undefined ? [] : [...unordered(version, parts, choices), ...unread(version, parts, choices)];
}

function unordered(version: string, {local}: PythonVersion, choices: readonly Choice[]): Notice[] {
	const packagers = [...new Set(choices.flatMap(({format}) => format.packager ?? []))].sort();
	const reason = reasonOf(local, packagers);
	if (packagers.length === 0 || reason === undefined) {
		return [];
	}

	const message = `the local version +${local.join('.')} of ${version} has another place in the order of packages than pip gives it: ${reason}; labels of words alone, such as +lab, keep their order`;
	return [{kind: 'warning', code: 'LOCAL_VERSION_UNORDERED', message}];
}

function reasonOf(local: readonly string[], packagers: readonly Packager[]): string | undefined {
	const mixed = local.find(segment => /\d/.test(segment) && /\D/.test(segment));
	if (mixed !== undefined) {
		const compare = packagers.length === 1 ? 'compares' : 'compare';
		return `${packagers.join(' and ')} ${compare} the digits in ${mixed} as a number, pip letter by letter`;
	}

	const [first = ''] = local;
	return packagers.includes('dpkg') && /^\d/.test(first)
		? `dpkg puts the number ${first} before every word, pip after it`
		: undefined;
}

function unread(version: string, {post, local}: PythonVersion, choices: readonly Choice[]): Notice[] {
	const older = choices.filter(({target}) => target.packager === 'rpm' && isOlder(target.packagerVersion));
	const names = [...new Set(older.filter(({format}) => format.packager === 'rpm').map(({target}) => target.id))];
	if (names.length === 0 || (post === undefined && local.length === 0)) {
		return [];
	}

	const message = `the rpm of ${names.join(' and ')} refuses a package of the version ${version}: post-releases and local versions need the caret, which rpm 4.15 brought`;
	return [{kind: 'warning', code: 'VERSION_NEEDS_CARET', message}];
}

function isOlder(rpm: string): boolean {
	const [major = 0, minor = 0] = rpm.split('.').map(Number);
	return major < 4 || (major === 4 && minor < caretSince);
}
