import {type Finding, findingOf} from '../model/findings.ts';
import type {OpenedPackage} from '../model/package.ts';
import {nameOf, parentOf} from '../model/paths.ts';
import type {ElfFile, Survey} from '../model/survey.ts';
import {elfKinds as kinds} from './checks/elf-kinds.ts';
import {isOfInterpreter, isSharedLibrary} from './layout.ts';
import {providersOf} from './loader.ts';
import {isGlibc} from './shared-libraries.ts';

/**
 * What is wrong with the libraries of an interpreter that is inside: they lie where the loader looks, and none of them is
 * the C library. `loaded` are the dynamic files for the machine of the package.
 */
export function carriedElf(
	loaded: readonly ElfFile[],
	{subject, survey}: {readonly subject: OpenedPackage; readonly survey: Survey},
): Finding[] {
	const {venv} = survey;
	if (venv?.standardLibrary === undefined) {
		return [];
	}

	const folder = parentOf(venv.standardLibrary);
	const glibc = survey.elf.filter(({path, soname}) => isSharedLibrary(path, folder) && isGlibc(soname ?? nameOf(path)));
	const hidden = providersOf({elf: loaded}, subject.pkg.tree)
		.filter(({file}) => isOfInterpreter(file.path, venv))
		.flatMap(({file, needs}) => needs.map(need => ({...need, by: file.path})))
		.filter(
			({soname, path, hidden: places}) =>
				path === undefined && !isGlibc(soname) && places.some(place => isOfInterpreter(place, venv)),
		);
	return [
		...glibc.map(({path}) => findingOf(kinds.glibcCarried, {path, message: `${nameOf(path)} belongs to glibc`})),
		...hidden.map(({by, soname, hidden: [place = '']}) =>
			findingOf(kinds.hidden, {path: by, message: `needs ${soname}, and that lies at ${place}`}),
		),
	];
}
