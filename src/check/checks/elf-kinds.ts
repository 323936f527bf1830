import type {FindingKind} from '../../model/findings.ts';

type ElfWrong =
	| 'fixed'
	| 'glibcCarried'
	| 'glibcTooNew'
	| 'glibcUndeclared'
	| 'libpython'
	| 'hidden'
	| 'library'
	| 'machine'
	| 'musl'
	| 'otherPython'
	| 'runpath';

/** What can be wrong with programs and libraries. */
export const elfKinds: Readonly<Record<ElfWrong, FindingKind>> = {
	fixed: {
		code: 'ELF_RUNPATH_FIXED',
		severity: 'error',
		title: 'a RUNPATH that names the prefix of a tree that may lie anywhere',
		why: 'Where the tree was moved, the loader finds no library there, or that of an older copy.',
		remedy: 'build with a RUNPATH relative to $ORIGIN; patchelf --set-rpath changes it afterwards',
	},
	glibcCarried: {
		code: 'ELF_GLIBC_CARRIED',
		severity: 'error',
		title: 'a part of glibc in the package',
		why: 'glibc and its loader are one build: a program that loads one part from here and the rest from the machine ends before it begins.',
		remedy: 'leave it out; every machine for which the package is has its own',
	},
	glibcTooNew: {
		code: 'ELF_GLIBC_TOO_NEW',
		severity: 'error',
		title: 'a newer glibc than the target has',
		why: 'The loader refuses the file there: version `GLIBC_…` not found.',
		remedy: 'take a wheel for an older glibc (its manylinux tag says which), or build for a newer target',
	},
	glibcUndeclared: {
		code: 'ELF_GLIBC_UNDECLARED',
		severity: 'warning',
		title: 'a newer glibc than the package asks for',
		why: 'The package installs where the loader then refuses the file.',
		remedy: 'let the package ask for the highest version of glibc that its files ask for',
	},
	libpython: {
		code: 'ELF_LIBPYTHON_MISSING',
		severity: 'error',
		title: 'a libpython that is not there',
		why: 'It was linked with the builder’s shared library of Python. Without that the file cannot be loaded; with another build of the same name it runs another Python.',
		remedy: 'build it with an interpreter like the target’s, or declare the package that brings the library',
	},
	hidden: {
		code: 'ELF_LIBRARY_HIDDEN',
		severity: 'error',
		title: 'a library of the interpreter that lies where the loader does not look',
		why: 'The interpreter, or one of its modules, does not start, or takes the library of the machine instead, which may be another build.',
		remedy: 'give the file that needs it a RUNPATH to the library, such as $ORIGIN/../lib',
	},
	library: {
		code: 'ELF_LIBRARY_UNDECLARED',
		severity: 'warning',
		title: 'a library that nobody brings',
		why: 'It is neither in the tree nor asked for by the package: where nothing else has brought it, the file cannot be loaded.',
		remedy: 'declare the package that brings it, or bundle it (auditwheel repair does so for a wheel)',
	},
	machine: {
		code: 'ELF_WRONG_MACHINE',
		severity: 'error',
		title: 'a file for another machine, where the loader wants it',
		why: 'The import or the program fails: wrong ELF class, or exec format error.',
		remedy: 'install wheels for the machine that the package is for',
	},
	musl: {
		code: 'ELF_MUSL',
		severity: 'error',
		title: 'a file for musl in a package for glibc',
		why: 'Its loader or its C library is not there: it neither starts nor loads.',
		remedy: 'install manylinux wheels instead of musllinux ones',
	},
	otherPython: {
		code: 'ELF_OTHER_PYTHON',
		severity: 'error',
		title: 'extension modules for another Python',
		why: 'Their names tell the interpreter that they are not for it, and it passes over them: the import fails.',
		remedy: 'install the distribution with the interpreter that the package is for',
	},
	runpath: {
		code: 'ELF_RUNPATH_ABSOLUTE',
		severity: 'warning',
		title: 'a RUNPATH that leaves the package',
		why: 'The loader looks there first: libraries are found where it was built and nowhere else, or those of another are taken.',
		remedy: 'build with a RUNPATH relative to $ORIGIN, or none; patchelf --set-rpath changes it afterwards',
	},
};
