import type {OpenedPackage} from '../model/package.ts';
import {below, type InstallPath, isWithin, nameOf, parentOf} from '../model/paths.ts';
import type {CarriedLibrary, SummaryCarried} from '../model/summary.ts';
import type {Survey, SurveyedVenv} from '../model/survey.ts';
import {type FileEntry, sizeOf} from '../model/tree.ts';
import {isOfInterpreter, isSharedLibrary} from './layout.ts';

/** What an artifact carries of an interpreter; undefined where it has none of its own. */
export function carriedOf({pkg}: Pick<OpenedPackage, 'pkg'>, survey: Survey): SummaryCarried | undefined {
	const {venv} = survey;
	if (venv?.standardLibrary === undefined) {
		return undefined;
	}

	let all = 0;
	let bytes = 0;
	let files = 0;
	for (const entry of pkg.tree.entries.filter((one): one is FileEntry => one.kind === 'file')) {
		const size = sizeOf(entry.content);
		all += size;
		if (isOfInterpreter(entry.path, venv) || isBesideModules(entry.path, venv)) {
			files++;
			bytes += size;
		}
	}

	const version = (pkg.manifest ?? survey.manifest)?.recipe?.python ?? venv.minor;
	return {version, files, bytes, share: all === 0 ? 0 : bytes / all, libraries: carriedLibraries({pkg}, survey)};
}

/** Headers, what pkg-config reads, and what terminals can do. */
function isBesideModules(path: InstallPath, {standardLibrary, minor}: SurveyedVenv): boolean {
	const lib = parentOf(standardLibrary ?? path);
	const home = parentOf(lib);
	const folders = [`include/python${minor}`, 'lib/pkgconfig', 'lib/terminfo', 'share/terminfo'];
	return folders.some(folder => isWithin(path, below(home, folder)));
}

/** Shared libraries beside the one of the interpreter itself, by soname. */
export function carriedLibraries(
	{pkg}: Pick<OpenedPackage, 'pkg'>,
	{venv, elf}: Pick<Survey, 'venv' | 'elf'>,
): readonly CarriedLibrary[] {
	if (venv?.standardLibrary === undefined) {
		return [];
	}

	const folder = parentOf(venv.standardLibrary);
	const sonames = new Map(elf.map(({path, soname}) => [path, soname]));
	return pkg.tree.entries
		.filter((entry): entry is FileEntry => entry.kind === 'file' && isSharedLibrary(entry.path, folder))
		.filter(({path}) => !nameOf(path).startsWith('libpython3'))
		.map(({path, content}) => ({soname: sonames.get(path) ?? nameOf(path), path, size: sizeOf(content)}))
		.sort((one, other) => (one.soname < other.soname ? -1 : 1));
}
