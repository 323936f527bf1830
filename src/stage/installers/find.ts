import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {HostError} from '../../model/errors.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Environment} from '../interpreters/probe.ts';
import type {Installer} from './installer.ts';
import {pipInstaller, pipVersion} from './pip.ts';
import {uvInstaller} from './uv.ts';

/**
 * Chooses who installs: uv, given or on PATH; else the pip of the builder's interpreter.
 * Throws a HostError (INSTALLER_MISSING) where there is neither.
 */
export async function findInstaller(
	uv: HostPath | undefined,
	python: HostPath,
	environment: Environment,
): Promise<Installer> {
	const program = uv ?? onPath('uv', environment);
	if (program) {
		return uvInstaller(program);
	}

	if ((await pipVersion(python, environment)) === undefined) {
		throw new HostError(`there is no uv on PATH, and ${python} has no pip`, {
			code: 'INSTALLER_MISSING',
			hint: 'install uv, or the pip of this interpreter (on Debian: python3-pip)',
		});
	}

	return pipInstaller(python);
}

function onPath(name: string, environment: Environment): HostPath | undefined {
	const folders = (environment.PATH ?? '').split(delimiter).filter(folder => folder.startsWith('/'));
	return folders.map(folder => hostPath(join(folder, name))).find(existsSync);
}
