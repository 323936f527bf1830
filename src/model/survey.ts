import type {Manifest} from './manifest.ts';
import type {InstallPath} from './paths.ts';

/** What a tree holds, as far as one reading of its files tells: the ground of `inspect`, `verify` and `diff`. */
export interface Survey {
	/** Undefined where the tree holds no venv, as a wheel does not. */
	readonly venv: SurveyedVenv | undefined;
	/** By their folder. */
	readonly distributions: readonly InstalledDistribution[];
	/** What lies in `<prefix>/bin` and may be executed, the interpreter's own names left out. */
	readonly scripts: readonly ScriptFile[];
	/** Every ELF file that could be read. */
	readonly elf: readonly ElfFile[];
	/** Units for systemd. */
	readonly services: readonly ServiceUnit[];
	/** Libraries that may be loaded by their names, by name; none but in an overview. */
	readonly loads: readonly DynamicLoad[];
	/** With its list of files; undefined where there is none, and where only an overview was asked for. */
	readonly manifest: Manifest | undefined;
	/** Files that should be readable and are not: a METADATA, an ELF file, the manifest. */
	readonly damaged: ReadonlyMap<InstallPath, string>;
	/** The sha256 of a file of the tree, hexadecimal; undefined for what is no file of it, and in an overview. */
	digestOf(path: InstallPath): string | undefined;
}

export interface SurveyedVenv {
	/** The folder that holds pyvenv.cfg. */
	readonly root: InstallPath;
	/** Keys in lower case, as they stand in pyvenv.cfg; empty where there is none. */
	readonly settings: ReadonlyMap<string, string>;
	/**
	 * Where the chain of links from bin/python ends, or that of bin/python3.X where bin/python is a script: outside of the
	 * tree, or a file in it. Undefined: there is no bin/python.
	 */
	readonly interpreter: InstallPath | undefined;
	/** Whether that is a file of the tree: a bundled or copied interpreter. */
	readonly bundled: boolean;
	/** Where the standard library of a bundled interpreter lies, such as `<root>/lib/python3.11`; absent: not in the tree. */
	readonly standardLibrary?: InstallPath | undefined;
	/** Whether bin/python is a script that finds the interpreter by itself. */
	readonly isLaunched?: boolean;
	/** Such as `3.11`; empty where nothing tells. */
	readonly minor: string;
	/** Folders of modules, such as `<root>/lib/python3.11/site-packages`. */
	readonly sitePackages: readonly InstallPath[];
}

export interface InstalledDistribution {
	/** Of the dist-info (or egg-info) folder. */
	readonly path: InstallPath;
	/** As in METADATA; from the folder's name where that is missing. */
	readonly name: string;
	readonly version: string;
	readonly license: string;
	readonly summary: string;
	/** Such as `>=3.9`; empty where it says nothing. */
	readonly requiresPython: string;
	readonly requiresDist: readonly string[];
	/** Undefined where there is no RECORD. Made of its bytes anew each time that it is asked for: ask once. */
	readonly record: readonly RecordedFile[] | undefined;
	readonly entryPoints: ReadonlyArray<{readonly group: string; readonly name: string; readonly value: string}>;
	/** The `url` of direct_url.json; empty where there is none. */
	readonly directUrl: string;
	/** Whether direct_url.json, an egg-link or an editable .pth says that the code lies elsewhere. */
	readonly editable: boolean;
	/** Such as `uv`; empty where it says nothing. */
	readonly installer: string;
	/** Bytes of the files that its RECORD names and the tree holds; where there is none, of its modules and its folder. */
	readonly size: number;
	readonly files: number;
	/** Modules and packages that it brings, such as `yaml` and `_yaml`. */
	readonly topLevel: readonly string[];
}

/** A row of a RECORD, with the place that it means. */
export interface RecordedFile {
	/** Normalised; undefined where the row leaves the root. */
	readonly path: InstallPath | undefined;
	/** As it stands in the row. */
	readonly written: string;
	/** Such as `sha256=…`; may be empty. */
	readonly hash: string;
	/** Decimal; may be empty. */
	readonly size: string;
}

export interface ScriptFile {
	readonly path: InstallPath;
	/** How it is started; undefined for an ELF file, or what has no `#!`. */
	readonly shebang:
		| {readonly kind: 'direct' | 'env' | 'trampoline'; readonly interpreter: string; readonly args: readonly string[]}
		| undefined;
	readonly kind: 'script' | 'elf' | 'other';
	/** The distribution whose RECORD names it, normalised; empty where none does. */
	readonly distribution: string;
	/** Such as `pkg.module:main`, where an entry point of that name says so; else empty. */
	readonly entryPoint: string;
}

export interface ElfFile {
	readonly path: InstallPath;
	readonly bits: 32 | 64;
	readonly byteOrder: 'little' | 'big';
	/** e_type: 2 a program, 3 a shared object or a position-independent program. */
	readonly type: number;
	/** e_machine, such as 62 for x86-64. */
	readonly machine: number;
	/** Of a program: its loader. */
	readonly interpreter: string | undefined;
	readonly soname: string | undefined;
	readonly needed: readonly string[];
	/** DT_RUNPATH, or DT_RPATH where there is none; as written. */
	readonly runpath: string | undefined;
	readonly isRpath: boolean;
	/** Versions that it asks for: `{library: 'libc.so.6', version: 'GLIBC_2.34', weak: false}`. */
	readonly versions: ReadonlyArray<{readonly library: string; readonly version: string; readonly weak: boolean}>;
	/** Whether it has a dynamic section at all. */
	readonly dynamic: boolean;
}

/** A library whose name stands where a program loads one while it runs. Whether it does, and cannot do without, is not known. */
export interface DynamicLoad {
	/** Such as `libcuda.so.1`; without a version where any will do. */
	readonly name: string;
	/** The first files that name it, */
	readonly by: readonly InstallPath[];
	/** and how many do. */
	readonly files: number;
}

/** A unit file of systemd that the package brings. */
export interface ServiceUnit {
	/** Such as /lib/systemd/system/app.service. */
	readonly path: InstallPath;
	readonly description: string;
	/** The commands of ExecStart, as written; none in a socket or a timer. */
	readonly starts: readonly string[];
	/** Empty where it does not say: root. */
	readonly user: string;
}
