import {type ElfPlaces, elfPlaces, startedProgram} from '../../check/elf-place.ts';
import {glibcFloor} from '../../check/library-needs.ts';
import {type Linked, providersOf} from '../../check/loader.ts';
import {type AskedSymbol, askedSymbols} from '../../codecs/elf-symbols.ts';
import {fitsName, type LibraryWishes} from '../../model/libraries.ts';
import type {SymbolVersion} from '../../model/library-table.ts';
import {machineNamed, machineOf} from '../../model/machines.ts';
import type {PythonMove} from '../../model/moves.ts';
import type {NeededLibrary} from '../../model/package.ts';
import {below, compareBytes, type InstallPath} from '../../model/paths.ts';
import {isExecutable} from '../../model/places.ts';
import type {ElfFile, SurveyedVenv} from '../../model/survey.ts';
import type {Tree} from '../../model/tree.ts';
import {type ElfFiles, elfFilesOf, guarded} from './elf-reading.ts';

/** What a tree is looked at for. */
export interface TreeGround {
	readonly tree: Tree;
	readonly prefix: InstallPath;
	readonly python: PythonMove;
	/** As uname(1) says, or `any`. */
	readonly arch: string;
	readonly wishes: LibraryWishes;
}

/** The ELF files of a tree and what they ask of the machine. */
export interface TreeNeeds {
	/** Sorted by soname; none where the tree is for any machine. */
	readonly libraries: readonly NeededLibrary[];
	/** The lowest glibc that has all symbols which are asked for, such as `2.34`; empty where none is. */
	readonly glibc: string;
	readonly elf: ElfFiles;
	readonly places: ElfPlaces;
	/** As a survey would tell of the tree. */
	readonly venv: SurveyedVenv;
	readonly programs: readonly ElfFile[];
}

/** Reads the ELF files of a tree that lies on this machine, and says what they ask of the machine which runs them. */
export function needsOfTree(ground: TreeGround): TreeNeeds {
	const {tree, prefix, arch} = ground;
	const elf = elfFilesOf(tree);
	const inBin = tree.entries.filter(({kind, path}) => kind === 'file' && path.startsWith(`${prefix}/bin/`));
	const started = new Set(inBin.map(({path}) => startedProgram(path)));
	const isProgram = (path: InstallPath) => path.startsWith(`${prefix}/bin/`) || started.has(path);
	const venv = venvOf(ground);
	const programs = elf.files.filter(({path}) => {
		const entry = elf.entries.get(path);
		return entry !== undefined && isExecutable(entry) && isProgram(path);
	});
	const scripts = programs.map(({path}) => ({path, kind: 'elf' as const}));
	const places = elfPlaces({pkg: {arch, tree}}, {elf: elf.files, venv, scripts});
	const files = elf.files.filter(file => file.dynamic && machineOf(file) === machineNamed(arch) && !isForMusl(file));
	const linked = providersOf({elf: files}, tree);
	return {
		libraries: librariesOf(linked, {elf, places}, ground.wishes),
		glibc: glibcFloor(files),
		elf,
		places,
		venv,
		programs,
	};
}

function venvOf({prefix, python, tree}: TreeGround): SurveyedVenv {
	const folder = /^lib(?:64)?\/(?:python|pypy)[\d.]+\/site-packages$/;
	const sitePackages = tree.entries
		.filter(({kind, path}) => kind === 'directory' && path.startsWith(`${prefix}/lib`))
		.map(({path}) => path)
		.filter(path => folder.test(path.slice(prefix.length + 1)));
	const bundled = tree.entries.some(({kind, path}) => kind === 'file' && path === python.target);
	return {
		root: prefix,
		settings: new Map(),
		interpreter: python.target,
		bundled,
		...(bundled && {standardLibrary: below(prefix, `lib/python${python.minor}`)}),
		minor: python.minor,
		sitePackages,
	};
}

function isForMusl({needed, interpreter = ''}: ElfFile): boolean {
	return interpreter.includes('/ld-musl-') || needed.some(name => name.startsWith('libc.musl-'));
}

interface Asked {
	readonly bits: 32 | 64;
	readonly by: Set<InstallPath>;
	/** By version and symbol. */
	readonly symbols: Map<string, SymbolVersion>;
	isHeld: boolean;
	isWanted: boolean;
}

function librariesOf(
	linked: readonly Linked[],
	{elf, places}: Pick<TreeNeeds, 'elf' | 'places'>,
	{declare, ignore}: LibraryWishes,
): NeededLibrary[] {
	const found = new Map<string, Asked>();
	for (const {file, needs} of linked) {
		const unmet = needs.filter(({path, soname}) => path === undefined && !fitsName(soname, ignore));
		for (const {soname, hidden} of unmet) {
			const asked = found.get(soname) ?? {
				bits: file.bits,
				by: new Set(),
				symbols: new Map(),
				isHeld: false,
				isWanted: false,
			};
			found.set(soname, asked);
			asked.by.add(file.path);
			asked.isHeld ||= hidden.length > 0;
			asked.isWanted ||= places.wanted.has(file);
		}

		addSymbols(file, {sonames: unmet.map(({soname}) => soname), elf}, found);
	}

	return [...found]
		.map(([soname, {bits, by, symbols, isHeld, isWanted}]) => ({
			soname,
			bits,
			asked: [...symbols].sort(([one], [other]) => compareBytes(one, other)).map(([, symbol]) => symbol),
			by: [...by].sort(compareBytes),
			need: isHeld ? ('held' as const) : isWanted ? ('certain' as const) : ('optional' as const),
			declared: declare[soname] ?? {},
		}))
		.sort((one, other) => compareBytes(one.soname, other.soname));
}

/** The interpreter's own, which a module leaves to whoever loads it, and those that a compiler writes for nobody. */
const ofNobody = /^(?:_?Py|_ITM_|__gmon_start__$|_Jv_|_DYNAMIC$|_GLOBAL_OFFSET_TABLE_$)/;
/** Names of C++, which no table tells apart. */
const mangled = /^_Z/;

/**
 * Adds the symbols of a file to the libraries that it needs. A symbol without a version can only be in one of those of which
 * the file asks for none by version.
 */
function addSymbols(
	file: ElfFile,
	{sonames, elf}: {readonly sonames: readonly string[]; readonly elf: ElfFiles},
	found: ReadonlyMap<string, Asked>,
): void {
	const entry = elf.entries.get(file.path);
	if (entry === undefined || sonames.length === 0) {
		return;
	}

	// What cannot be read of a file whose headers could be, is left to the versions that it asks for.
	const byVersion = file.versions.filter(({weak}) => !weak).map(one => ({...one, symbol: ''}));
	const symbols: readonly AskedSymbol[] = guarded(entry, {}, askedSymbols) ?? byVersion;
	const unversioned = sonames.filter(soname => !file.versions.some(({library}) => library === soname));
	for (const {symbol, version, library} of [...symbols, ...byVersion]) {
		const name = mangled.test(symbol) ? '' : symbol;
		const places = library === '' ? (ofNobody.test(symbol) ? [] : unversioned) : [library];
		for (const soname of places) {
			found.get(soname)?.symbols.set(`${version}\0${name}`, {version, symbol: name});
		}
	}
}
