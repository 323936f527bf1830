import {normalizedName} from '../../codecs/requirement-name.ts';
import type {Listener} from '../../model/events.ts';
import type {HostPath} from '../../model/paths.ts';
import type {Wheel} from '../../model/staged.ts';
import type {Environment} from '../interpreters/probe.ts';

/** Puts wheels into a venv. Adding an installer is one file beside this one, and one line where it is chosen. */
export interface Installer {
	/** As users know it, such as `uv`. */
	readonly name: string;
	/**
	 * Installs exactly these wheels, from this machine alone: no index, no dependencies, no bytecode, nothing written
	 * outside of the venv and `work`. No direct_url.json, since the wheels come by name.
	 * Throws a HostError (INSTALL_FAILED) with all that the tool said.
	 */
	install(request: InstallRequest): Promise<void>;
}

export interface InstallRequest {
	readonly wheels: readonly Wheel[];
	/** `bin/python` of the venv. */
	readonly venvPython: HostPath;
	/** A private folder on the same file system, for temporary files and caches. */
	readonly work: HostPath;
	/** The full version that the venv will run with, such as `3.11.2`: wheels were checked against it, not against the builder's. */
	readonly targetVersion: string;
	readonly listener: Listener;
	readonly environment: Environment;
}

/** One requirement a wheel, as exact as can be, by normalised names: pip names folders of headers as it was asked. */
export function pins(wheels: readonly Wheel[]): string {
	return wheels.map(wheel => `${normalizedName(wheel.distribution.name)}==${wheel.distribution.version}\n`).join('');
}

/**
 * The environment for a tool that is to do what it is told and nothing else: no settings of uv, pip or Python,
 * no other venv, its temporary files where they go away with the build.
 */
export function toolEnvironment(environment: Environment, temporary: HostPath): Record<string, string> {
	const kept = Object.entries(environment).filter(
		(pair): pair is [string, string] =>
			pair[1] !== undefined && !/^(?:UV|PIP|PYTHON|VIRTUAL_ENV|CONDA|__PYVENV)/.test(pair[0]),
	);
	return {...Object.fromEntries(kept), TMPDIR: temporary, LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1'};
}
