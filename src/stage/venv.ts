import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {encodePyvenvCfg} from '../codecs/pyvenv-cfg.ts';
import {fixedLayout, type Layout} from '../model/layout.ts';
import type {PythonMove} from '../model/moves.ts';
import {below, type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import {activators, activatorText} from './activators.ts';

/** A venv whose place on the target is known: everything stands at `<root><prefix>`. */
export interface Venv {
	/** The folder that plays the target's `/`. */
	readonly root: HostPath;
	readonly prefix: InstallPath;
	/** `<root><prefix>/bin/python`. */
	readonly python: HostPath;
	/** On the target. */
	readonly sitePackages: InstallPath;
}

/** What a venv needs to know of the interpreter that it is built with. */
export type VenvPython = Pick<PythonMove, 'builder' | 'version' | 'minor'>;

/** Where a venv comes to lie, and how it finds its interpreter. */
export interface VenvPlace {
	/** The folder that plays the target's `/`. */
	readonly root: HostPath;
	readonly prefix: InstallPath;
	readonly python: VenvPython;
	/** Default: right at the prefix alone. */
	readonly layout?: Layout | undefined;
}

/** A file of the venv's own among its packages. */
export interface PathFile {
	readonly path: InstallPath;
	readonly text: string;
}

/** The name of the one that some trees have of venvpack. */
export const pathFileName = '_venvpack.pth';

/**
 * In a tree that may be moved and runs with the machine's interpreter, pyvenv.cfg says nothing of this: `python -m venv`
 * and virtualenv would make their venvs from the launcher. The running program is the interpreter itself, whatever it
 * was called by. site.py runs such a line at every start.
 */
export function pathFileOf({relocatable, bundle}: Layout, sitePackages: InstallPath): PathFile | undefined {
	const text = "import os, sys; sys._base_executable = os.path.realpath('/proc/self/exe')\n";
	return relocatable && !bundle ? {path: below(sitePackages, pathFileName), text} : undefined;
}

/**
 * Lays a venv out: folders, links to the builder's interpreter, pyvenv.cfg, activate scripts (these already name the
 * installed prefix). No Python runs, so neither `venv` nor `ensurepip` need to be there. What PEP 405 asks for is a
 * pyvenv.cfg one folder above the executable; the rest is what users and tools expect of `python -m venv`.
 * Nothing may stand at `<root><prefix>` yet.
 */
export function layOutVenv({root, prefix, python, layout = fixedLayout}: VenvPlace): Venv {
	const top = `${root}${prefix}`;
	const sitePackages = below(prefix, `lib/python${python.minor}/site-packages`);
	for (const folder of [`${root}${sitePackages}`, join(top, 'bin')]) {
		mkdirSync(folder, {recursive: true});
	}

	link(top, 'bin', `python${python.minor}`, python.builder);
	link(top, 'bin', 'python3', `python${python.minor}`);
	link(top, 'bin', 'python', `python${python.minor}`);
	// Fedora's interpreters put platform-specific modules there; the link makes both places one, as `venv` does.
	link(top, '.', 'lib64', 'lib');
	writeFileSync(join(top, 'pyvenv.cfg'), configuration(python));
	for (const activator of activators) {
		const text = activatorText(activator, {prefix, layout});
		if (text !== undefined) {
			writeFileSync(join(top, 'bin', activator.name), text);
		}
	}

	const pathFile = pathFileOf(layout, sitePackages);
	if (pathFile) {
		writeFileSync(`${root}${pathFile.path}`, pathFile.text);
	}

	return {root, prefix, python: hostPath(join(top, 'bin/python')), sitePackages};
}

function link(top: string, folder: string, name: string, target: string): void {
	symlinkSync(target, join(top, folder, name));
}

/** True on the builder; relocation writes the target's. */
function configuration(python: VenvPython): string {
	return encodePyvenvCfg(
		new Map([
			['home', dirname(python.builder)],
			['include-system-site-packages', 'false'],
			['version', python.version],
		]),
	);
}
