import {HostError} from '../../model/errors.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';
import type {Installer} from './installer.ts';
import {pipInstaller, pipVersion} from './pip.ts';
import {uvInstaller} from './uv.ts';

/**
 * Chooses who installs: the uv that resolved; else the pip of the builder's interpreter.
 * Throws a HostError (INSTALLER_MISSING) where there is neither.
 */
export async function findInstaller(
	uv: HostPath | undefined,
	python: HostPath,
	environment: Environment,
): Promise<Installer> {
	if (uv) {
		return uvInstaller(uv);
	}

	if ((await pipVersion(python, environment)) === undefined) {
		throw new HostError(`there is no uv, and ${python} has no pip`, {
			code: 'INSTALLER_MISSING',
			hint: 'install uv, or the pip of this interpreter (on Debian: python3-pip)',
		});
	}

	return pipInstaller(python);
}
