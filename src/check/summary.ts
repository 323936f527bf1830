import {normalizedName} from '../codecs/requirement-name.ts';
import type {LibraryTable} from '../model/library-table.ts';
import {spokenMachine} from '../model/machines.ts';
import type {OpenedPackage} from '../model/package.ts';
import {type InstallPath, isWithin, nameOf, parentOf} from '../model/paths.ts';
import {isExecutable, Places} from '../model/places.ts';
import type {
	SizedPath,
	Summary,
	SummaryArtifact,
	SummaryCommand,
	SummaryContents,
	SummaryDistribution,
	SummaryInterpreter,
} from '../model/summary.ts';
import type {InstalledDistribution, Survey} from '../model/survey.ts';
import {sizeOf, type Tree} from '../model/tree.ts';
import {carriedOf} from './carried-interpreter.ts';
import {saidLayout} from './layout.ts';
import {glibcFloor, libraryNeeds, machineOfTree} from './library-needs.ts';
import {providersOf} from './loader.ts';
import {possibleLoads} from './possible-loads.ts';

/** As many of the largest files as are named. */
const mostLargest = 20;
/** Where distributions have their interpreters. */
const systemInterpreter = /^\/(?:usr\/)?(?:bin|libexec)\/(?:platform-)?(?:python|pypy)[\d.]*$/;
/** Packages and capabilities that bring an interpreter: `python3.11 (>= 3.11.2)`, `/usr/bin/python3.11`, `python(abi) = 3.11`. */
const interpreterRelation =
	/^(?:\/usr\/bin\/|\/usr\/libexec\/platform-)?(?:python|pypy)[\d.]*(?:-minimal|-libs|\(abi\))?(?=$|[\s(:])/;

/**
 * Puts together what an artifact holds and needs, out of what it says of itself and a survey of its tree. `table`: the
 * libraries of the distribution that it seems to be for; undefined where none is known.
 */
export function summaryOf(
	opened: OpenedPackage,
	survey: Survey,
	{artifact, table}: {readonly artifact: SummaryArtifact; readonly table: LibraryTable | undefined},
): Summary {
	const {pkg, declared} = opened;
	const {metadata, tree, prefix, manifest} = pkg;
	const machine = machineOfTree(pkg.arch, survey.elf);
	const elf = survey.elf.filter(file => file.machine === machine);
	return {
		artifact,
		name: metadata.name,
		version: metadata.version,
		release: metadata.release,
		arch: pkg.arch,
		summary: metadata.summary,
		license: metadata.license,
		homepage: metadata.homepage,
		maintainer: metadata.maintainer,
		prefix,
		contents: contentsOf(tree),
		interpreter: interpreterOf(opened, survey),
		layout: {relocatable: saidLayout(opened, survey).relocatable, carried: carriedOf(opened, survey)},
		distributions: survey.distributions
			.map(distribution => shown(distribution, originsOf(opened)))
			.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1)),
		commands: commandsOf(survey, tree, prefix),
		services: survey.services,
		relations: declared.relations,
		libraries: libraryNeeds(providersOf({elf}, tree), {requires: declared.relations.requires ?? [], table}),
		librariesOf: table?.target ?? '',
		loads: possibleLoads(survey, tree),
		glibc: glibcFloor(elf),
		machines: machinesOf(survey),
		...oddities(opened, survey),
		conffiles: declared.conffiles,
		maintainerScripts: [...declared.scripts].map(([name, text]) => ({name, lines: lines(text)})),
		signatures: declared.signatures,
		built: manifest && {
			venvpack: manifest.venvpack,
			epoch: manifest.epoch,
			inputs: manifest.inputs,
			allowedLeaks: manifest.allowedLeaks,
			recipe: manifest.recipe,
		},
		fields: Object.fromEntries(declared.fields),
		damaged: [...survey.damaged].map(([path, why]) => ({path, why})),
	};
}

function contentsOf(tree: Tree): SummaryContents {
	const counts = {files: 0, folders: 0, links: 0, bytes: 0};
	for (const entry of tree.entries) {
		if (entry.kind === 'file') {
			counts.files++;
			counts.bytes += sizeOf(entry.content);
		} else if (entry.kind === 'link') {
			counts.links++;
		} else {
			counts.folders++;
		}
	}

	return counts;
}

