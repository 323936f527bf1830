import {type Finding, findingOf} from '../../model/findings.ts';
import {machineOf} from '../../model/machines.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {type InstallPath, isWithin} from '../../model/paths.ts';
import type {ElfFile, Survey} from '../../model/survey.ts';
import type {Target} from '../../model/target.ts';
import {carriedElf} from '../carried-elf.ts';
import type {Check, CheckRequest} from '../check.ts';
import {type ElfPlaces, elfPlaces, extensionOf, type SurveyedElf} from '../elf-place.ts';
import {folderOf} from '../folders.ts';
import {declaredGlibc, glibcOf, isNewer, type KnownGlibc, targetGlibc} from '../glibc-floor.ts';
import {isOfInterpreter, saidLayout} from '../layout.ts';
import {type Provenance, provenanceOf} from '../provenance.ts';
import {DeclaredLibraries, isBasic, isBasicWithoutPython} from '../shared-libraries.ts';
import {elfKinds as kinds} from './elf-kinds.ts';

/** What the loader of the target will say to the programs and libraries. */
export const elf: Check = {
	name: 'elf',
	question: 'Will the loader take the programs and libraries, and find what they need?',
	kinds: Object.values(kinds),
	begin: (subject, asked = {}) => ({finish: survey => judge(subject, survey, asked)}),
};

/** A tree that is about to be packed. */
export interface UnpackedTree {
	readonly survey: SurveyedElf;
	readonly places: ElfPlaces;
	/** The glibc that it will meet, and why that one. */
	readonly glibc: KnownGlibc;
}

/** What the loader and the interpreter of the target refuse for certain, whatever the package asks for. */
export function refusedByLoader({survey, places, glibc}: UnpackedTree): Finding[] {
	const loaded = loadedOf(survey, places);
	const wanted = loaded.filter(file => places.wanted.has(file) && isNewer(glibcOf(file), glibc.version));
	return [
		...wrongMachines(places),
		...muslFiles(places, loaded),
		...otherPythons({survey, places}),
		...wanted.map(file => glibcFinding(file, {places, known: glibc})),
	];
}

function loadedOf({elf: files}: SurveyedElf, {machine}: ElfPlaces): readonly ElfFile[] {
	return files.filter(file => file.dynamic && machineOf(file) === machine);
}

function glibcFinding(file: ElfFile, {places, known}: {places: ElfPlaces; known: KnownGlibc}): Finding {
	const message = `asks for glibc ${glibcOf(file)}, and ${known.because}`;
	return findingOf(kinds.glibcTooNew, {
		path: file.path,
		severity: places.wanted.has(file) ? 'error' : 'warning',
		message,
	});
}

interface Ground {
	readonly subject: OpenedPackage;
	readonly survey: Survey;
	readonly target: Target | undefined;
	readonly places: ElfPlaces;
	readonly provenance: Provenance;
	/** What the package requires, in the words of its format. */
	readonly relations: readonly string[];
	readonly libraries: DeclaredLibraries;
	/** It may lie anywhere. */
	readonly isRelocatable: boolean;
}

function judge(subject: OpenedPackage, survey: Survey, {target, libraries: table}: CheckRequest): Finding[] {
	const places = elfPlaces(subject, survey);
	const relations = subject.declared.relations.requires ?? [];
	const libraries = new DeclaredLibraries(relations, table);
	const ground: Ground = {
		...{subject, survey, target, places, relations, libraries},
		provenance: provenanceOf(survey),
		isRelocatable: saidLayout(subject, survey).relocatable,
	};
	const loaded = loadedOf(survey, places);
	return [
		...wrongMachines(places),
		...muslFiles(places, loaded),
		...otherPythons(ground),
		...loaded.flatMap(file => [...runpathFindings(file, ground), ...libpythonFindings(file, ground)]),
		...glibcFindings(loaded, ground),
		...libraryFindings(loaded, ground),
		...carriedElf(loaded, ground),
	];
}

function wrongMachines({wanted, machine}: ElfPlaces): Finding[] {
	return [...wanted]
		.filter(file => machineOf(file) !== machine)
		.map(file =>
			findingOf(kinds.machine, {
				path: file.path,
				offset: 18,
				message: `is for ${machineOf(file)}, and the package for ${machine}`,
			}),
		);
}

/** Where all of them are for musl, so is the package. */
function muslFiles({wanted}: ElfPlaces, loaded: readonly ElfFile[]): Finding[] {
	const isMusl = ({interpreter, needed}: ElfFile) =>
		(interpreter ?? '').includes('/ld-musl-') || needed.some(name => name.startsWith('libc.musl-'));
	const isForGlibc = loaded.length === 0 || loaded.some(file => file.needed.includes('libc.so.6'));
	return [...wanted]
		.filter(file => isForGlibc && isMusl(file))
		.map(file =>
			findingOf(kinds.musl, {path: file.path, message: `wants ${file.interpreter ?? 'the C library of musl'}`}),
		);
}

/** A wheel may bring the same module for several interpreters; that none of them is this one, is what is wrong. */
function otherPythons({survey, places}: Pick<UnpackedTree, 'survey' | 'places'>): Finding[] {
	const {venv} = survey;
	const minor = venv?.minor ?? '';
	const fits = (path: InstallPath) => {
		const extension = extensionOf(path);
		return (
			extension !== undefined &&
			(extension.minor === '' || extension.minor === minor) &&
			(extension.platform === '' || extension.platform === `${places.machine.replace(/^i686$/, 'i386')}-linux-gnu`)
		);
	};
	const folders = new Set(venv?.sitePackages);
	const modules = survey.elf.filter(({path}) => extensionOf(path));
	const groups = Map.groupBy(modules, ({path}) => topOf(path, folderOf(path, folders)));
	groups.delete('');
	return [...groups.values()]
		.filter(files => minor !== '' && places.machine !== '' && !files.some(({path}) => fits(path)))
		.flatMap(files => files.slice(0, 1).map(({path}) => ({path, count: files.length})))
		.map(({path, count}) => findingOf(kinds.otherPython, {path, message: otherPythonMessage(path, count, minor)}));
}

