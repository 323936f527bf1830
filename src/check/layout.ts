import {fixedLayout, type Layout} from '../model/layout.ts';
import type {OpenedPackage} from '../model/package.ts';
import {below, type InstallPath, isWithin, parentOf} from '../model/paths.ts';
import type {Survey, SurveyedVenv} from '../model/survey.ts';

/** What an artifact says of its own layout; one that says nothing is right at its place alone. */
export function saidLayout({pkg}: Pick<OpenedPackage, 'pkg'>, {manifest}: Pick<Survey, 'manifest'>): Layout {
	return (manifest ?? pkg.manifest)?.layout ?? fixedLayout;
}

/** Whether the root of the tree is the home of the interpreter in it: neither pyvenv.cfg nor a link has to say where it is. */
export function isOwnHome({root, interpreter, standardLibrary}: SurveyedVenv): boolean {
	return standardLibrary !== undefined && interpreter !== undefined && parentOf(interpreter) === below(root, 'bin');
}

/** Whether a file came with the interpreter of a bundled tree rather than with an installed distribution, by its place. */
export function isOfInterpreter(
	path: InstallPath,
	{interpreter, standardLibrary, sitePackages}: SurveyedVenv,
): boolean {
	if (standardLibrary === undefined || interpreter === undefined) {
		return false;
	}

	const isModule = isWithin(path, standardLibrary) && !sitePackages.some(folder => isWithin(path, folder));
	return isModule || path === interpreter || isSharedLibrary(path, parentOf(standardLibrary));
}

/** Whether a file is a shared library in a folder itself: libpython, and what was carried for the interpreter. */
export function isSharedLibrary(path: InstallPath, folder: InstallPath): boolean {
	return parentOf(path) === folder && /\/lib[^/]*\.so(?:\.[\d.]*)?$/.test(path);
}
