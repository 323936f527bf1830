import {machineNamed, machineOf} from '../model/machines.ts';
import type {OpenedPackage} from '../model/package.ts';
import {below, type InstallPath, nameOf, parentOf} from '../model/paths.ts';
import type {ElfFile, Survey} from '../model/survey.ts';
import {folderOf} from './folders.ts';

/** What the ELF files of a tree are there for. */
export interface ElfPlaces {
	/** The machine that the package is for, as uname(1) says; empty where nothing tells. */
	readonly machine: string;
	/** What the loader will want: extension modules of the interpreter, programs in bin, and the libraries that they need. */
	readonly wanted: ReadonlySet<ElfFile>;
	/** Whether a file of the tree has that name or that soname. */
	has(soname: string): boolean;
}

/** Extension modules by their names: PEP 3149, and the abi3 of PEP 384. */
const tagged = /\.(?:cpython-3(?<minor>\d+)[a-z]*(?:-(?<platform>[\w-]+))?|abi3)\.so$/;

/** What has to be known of a tree for that. */
export interface SurveyedElf extends Pick<Survey, 'elf' | 'venv'> {
	readonly scripts: ReadonlyArray<Pick<Survey['scripts'][number], 'kind' | 'path'>>;
}

/** Tells what is wanted from what is data. */
export function elfPlaces(
	{pkg}: {readonly pkg: Pick<OpenedPackage['pkg'], 'arch' | 'tree'>},
	survey: SurveyedElf,
): ElfPlaces {
	const bySoname = Map.groupBy(survey.elf, ({soname, path}) => soname ?? nameOf(path));
	const names = new Set(
		pkg.tree.entries
			.filter(({kind, path}) => kind !== 'directory' && /\.so(?:\.|$)/.test(path))
			.map(({path}) => nameOf(path)),
	);
	const place: Wanting = {
		arch: pkg.arch,
		minor: survey.venv?.minor,
		programs: new Set([
			...survey.scripts.map(({kind, path}) => (kind === 'elf' ? path : startedProgram(path))),
			...(survey.venv?.interpreter ? [survey.venv.interpreter] : []),
		]),
		modules: new Set([...(survey.venv?.sitePackages ?? []), ...ownModules(survey.venv)]),
	};
	const wanted = new Set(survey.elf.filter(file => isProgramOrModule(file, place)));
	const followed = new Set<string>();
	// A set grows while it is walked: what is needed by what was added comes too.
	for (const {needed} of wanted) {
		for (const soname of needed.filter(name => !followed.has(name))) {
			followed.add(soname);
			for (const library of bySoname.get(soname) ?? []) {
				wanted.add(library);
			}
		}
	}

	return {
		machine: machineFor(pkg.arch, wanted),
		wanted,
		has: soname => names.has(soname) || bySoname.has(soname),
	};
}

/** Where a program lies that something of its name in `bin` starts: `libexec` beside that. */
export function startedProgram(path: InstallPath): InstallPath {
	return below(parentOf(parentOf(path)), `libexec/${nameOf(path)}`);
}

/** Where an interpreter that came along has modules of its own. */
function ownModules(venv: SurveyedElf['venv']): InstallPath[] {
	return venv?.standardLibrary ? [below(venv.standardLibrary, 'lib-dynload')] : [];
}

/** What the name of an extension module says; undefined for what is none. An empty minor fits every one. */
export function extensionOf(path: InstallPath): {readonly minor: string; readonly platform: string} | undefined {
	const groups = tagged.exec(nameOf(path))?.groups;
	return groups && {minor: groups.minor ? `3.${groups.minor}` : '', platform: groups.platform ?? ''};
}

interface Wanting {
	readonly arch: string;
	readonly minor: string | undefined;
	/** What lies in bin, and the interpreter. */
	readonly programs: ReadonlySet<InstallPath>;
	/** Where modules are imported from. */
	readonly modules: ReadonlySet<InstallPath>;
}

function isProgramOrModule({path, type}: ElfFile, {arch, minor, programs, modules}: Wanting): boolean {
	if (programs.has(path)) {
		return true;
	}

	const extension = extensionOf(path);
	return (
		type === 3 &&
		extension !== undefined &&
		(extension.minor === '' || extension.minor === minor) &&
		isOfMachine(extension.platform, arch) &&
		folderOf(path, modules) !== undefined
	);
}

/** Whether a platform such as `x86_64-linux-gnu` is one of that machine, as far as they say. */
function isOfMachine(platform: string, arch: string): boolean {
	const [machine = ''] = platform.split('-');
	return machine === '' || arch === '' || arch === 'any' || machineNamed(machine) === machineNamed(arch);
}

/** What the package says; where it says nothing, what most of its files are for. */
function machineFor(arch: string, wanted: ReadonlySet<ElfFile>): string {
	if (arch !== '' && arch !== 'any') {
		return machineNamed(arch);
	}

	const counted = [...Map.groupBy(wanted, machineOf)].sort(([, one], [, other]) => other.length - one.length);
	return counted[0]?.[0] ?? '';
}
