import {accessSync, constants} from 'node:fs';
import {machine} from 'node:os';
import {interpreterFailed} from '../../check/running/kinds.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below, type InstallPath, isWithin} from '../../model/paths.ts';
import type {SurveyedVenv} from '../../model/survey.ts';
import type {OpenedArtifact} from '../open.ts';
import type {Base} from './ground.ts';

/**
 * The interpreter that the tree runs with. One of the machine's own is believed where the system's package manager puts
 * interpreters, or where the manifest declares it; any other is whatever the builder had.
 */
export function baseOf({pkg}: Pick<OpenedArtifact, 'pkg'>, venv: SurveyedVenv): Base | Finding {
	const python = below(venv.root, 'bin/python');
	const {interpreter} = venv;
	if (interpreter === undefined) {
		return findingOf(interpreterFailed, {path: python, message: 'there is none'});
	}

	if (venv.bundled) {
		return {path: interpreter, isBundled: true};
	}

	const isSystem = /^(?:\/usr)?\/bin\/[^/]+$/.test(interpreter);
	if (!isSystem && pkg.manifest?.python.path !== interpreter) {
		const message = `it leads to ${interpreter}, an interpreter of the machine that built it`;
		return findingOf(interpreterFailed, {path: python, message});
	}

	return {path: interpreter, isBundled: false};
}

/** Why this very machine cannot start the programs of an artifact; undefined where it can. */
export function unableHere({pkg}: Pick<OpenedArtifact, 'pkg'>, base: Base): string | undefined {
	const here = machine();
	if (!['', 'any', here].includes(pkg.arch)) {
		return `it is for ${pkg.arch}, and this machine is ${here}`;
	}

	if (base.isBundled || isProgram(base.path)) {
		return undefined;
	}

	const name = base.path.slice(base.path.lastIndexOf('/') + 1);
	return `this machine has no ${base.path}: install ${name}, or give --rootfs a distribution that has it`;
}

function isProgram(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Folders of the system itself: a tree that is one of them cannot lie in a view of this machine. */
const systemFolders =
	/^\/(?:(?:usr\/)?(?:bin|sbin|lib\d*|share|local)|usr|etc|dev|proc|sys|run|tmp|var|opt|srv|home|root)?$/;

/** Why a tree cannot be shown at its place; undefined where it can. */
export function unshowable(place: InstallPath): string | undefined {
	return systemFolders.test(place)
		? `${place} belongs to the system, and the tree would hide it: --prefix says where the application lies`
		: undefined;
}

/** What programs see at its place: all that lies at the prefix, or the venv where that lies elsewhere. */
export function placeOf({pkg}: Pick<OpenedArtifact, 'pkg'>, {root}: SurveyedVenv): InstallPath {
	return isWithin(root, pkg.prefix) ? pkg.prefix : root;
}