/** The module or package in a folder that a file belongs to; empty outside of folders of modules. */
function topOf(path: InstallPath, folder: InstallPath | undefined): string {
	return folder === undefined ? '' : `${folder}/${path.slice(folder.length + 1).split('/')[0]}`;
}

function otherPythonMessage(path: InstallPath, count: number, minor: string): string {
	const extension = extensionOf(path);
	const is = [extension?.minor && `Python ${extension.minor}`, extension?.platform].filter(Boolean).join(' on ');
	return `is for ${is}, the venv for Python ${minor}${count > 1 ? `; none of the ${count} beside it fits either` : ''}`;
}

/** Where every machine keeps its libraries. */
const hostFolders = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|x32)?(?:\/|$)/;

/** Absolute folders of RUNPATH or RPATH that neither the package nor the distribution has. */
function foreignFolders({runpath = ''}: ElfFile, {pkg}: OpenedPackage): string[] {
	const folders = runpath.split(':').filter(folder => folder.startsWith('/'));
	return folders.filter(folder => !isWithin(folder, pkg.prefix) && !hostFolders.test(folder));
}

function runpathFindings(file: ElfFile, {subject, survey, provenance, isRelocatable}: Ground): Finding[] {
	const {path, isRpath, runpath = ''} = file;
	const fixed = runpath.split(':').find(folder => isWithin(folder, subject.pkg.prefix));
	if (isRelocatable && fixed !== undefined) {
		return [findingOf(kinds.fixed, {path, message: `has the ${isRpath ? 'RPATH' : 'RUNPATH'} ${fixed}`})];
	}

	const isOwn = survey.venv !== undefined && isOfInterpreter(path, survey.venv);
	const outside = foreignFolders(file, subject);
	return outside.length === 0
		? []
		: [
				findingOf(kinds.runpath, {
					path,
					message: `has the ${isRpath ? 'RPATH' : 'RUNPATH'} ${outside.join(':')}`,
					severity: isOwn ? 'error' : provenance.isDownloaded(path) ? 'note' : kinds.runpath.severity,
				}),
			];
}

/**
 * What was found through a RUNPATH of the builder is found nowhere else. Otherwise it is a library like others, which the
 * package has to declare; Red Hat's interpreters are linked with theirs, so wherever one is, the library is.
 */
function libpythonFindings(file: ElfFile, {subject, survey, places, relations, libraries}: Ground): Finding[] {
	const soname = file.needed.find(name => /^libpython3[\d.]*[a-z]*\.so/.test(name));
	const minor = /3\.\d+/.exec(soname ?? '')?.[0] ?? '';
	const isBrought = relations.some(line => line.startsWith(`libpython${minor}`)) || subject.format === 'rpm';
	if (soname === undefined || places.has(soname) || (isBrought && minor === survey.venv?.minor)) {
		return [];
	}

	const isAnother = minor !== '' && minor !== survey.venv?.minor;
	const isCertain = isAnother || foreignFolders(file, subject).length > 0 || libraries.any;
	const severity = isCertain ? kinds.libpython.severity : 'note';
	return [findingOf(kinds.libpython, {path: file.path, severity, message: `needs ${soname}`})];
}

function glibcFindings(loaded: readonly ElfFile[], {subject, survey, target, places, relations}: Ground): Finding[] {
	const known = targetGlibc(subject, survey, target);
	const declared = declaredGlibc(relations);
	return loaded.flatMap(file => {
		const asked = glibcOf(file);
		const message = `asks for glibc ${asked}`;
		// What the package asks for itself is not installed where it is not there.
		const isRefused = declared !== '' && !isNewer(asked, declared) && target === undefined;
		if (known && isNewer(asked, known.version) && !isRefused) {
			return [glibcFinding(file, {places, known})];
		}

		return declared !== '' && isNewer(asked, declared)
			? [findingOf(kinds.glibcUndeclared, {path: file.path, message: `${message}, and the package for ${declared}`})]
			: [];
	});
}

/** One for each library. A package that declares none at all leaves that to whoever installs it, and is told once, as a note. */
function libraryFindings(loaded: readonly ElfFile[], {subject, survey, places, libraries}: Ground): Finding[] {
	if (!subject.carries.relations) {
		return [];
	}

	const severity = libraries.any ? kinds.library.severity : 'note';
	// Without an interpreter of the machine nothing promises what that would have brought.
	const isGiven = survey.venv?.standardLibrary === undefined ? isBasic : isBasicWithoutPython;
	const asking = loaded.flatMap(file => file.needed.map(soname => ({soname, path: file.path})));
	const unmet = asking.filter(
		({soname}) =>
			!isGiven(soname) && !/^lib(?:python3|c\.musl-)/.test(soname) && !places.has(soname) && !libraries.brings(soname),
	);
	return [...Map.groupBy(unmet, ({soname}) => soname)].flatMap(([soname, files]) =>
		files.slice(0, 1).map(({path}) => {
			const message = `needs ${soname}${files.length > 1 ? `, as ${files.length - 1} more do` : ''}`;
			return findingOf(kinds.library, {path, severity, message});
		}),
	);
}
