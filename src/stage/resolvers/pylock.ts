import {readFileSync, realpathSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {decodePylock, type LockedPackage, type Pylock} from '../../codecs/pylock.ts';
import {normalizedName} from '../../codecs/requirement-name.ts';
import {InputError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {InputPlan} from '../../model/plan.ts';
import type {Resolution} from './resolver.ts';

/** Stands for the project in a lock that does not name it. */
export const projectName = '.project';

/**
 * What a `pylock.toml` of the project says; nobody resolves anything. The project itself, which such a lock mostly
 * leaves out, is added. Undefined where the plan names no such lock.
 * Throws an InputError: LOCK_MISSING, LOCK_INVALID, LOCK_UNFIT for an extra or group that the lock does not know.
 */
export function lockedResolution({input, extras, groups}: InputPlan): Resolution | undefined {
	if (input.kind !== 'project' || input.lock?.kind !== 'pylock.toml') {
		return undefined;
	}

	const {file} = input.lock;
	const folder = hostPath(dirname(file));
	const lock = decodePylock(textOf(file), file);
	refuseUnknown('extra', extras, lock.extras, file);
	refuseUnknown('dependency group', groups, lock.groups, file);
	return {lock: withProject(lock, folder, input.directory), folder, by: file};
}

function textOf(file: HostPath): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new InputError(`the lock file ${file} cannot be read`, {
			code: 'LOCK_MISSING',
			input: file,
			hint: 'see whether the name is right',
			cause: error,
		});
	}
}

function refuseUnknown(what: string, asked: readonly string[], known: readonly string[], file: HostPath): void {
	const names = known.map(normalizedName);
	const unknown = asked.filter(name => !names.includes(normalizedName(name)));
	if (unknown.length > 0) {
		throw new InputError(
			`${file} was not made for the ${what} ${unknown.join(', ')}; it knows ${known.join(', ') || 'none'}`,
			{code: 'LOCK_UNFIT', input: file, hint: `lock again with the ${what}, or build without it`},
		);
	}
}

function withProject(lock: Pylock, folder: HostPath, project: HostPath): Pylock {
	const isProject = ({directory}: LockedPackage) =>
		directory !== undefined && realpathSync(resolve(folder, directory.path)) === realpathSync(project);
	if (lock.packages.some(isProject)) {
		return lock;
	}

	const own: LockedPackage = {
		// No name that a distribution can have: the wheel will tell its own.
		name: projectName,
		version: '',
		marker: '',
		requiresPython: '',
		index: '',
		wheels: [],
		sdist: undefined,
		archive: undefined,
		directory: {path: project, editable: false, subdirectory: ''},
		vcs: undefined,
	};
	return {...lock, packages: [...lock.packages, own]};
}
