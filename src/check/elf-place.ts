import {machineNamed, machineOf} from '../model/machines.ts';
import type {OpenedPackage} from '../model/package.ts';
import {type InstallPath, isWithin, nameOf} from '../model/paths.ts';
import type {ElfFile, Survey} from '../model/survey.ts';

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

/** Tells what is wanted from what is data. */
export function elfPlaces({pkg}: OpenedPackage, survey: Survey): ElfPlaces {
	const bySoname = Map.groupBy(survey.elf, ({soname, path}) => soname ?? nameOf(path));
	const names = new Set(
		pkg.tree.entries
			.filter(({kind, path}) => kind !== 'directory' && /\.so(?:\.|$)/.test(path))
			.map(({path}) => nameOf(path)),
	);
	const wanted = new Set(survey.elf.filter(file => isProgramOrModule(file, survey, pkg.arch)));
	// A set grows while it is walked: what is needed by what was added comes too.
	for (const {needed} of wanted) {
		for (const library of needed.flatMap(soname => bySoname.get(soname) ?? [])) {
			wanted.add(library);
		}
	}

	return {
		machine: machineFor(pkg.arch, wanted),
		wanted,
		has: soname => names.has(soname) || bySoname.has(soname),
	};
}

/** What the name of an extension module says; undefined for what is none. An empty minor fits every one. */
export function extensionOf(path: InstallPath): {readonly minor: string; readonly platform: string} | undefined {
	const groups = tagged.exec(nameOf(path))?.groups;
	return groups && {minor: groups.minor ? `3.${groups.minor}` : '', platform: groups.platform ?? ''};
}

function isProgramOrModule({path, type}: ElfFile, {venv, scripts}: Survey, arch: string): boolean {
	if (scripts.some(script => script.kind === 'elf' && script.path === path) || path === venv?.interpreter) {
		return true;
	}

	const extension = extensionOf(path);
	return (
		type === 3 &&
		extension !== undefined &&
		(extension.minor === '' || extension.minor === venv?.minor) &&
		isOfMachine(extension.platform, arch) &&
		(venv?.sitePackages ?? []).some(folder => isWithin(path, folder))
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