function interpreterOf({pkg, declared}: OpenedPackage, {venv}: Survey): SummaryInterpreter | undefined {
	if (!venv) {
		return undefined;
	}

	const {interpreter, bundled, minor} = venv;
	const requires = declared.relations.requires ?? [];
	return {
		path: interpreter,
		origin: bundled ? 'bundled' : originOf(interpreter),
		minor: minor || (pkg.manifest?.python.minor ?? ''),
		minimum: pkg.manifest?.python.minimum ?? '',
		declared: requires.filter(relation => interpreterRelation.test(relation)),
	};
}

function originOf(interpreter: InstallPath | undefined): SummaryInterpreter['origin'] {
	if (interpreter === undefined) {
		return 'absent';
	}

	return systemInterpreter.test(interpreter) ? 'system' : 'outside';
}

function originsOf({pkg}: OpenedPackage): ReadonlyMap<string, string> {
	return new Map((pkg.manifest?.distributions ?? []).map(({name, origin}) => [normalizedName(name), origin]));
}

function shown(found: InstalledDistribution, origins: ReadonlyMap<string, string>): SummaryDistribution {
	const {name, version, license, size, files, directUrl, editable, requiresPython, path} = found;
	const origin = origins.get(normalizedName(name)) ?? '';
	return {name, version, license, size, files, origin, url: directUrl, editable, requiresPython, path};
}

function commandsOf(survey: Survey, tree: Tree, prefix: InstallPath): SummaryCommand[] {
	const places = new Places(tree);
	const exposed = new Map<InstallPath, InstallPath[]>();
	for (const {kind, path} of tree.entries) {
		const end = kind === 'link' && !isWithin(path, prefix) ? places.follow(path) : undefined;
		if (end !== undefined) {
			exposed.set(end, [...(exposed.get(end) ?? []), path]);
		}
	}

	return survey.scripts
		.map(({path, entryPoint, distribution, shebang}) => ({
			name: nameOf(path),
			path,
			entryPoint,
			distribution,
			interpreter: shebang ? [shebang.interpreter, ...shebang.args].join(' ') : '',
			exposed: exposed.get(path) ?? [],
		}))
		.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function machinesOf({elf}: Survey): Readonly<Record<string, number>> {
	const counts = new Map<string, number>();
	for (const {machine, bits} of elf) {
		const name = `${spokenMachine(machine)}${machine === 62 && bits === 32 ? ' (x32)' : ''}`;
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}

	return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function oddities(
	{pkg, declared}: OpenedPackage,
	survey: Survey,
): Pick<Summary, 'largest' | 'executables' | 'oddModes' | 'owners'> {
	const libraries = new Set(
		survey.elf.filter(({type, interpreter}) => type === 3 && interpreter === undefined).map(({path}) => path),
	);
	return {
		largest: largestOf(pkg.tree),
		executables: pkg.tree.entries
			.filter(entry => isExecutable(entry) && !/^s?bin$/.test(nameOf(parentOf(entry.path))))
			.map(({path}) => path)
			.filter(path => !libraries.has(path)),
		oddModes: pkg.tree.entries.flatMap(entry =>
			entry.kind !== 'link' && (entry.mode & 0o7002) !== 0 ? [{path: entry.path, mode: entry.mode}] : [],
		),
		owners: [...declared.owners].map(([path, {user, group}]) => ({path, user, group})),
	};
}

/** Without a copy of the whole list: a tree may have very many files. */
function largestOf(tree: Tree): SizedPath[] {
	let largest: SizedPath[] = [];
	for (const entry of tree.entries) {
		const size = entry.kind === 'file' ? sizeOf(entry.content) : 0;
		if (entry.kind === 'file' && (largest.length < mostLargest || size > (largest.at(-1)?.size ?? 0))) {
			largest = [...largest, {path: entry.path, size}].sort((a, b) => b.size - a.size).slice(0, mostLargest);
		}
	}

	return largest;
}

function lines(text: string): number {
	return text.split('\n').filter(line => line.trim() !== '').length;
}
