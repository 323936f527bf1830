import {join} from 'node:path';
import {filesBelow} from '../host/walk.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import type {Wheel, Wheelhouse} from '../model/staged.ts';
import type {Installer, InstallRequest} from './installers/installer.ts';
import {type Conflict, conflictsOf, inOrder, isInstallersOwn, isRecord, placeOf, type VenvPlaces} from './members.ts';
import type {Venv} from './venv.ts';

/**
 * Installs every wheel of the house. Wheels that quarrel about a file come after the others and one by one, in the
 * order of their names, so that the same one wins each time; a FILE_CONFLICT warning says which.
 * Throws an InputError (INSTALL_INCOMPLETE) where the venv afterwards lacks a file of a wheel or holds one of none.
 */
export async function installWheels(
	installer: Installer,
	wheelhouse: Wheelhouse,
	venv: Venv & VenvPlaces,
	request: Omit<InstallRequest, 'wheels' | 'venvPython'>,
): Promise<void> {
	const before = new Set(filesBelow(venv.root, venv.prefix));
	const conflicts = conflictsOf(wheelhouse, venv);
	for (const conflict of conflicts) {
		request.listener({kind: 'warning', code: 'FILE_CONFLICT', message: sentence(conflict)});
	}

	for (const [turn, wheels] of turns(wheelhouse.wheels, conflicts).entries()) {
		const work: HostPath = hostPath(join(request.work, String(turn)));
		await installer.install({...request, work, wheels, venvPython: venv.python});
	}

	confirm(wheelhouse, venv, before);
}

function sentence({path, wheels}: Conflict): string {
	const names = wheels.map(wheel => wheel.fileName);
	return `${names.join(' and ')} hold different files for ${path}; that of ${names.at(-1)} is installed`;
}

/** First all wheels that get along, then each of the others. */
function turns(wheels: readonly Wheel[], conflicts: readonly Conflict[]): Wheel[][] {
	const quarrelling = new Set(conflicts.flatMap(conflict => conflict.wheels));
	const peaceful = wheels.filter(wheel => !quarrelling.has(wheel));
	return [peaceful, ...inOrder([...quarrelling]).map(wheel => [wheel])].filter(turn => turn.length > 0);
}

function confirm(wheelhouse: Wheelhouse, venv: Venv & VenvPlaces, before: ReadonlySet<InstallPath>): void {
	const installed = new Set(filesBelow(venv.root, venv.prefix));
	const expected = new Set<InstallPath>();
	for (const wheel of wheelhouse.wheels) {
		for (const member of wheel.hashes.keys()) {
			const path = isRecord(member) ? undefined : placeOf(member, wheel, venv);
			if (path !== undefined) {
				expected.add(path);
			}

			if (path !== undefined && !installed.has(path)) {
				throw incomplete(wheel.fileName, `${path} is missing, the place of its member ${member}`);
			}
		}
	}

	for (const path of installed) {
		if (!expected.has(path) && !before.has(path) && !isInstallersOwn(path, venv)) {
			throw incomplete('the installer', `${path} is there, which no wheel holds`);
		}
	}
}

function incomplete(input: string, what: string): InputError {
	return new InputError(`${input}: not installed as its RECORD says: ${what}`, {
		code: 'INSTALL_INCOMPLETE',
		input,
		hint: 'look at the staged venv with --keep-stage; another installer (uv or pip) may treat the wheel otherwise',
	});
}
