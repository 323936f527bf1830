import {normalizedName} from '../codecs/requirement-name.ts';
import {isTable} from '../codecs/toml.ts';
import {UsageError} from '../model/errors.ts';
import {suggestion} from '../model/nearest.ts';
import {hostPath} from '../model/paths.ts';
import type {Input} from '../model/plan.ts';
import type {Named} from './input.ts';
import type {Values} from './keys.ts';
import {findLock} from './lock.ts';
import type {Merged} from './merge.ts';
import {missing, refusal, shown} from './place.ts';
import type {Project} from './project.ts';

/**
 * What is packaged, and by which lock.
 * Throws a ConfigError (VENV_NOT_ALONE, LOCK_*, INPUT_MISSING, NAME_MISSING, VERSION_MISSING, OPTION_WITHOUT_PROJECT,
 * EXTRA_UNKNOWN, GROUP_UNKNOWN) or an InputError (LOCK_*).
 */
export function decideInput(named: Named | undefined, project: Project | undefined, merged: Merged): Input {
	const {values, places} = merged;
	if (values.venv !== undefined && places.venv) {
		refuseBesideVenv(named, project, merged);
		return {kind: 'venv', directory: hostPath(values.venv)};
	}

	const wish = values.lock !== undefined && places.lock ? {value: values.lock, place: places.lock} : undefined;
	if (project) {
		checkNames(merged, 'extras', project.stated.extras);
		checkNames(merged, 'groups', groupsOf(project));
		const lock = findLock(project, wish);
		if (lock) {
			refuseBeside(merged);
		}

		return {kind: 'project', directory: project.directory, lock};
	}

	if (wish && wish.value !== 'none') {
		throw refusal(wish.place, `is ${wish.value}, and no project is packaged`, {
			code: 'LOCK_WITHOUT_PROJECT',
			hint: "name the lock's project; requirements go to -r",
		});
	}

	refuseGroups(merged, 'groups');
	if (named !== undefined && named.kind !== 'directory') {
		return named;
	}

	refuseGroups(merged, 'extras');
	checkRequirements(values);
	return {kind: 'requirements'};
}

/** What says what to install, and where from. */
const installing = [
	...(['from', 'requirements', 'constraints', 'extras', 'groups', 'lock', 'require-hashes', 'index-url'] as const),
	...(['extra-index-urls', 'find-links', 'strip', 'hooks'] as const),
];

/** A venv is packaged as it is: nothing is resolved, installed or run, so what asks for that would be lost in silence. */
function refuseBesideVenv(named: Named | undefined, project: Project | undefined, {values, places}: Merged): void {
	const says = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== false);
	const given = installing.find(key => places[key] !== undefined && says(values[key]));
	const place = given && places[given];
	if (place) {
		throw refusal(place, 'cannot change a venv, which is packaged as it is', {
			code: 'VENV_NOT_ALONE',
			hint: 'install into the venv before, or package the project or requirements without --venv',
		});
	}

	if (project || (named && named.kind !== 'directory')) {
		throw new UsageError('both a project and --venv are given: which is to be packaged?', {
			code: 'VENV_NOT_ALONE',
			hint: 'name one of them; a folder beside --venv may hold a venvpack.toml, and no project',
		});
	}
}

/** Extras and groups are a project's: without one they would be lost in silence. A wheel and an sdist have extras. */
function refuseGroups({values, places}: Merged, key: 'extras' | 'groups'): void {
	const place = places[key];
	if (place && (values[key] ?? []).length > 0) {
		throw refusal(place, `names ${key}, and no project is packaged that has any`, {
			code: 'OPTION_WITHOUT_PROJECT',
			hint: key === 'extras' ? "write an extra into the requirement, such as 'httpie[socks]'" : 'name the project',
		});
	}
}

/** Several requirements are no application with a name: refused before anything is downloaded. */
function checkRequirements({from = [], requirements = [], name, version}: Values): void {
	if (from.length + requirements.length === 0) {
		throw new UsageError('there is nothing to package: no project and no requirement', {
			code: 'INPUT_MISSING',
			hint: "name a project's folder, a wheel or an sdist, or use --from REQUIREMENT or -r FILE",
		});
	}

	if (from.length !== 1) {
		for (const [key, value] of Object.entries({name, version})) {
			if (value === undefined) {
				missing(key);
			}
		}
	}
}

/** pip passes over an extra that a project does not have: the package would lack what was asked for. */
function checkNames({values, places}: Merged, key: 'extras' | 'groups', known: readonly string[] | undefined): void {
	const place = places[key];
	const names = known?.map(normalizedName);
	const strange = values[key]?.find(name => names && !names.includes(normalizedName(name)));
	if (place && names && strange !== undefined) {
		const what = key === 'extras' ? 'extra' : 'group';
		throw refusal(place, `is ${shown(strange)}, and the project has no such ${what}`, {
			code: `${what.toUpperCase()}_UNKNOWN`,
			hint: names.length === 0 ? `it has no ${key} at all` : suggestion(strange, names),
		});
	}
}

/** PEP 735, and what uv calls the group `dev` since before it. */
function groupsOf({pyproject}: Project): string[] {
	const {tool} = pyproject;
	const groups = pyproject['dependency-groups'];
	const uv = isTable(tool) && isTable(tool.uv) ? tool.uv : {};
	return [...(isTable(groups) ? Object.keys(groups) : []), ...('dev-dependencies' in uv ? ['dev'] : [])];
}

/** A lock says everything: what came on top of it would be lost, or would break it. */
function refuseBeside({values, places}: Merged): void {
	for (const key of ['requirements', 'from', 'constraints'] as const) {
		const place = places[key];
		if (place && (values[key] ?? []).length > 0) {
			throw refusal(place, 'cannot change what the lock file of the project says', {
				code: 'LOCK_NOT_ALONE',
				hint: 'add it to the project and lock it anew, or leave the lock aside with --lock none',
			});
		}
	}
}
