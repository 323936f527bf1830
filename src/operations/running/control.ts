import {symlinkSync, writeFileSync} from 'node:fs';
import type {Mount} from '../../host/mounts.ts';
import {makeOpenFolder} from '../../host/open-folder.ts';
import {type HostPath, hostPath, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {SurveyedVenv} from '../../model/survey.ts';
import type {Base} from './ground.ts';

/** Where programs see the control venv; it is there for the length of one program, like all of /run. */
export const controlRoot: InstallPath = '/run/control' as InstallPath;

/** A program that does nothing, where the tree's own lie: a temporary folder may be mounted `noexec`. */
export const trial: readonly string[] = [`${controlRoot}/bin/start`];

/**
 * Makes a plain venv over the same modules: its own pyvenv.cfg and link to the interpreter, the tree's library folder.
 * What fails there too is no fault of the packaging. PEP 405.
 */
export function controlVenv(folder: HostPath, venv: SurveyedVenv, base: Base): Mount {
	const source = hostPath(`${folder}/control`);
	makeOpenFolder(`${source}/bin`);
	const own = `python${venv.minor}`;
	for (const [name, target] of new Map([
		// A program of that name beside it is what a bin/python that is a script starts.
		[own, nameOf(base.path) === own ? base.path : `${parentOf(base.path)}/${own}`],
		['python', base.path],
		['python3', base.path],
	])) {
		symlinkSync(target, `${source}/bin/${name}`);
	}

	writeFileSync(`${source}/bin/start`, '#!/bin/sh\n', {mode: 0o755});
	writeFileSync(`${source}/pyvenv.cfg`, `home = ${parentOf(base.path)}\ninclude-system-site-packages = false\n`);
	symlinkSync(`${venv.root}/lib`, `${source}/lib`);
	symlinkSync('lib', `${source}/lib64`);
	return {kind: 'place', source, target: controlRoot};
}
