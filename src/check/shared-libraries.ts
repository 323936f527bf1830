import type {LibraryTable} from '../model/library-table.ts';

/** What glibc, libgcc and libstdc++ bring, and the loader: every machine that runs a wheel has them. PEP 600. */
const basic =
	/^(?:lib(?:c|m|dl|pthread|rt|util|resolv|nsl|anl|crypt|thread_db|BrokenLocale|mvec|gcc_s|stdc\+\+|atomic)\.so\.\d+|ld[\w-]*\.so\.\d+|ld64\.so\.\d+|linux-vdso\.so\.1)$/;
/** Libraries that belong to one build of glibc and its loader: those of another one end a program before it begins. */
const glibc =
	/^(?:(?:lib(?:c|m|dl|pthread|rt|util|resolv|anl|thread_db|BrokenLocale|mvec|nss_\w+|c_malloc_debug|pcprofile|memusage|SegFault)|ld[\w-]*|ld64)\.so\.\d+|libnsl\.so\.1|linux-vdso\.so\.1)$/;
/** What every distribution's interpreter itself is linked with. */
const withInterpreter = /^lib(?:z|expat)\.so\.1$/;

/** Debian's packages whose names do not follow from the soname, where no table of a distribution is at hand. */
const debianNames: Readonly<Record<string, readonly string[]>> = {
	'libz.so.1': ['zlib1g'],
	'libGL.so.1': ['libgl1', 'libgl1-mesa-glx'],
	'libglib-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
	'libgobject-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
	'libgthread-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
	'libgio-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
	'libcrypto.so.3': ['libssl3', 'libssl3t64'],
	'libcrypto.so.1.1': ['libssl1.1'],
	'libbz2.so.1.0': ['libbz2-1.0'],
	'liblber-2.5.so.0': ['libldap-2.5-0'],
};

/** Whether every machine with an interpreter has a library. */
export function isBasic(soname: string): boolean {
	return basic.test(soname) || withInterpreter.test(soname);
}

/** Whether every machine has a library, an interpreter or not. */
export function isBasicWithoutPython(soname: string): boolean {
	return basic.test(soname);
}

/** Whether a library is glibc's own: nobody may carry it, and every machine has it. */
export function isGlibc(soname: string): boolean {
	return glibc.test(soname);
}

/** What a package asks for, in the words of dpkg or rpm. */
export class DeclaredLibraries {
	/** Whether it asks for libraries at all: a package that does not, leaves them to whoever installs it. */
	readonly any: boolean;
	readonly #names: ReadonlySet<string>;
	readonly #table: (() => LibraryTable | undefined) | undefined;

	/** `table` is asked where the name of the package does not follow from that of the library. */
	constructor(relations: readonly string[], table?: (() => LibraryTable | undefined) | undefined) {
		this.#table = table;
		// dpkg's `a | b` as two.
		const names = relations.flatMap(line => line.split('|')).map(text => text.trim().split(/[\s:(]/)[0] ?? '');
		this.#names = new Set(names);
		this.any = names.some(name => /^(?:lib(?!python)[\w.+-]*\d|zlib1g)/.test(name));
	}

	/** Whether one of the relations brings a library. */
	brings(soname: string): boolean {
		return [soname, ...debianPackages(soname)].some(name => this.#names.has(name)) || this.#bringsByTable(soname);
	}

	#bringsByTable(soname: string): boolean {
		const packages = this.any ? (this.#table?.()?.relationsOf(soname, []) ?? []) : [];
		return packages.some(relation => this.#names.has(/^[^\s:(]+/.exec(relation)?.[0] ?? ''));
	}
}

/** By the rule of dh_makeshlibs: `libfoo.so.1` is in libfoo1, `libfoo2.so.1` in libfoo2-1, `libfoo-1.so` in libfoo-1. */
function debianPackages(soname: string): string[] {
	const [, stem = '', version = ''] = /^(.+?)\.so\.?([\w.]*)$/.exec(soname) ?? [];
	const usual = `${stem}${/\d$/.test(stem) && version !== '' ? '-' : ''}${version}`.toLowerCase().replaceAll('_', '-');
	// As libxml2.so.2 is in libxml2.
	const plain = /\d$/.test(stem) ? [stem.toLowerCase()] : [];
	return [...(debianNames[soname] ?? []), usual, `${usual}t64`, `${usual}v5`, ...plain];
}
