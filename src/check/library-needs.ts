import {machineOf} from '../codecs/elf-machines.ts';
import type {SummaryLibrary} from '../model/summary.ts';
import type {ElfFile} from '../model/survey.ts';
import type {Linked} from './loader.ts';

/** Which packages of a distribution may hold a library, the likeliest first. Empty where nothing tells. */
export type PackagesOf = (soname: string) => readonly string[];

/** All libraries of glibc are in its one package. */
const ofGlibc =
	/^(?:ld-linux[\w-]*|lib(?:c|m|dl|pthread|rt|util|resolv|nsl|anl|BrokenLocale|thread_db|mvec))\.so\.\d+$/;

/**
 * What Debian calls the package of a library: `libssl.so.3` is in libssl3, since the change of time_t perhaps in libssl3t64
 * (Debian Policy 8.1). Some older packages have names of their own, such as zlib1g; these are not known here.
 */
export const debianPackagesOf: PackagesOf = soname => {
	if (ofGlibc.test(soname)) {
		return ['libc6'];
	}

	const [, name = '', version = ''] = /^(lib.+?)\.so\.([\d.]+)$/.exec(soname) ?? [];
	if (name === '') {
		return [];
	}

	const spelled = name.toLowerCase().replaceAll('_', '-');
	const plain = `${spelled}${/\d$/.test(spelled) ? '-' : ''}${version}`;
	// As libxml2.so.2 is in libxml2.
	return [plain, `${plain}t64`, ...(/\d$/.test(spelled) ? [spelled] : [])];
};

/** The machine that a tree is for: as the package says, else that of most of its files; undefined where it has none. */
export function machineOfTree(arch: string, files: readonly ElfFile[]): number | undefined {
	const said = machineOf(arch);
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
 * relations of the package.
 */
export function libraryNeeds(
	linked: readonly Linked[],
	{requires, packagesOf}: {readonly requires: readonly string[]; readonly packagesOf: PackagesOf},
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
		.map(([soname, {by, versions, hidden}]) => ({
			soname,
			neededBy: [...by],
			versions: highestVersions([...versions]),
			declared: requires.filter(relation => brings(relation, soname, packagesOf(soname))),
			hidden: [...hidden],
		}))
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

	return relation.split('|').some(choice => packages.includes(/^\s*([^\s(:]+)/.exec(choice)?.[1] ?? ''));
}

function addAll<Value>(set: Set<Value>, values: readonly Value[]): void {
	for (const value of values) {
		set.add(value);
	}
}
