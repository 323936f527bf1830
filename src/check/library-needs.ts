import type {LibraryTable} from '../model/library-table.ts';
import {elfMachineOf} from '../model/machines.ts';
import type {SummaryLibrary} from '../model/summary.ts';
import type {ElfFile} from '../model/survey.ts';
import type {Linked} from './loader.ts';

/** The machine that a tree is for: as the package says, else that of most of its files; undefined where it has none. */
export function machineOfTree(arch: string, files: readonly ElfFile[]): number | undefined {
	const said = elfMachineOf(arch);
	if (said !== undefined) {
		return said;
	}

	const counts = new Map<number, number>();
	for (const {machine} of files) {
		counts.set(machine, (counts.get(machine) ?? 0) + 1);
	}

	return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/**
 * What a tree asks of its machine's libraries, most asked for first. `linked` is of one machine; `requires` are the declared
 * relations of the package; `table` tells which packages of its distribution bring a library.
 */
export function libraryNeeds(
	linked: readonly Linked[],
	{requires, table}: {readonly requires: readonly string[]; readonly table: LibraryTable | undefined},
): readonly SummaryLibrary[] {
	const needs = new Map<string, {by: Set<ElfFile['path']>; versions: Set<string>; hidden: Set<ElfFile['path']>}>();
	for (const {file, needs: providers} of linked) {
		for (const {soname, hidden} of providers.filter(({path}) => path === undefined)) {
			const need = needs.get(soname) ?? {by: new Set(), versions: new Set(), hidden: new Set()};
			needs.set(soname, need);
			need.by.add(file.path);
			addAll(need.hidden, hidden);
			const asked = file.versions.filter(({library, weak}) => library === soname && !weak);
			addAll(
				need.versions,
				asked.map(({version}) => version),
			);
		}
	}

	return [...needs]
		.map(([soname, {by, versions, hidden}]) => {
			const packages =
				table?.relationsOf(
					soname,
					[...versions].map(version => ({version, symbol: ''})),
				) ?? [];
			return {
				soname,
				neededBy: [...by],
				versions: highestVersions([...versions]),
				packages,
				declared: requires.filter(relation => brings(relation, soname, packages.map(nameOfPackage))),
				hidden: [...hidden],
			};
		})
		.sort((a, b) => b.neededBy.length - a.neededBy.length || (a.soname < b.soname ? -1 : 1));
}

/** The lowest glibc that has every symbol that files ask for, such as `2.34`; empty where they ask for none. */
export function glibcFloor(files: readonly ElfFile[]): string {
	const versions = files.flatMap(file => file.versions.filter(({weak}) => !weak).map(({version}) => version));
	const [highest = ''] = highestVersions(versions.filter(version => /^GLIBC_\d/.test(version)));
	return highest.slice('GLIBC_'.length);
}

/** Of each family, such as GLIBC or CXXABI, the highest; those without a number as they are. */
function highestVersions(versions: readonly string[]): string[] {
	const highest = new Map<string, string>();
	for (const version of versions) {
		const family = /^(.*?)_?\d[\d.]*$/.exec(version)?.[1] ?? version;
		const known = highest.get(family);
		if (known === undefined || compareNumbers(version, known) > 0) {
			highest.set(family, version);
		}
	}

	return [...highest.values()].sort();
}

function compareNumbers(one: string, other: string): number {
	const [a, b] = [one, other].map(text => (/\d[\d.]*$/.exec(text)?.[0] ?? '').split('.').map(Number));
	for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at++) {
		const difference = (a?.[at] ?? -1) - (b?.[at] ?? -1);
		if (difference !== 0) {
			return difference;
		}
	}

	return 0;
}

/** An rpm names the library itself, `libc.so.6(GLIBC_2.34)(64bit)`; a deb a package, perhaps as one of several. */
function brings(relation: string, soname: string, packages: readonly string[]): boolean {
	if (relation === soname || relation.startsWith(`${soname}(`)) {
		return true;
	}

	return relation.split('|').some(choice => packages.includes(nameOfPackage(choice)));
}

/** Of a relation such as `libc6 (>= 2.34)`. */
function nameOfPackage(relation: string): string {
	return /^\s*([^\s(:]+)/.exec(relation)?.[1] ?? '';
}

function addAll<Value>(set: Set<Value>, values: readonly Value[]): void {
	for (const value of values) {
		set.add(value);
	}
}
