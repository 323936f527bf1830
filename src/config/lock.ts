import {existsSync} from 'node:fs';
import {basename, dirname, join, matchesGlob, relative} from 'node:path';
import {isTable} from '../codecs/toml.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Lock} from '../model/plan.ts';
import {type Place, refusal, shown} from './place.ts';
import {type Project, readPyproject} from './project.ts';

/** Lock files of other tools, and how to get from them what venvpack follows. */
const foreign: Readonly<Record<string, string>> = {
	'poetry.lock':
		'poetry export -o requirements.txt (of poetry-plugin-export), then build . -r requirements.txt --lock none',
	'Pipfile.lock': 'pipenv requirements --hash > requirements.txt, then build . -r requirements.txt --lock none',
	'pdm.lock': 'pdm export -f pylock -o pylock.toml, then build --lock pylock.toml',
};

/** What the user said of the lock, with paths made absolute. */
export interface LockWish {
	/** `none`, or a path. */
	readonly value: string;
	readonly place: Place;
}

/**
 * The lock file that a build of the project follows: the one asked for, else the only one there is; undefined where there
 * is none, or with `none`. A uv.lock may lie at the root of the workspace that the project is a member of.
 * A lock that would not be followed is never passed over in silence.
 * Throws a ConfigError (LOCK_MISSING, LOCK_UNKNOWN) for what was asked for, an InputError (LOCK_AMBIGUOUS,
 * LOCK_UNSUPPORTED) for what was found.
 */
export function findLock(project: Project, wish: LockWish | undefined): Lock | undefined {
	if (wish) {
		return wish.value === 'none' ? undefined : wishedLock(wish);
	}

	const found = locksOf(project);
	const [only] = found;
	if (found.length > 1) {
		throw new InputError(`${project.directory} has ${found.length} lock files: ${found.join(', ')}`, {
			code: 'LOCK_AMBIGUOUS',
			input: project.directory,
			hint: `name the one to follow with --lock FILE, or with the key "lock"; --lock none follows neither`,
		});
	}

	return only === undefined ? undefined : supported(only);
}

/** Whether a wish made by a flag means no lock: its path was made absolute before anybody looked at it. */
export function meansNone(value: string): boolean {
	return value === 'none' || (basename(value) === 'none' && !existsSync(value));
}

function wishedLock({value, place}: LockWish): Lock {
	if (!existsSync(value)) {
		throw refusal(place, `is ${shown(value)}, which does not exist`, {
			code: 'LOCK_MISSING',
			hint: 'name a uv.lock or a pylock.toml, or "none" to resolve anew',
		});
	}

	const file = hostPath(value);
	if (kindOf(file) === undefined && foreign[basename(file)] === undefined) {
		throw refusal(place, `is ${shown(value)}, which is no lock file that venvpack follows`, {
			code: 'LOCK_UNKNOWN',
			hint: 'its name must be uv.lock, pylock.toml or pylock.NAME.toml; a requirements file goes to -r',
		});
	}

	return supported(file);
}

function supported(file: HostPath): Lock {
	const kind = kindOf(file);
	if (kind === undefined) {
		throw new InputError(`${file} is a lock file that venvpack cannot follow`, {
			code: 'LOCK_UNSUPPORTED',
			input: file,
			hint: `export it: ${foreign[basename(file)]}; --lock none alone resolves anew`,
		});
	}

	return {kind, file};
}

/** PEP 751 also allows `pylock.NAME.toml`. */
function kindOf(file: string): Lock['kind'] | undefined {
	const name = basename(file);
	if (name === 'uv.lock') {
		return 'uv.lock';
	}

	return /^pylock\.(?:[^.]+\.)?toml$/.test(name) ? 'pylock.toml' : undefined;
}

function locksOf(project: Project): HostPath[] {
	const beside = ['uv.lock', 'pylock.toml', ...Object.keys(foreign)]
		.map(name => hostPath(join(project.directory, name)))
		.filter(file => existsSync(file));
	const workspace = beside.some(file => basename(file) === 'uv.lock') ? undefined : workspaceLock(project.directory);
	return workspace ? [workspace, ...beside] : beside;
}

/** The uv.lock of the workspace whose members' globs take in the project, as uv looks for it: upwards. */
function workspaceLock(directory: HostPath): HostPath | undefined {
	for (let root = dirname(directory); root !== dirname(root); root = dirname(root)) {
		const {tool} = readPyproject(hostPath(root));
		const uv = isTable(tool) ? tool.uv : undefined;
		const workspace = isTable(uv) ? uv.workspace : undefined;
		if (isTable(workspace)) {
			const path = relative(root, directory);
			const matches = (globs: unknown) => Array.isArray(globs) && globs.some(glob => matchesGlob(path, trimmed(glob)));
			const lock = hostPath(join(root, 'uv.lock'));
			return matches(workspace.members) && !matches(workspace.exclude) && existsSync(lock) ? lock : undefined;
		}
	}

	return undefined;
}

function trimmed(glob: unknown): string {
	return String(glob).replace(/^\.\//, '').replace(/\/+$/, '');
}
