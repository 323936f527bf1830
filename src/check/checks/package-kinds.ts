import type {FindingKind} from '../../model/findings.ts';

type PackageWrong = 'arch' | 'conffile' | 'field' | 'loose' | 'needless' | 'size' | 'undeclared';

/** What a package can tell its package manager wrongly. */
export const packageKinds: Readonly<Record<PackageWrong, FindingKind>> = {
	arch: {
		code: 'PACKAGE_ARCH_WRONG',
		severity: 'error',
		title: 'a package for all machines with files for one',
		why: 'It installs on machines that can neither start nor load these files.',
		remedy: 'name the machine: Architecture in a deb, BuildArch in an rpm; venvpack finds it out by itself',
	},
	conffile: {
		code: 'PACKAGE_CONFFILE_MISSING',
		severity: 'error',
		title: 'a configuration file that is listed and not there',
		why: 'The package manager is to keep the administrator’s changes of a file that it does not install.',
		remedy: 'take it out of the list, or bring the file',
	},
	field: {
		code: 'PACKAGE_FIELD_MISSING',
		severity: 'warning',
		title: 'a package that does not say what packages say',
		why: 'Tools and people go by it: repositories, software centres, whoever looks for somebody to ask.',
		remedy: 'set it where the package is made',
	},
	loose: {
		code: 'PACKAGE_INTERPRETER_LOOSE',
		severity: 'warning',
		title: 'a dependency on any Python 3',
		why: 'With another minor behind the link the program starts, and its site-packages are not there: an upgrade of the distribution breaks it.',
		remedy: 'depend on exactly the minor: python3.11, or python3 (>= 3.11), python3 (<< 3.12)',
	},
	needless: {
		code: 'PACKAGE_INTERPRETER_NEEDLESS',
		severity: 'warning',
		title: 'a dependency on an interpreter beside the one inside',
		why: 'It installs nowhere but on machines with that Python, which nothing of it uses: what the one inside is there to spare.',
		remedy: 'take the dependency out; the package brings its interpreter',
	},
	size: {
		code: 'PACKAGE_SIZE_WRONG',
		severity: 'warning',
		title: 'an installed size that is not true',
		why: 'The package manager judges by it whether the disk has room.',
		remedy: 'let the tool that makes the package count it after everything is in place',
	},
	undeclared: {
		code: 'PACKAGE_INTERPRETER_UNDECLARED',
		severity: 'error',
		title: 'an interpreter that the package does not ask for',
		why: 'It installs on machines without that interpreter, and nothing of it starts there.',
		remedy: 'depend on the package that brings the interpreter',
	},
};
