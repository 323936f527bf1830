import {satisfies} from '@renovatebot/pep440';
import {holds, type MarkerEnvironment, markerEnvironment} from '../../codecs/marker.ts';
import type {LockedPackage} from '../../codecs/pylock.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {InputError} from '../../model/errors.ts';
import type {InputPlan} from '../../model/plan.ts';
import type {Resolution} from './resolver.ts';

/**
 * The packages of a lock that are to be installed on the target, by PEP 751, «Installation»: Python and environment
 * must be among those that it was made for, then every marker is asked.
 * Throws an InputError: LOCK_UNFIT, LOCK_AMBIGUOUS, LOCK_INVALID for a marker that is none.
 */
export function applying({lock, by}: Resolution, plan: InputPlan): LockedPackage[] {
	const version = plan.targetVersion || plan.python.version;
	const environment = markerEnvironment(
		{version, minor: plan.python.minor, machine: plan.machine},
		{extras: plan.extras, groups: [...plan.groups, ...lock.defaultGroups]},
	);
	const fits = (marker: string) => asked(marker, environment, by);
	if (lock.requiresPython !== '' && !satisfies(version, lock.requiresPython)) {
		throw unfit(`${by} is made for Python ${lock.requiresPython}, and the target has ${version}`, by);
	}

	if (lock.environments.length > 0 && !lock.environments.some(fits)) {
		throw unfit(`${by} is made for other environments: ${lock.environments.join('; ')}`, by);
	}

	const packages = lock.packages.filter(locked => locked.marker === '' || fits(locked.marker));
	refuseTwice(packages, by);
	return packages;
}

function asked(marker: string, environment: MarkerEnvironment, by: string): boolean {
	try {
		return holds(marker, environment);
	} catch (error) {
		throw new InputError(`${by}: the marker «${marker}» cannot be read`, {
			code: 'LOCK_INVALID',
			input: by,
			hint: 'make the lock file anew with the tool that wrote it',
			cause: error,
		});
	}
}

function refuseTwice(packages: readonly LockedPackage[], by: string): void {
	const seen = new Set<string>();
	for (const {name} of packages) {
		if (seen.has(normalizedName(name))) {
			throw new InputError(`${by} has several entries for ${name} that apply to this target`, {
				code: 'LOCK_AMBIGUOUS',
				input: by,
				hint: 'make the lock file anew with the tool that wrote it',
			});
		}

		seen.add(normalizedName(name));
	}
}

function unfit(message: string, input: string): InputError {
	return new InputError(message, {
		code: 'LOCK_UNFIT',
		input,
		hint: 'lock again for this target, or choose another with --python or --target',
	});
}
