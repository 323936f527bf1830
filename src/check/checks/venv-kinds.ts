import type {FindingKind} from '../../model/findings.ts';

type Name =
	| 'missing'
	| 'homeMissing'
	| 'homeFixed'
	| 'homeRelative'
	| 'homeWrong'
	| 'foreign'
	| 'system'
	| 'version'
	| 'interpreter';

/** What can keep a venv from being one. */
export const venvKinds: Readonly<Record<Name, FindingKind>> = {
	missing: {
		code: 'PYVENV_MISSING',
		severity: 'error',
		title: 'a venv without pyvenv.cfg',
		why: 'Without that file Python does not know that it runs in a venv, and finds none of its packages.',
		remedy: 'pack pyvenv.cfg as well, with a home that is right on the target',
	},
	homeMissing: {
		code: 'PYVENV_HOME_MISSING',
		severity: 'error',
		title: 'a copied interpreter, and no home in pyvenv.cfg',
		why: 'A copy of python finds its standard library by home alone; Python 3.14 ends, older ones use the library of the builder.',
		remedy: 'write home = the folder of the interpreter on the target',
	},
	homeFixed: {
		code: 'PYVENV_HOME_FIXED',
		severity: 'error',
		title: 'a home in a tree that may lie anywhere',
		why: 'Python looks for its standard library from there, wherever the tree lies by now: it finds that of an older copy, or none.',
		remedy: 'write include-system-site-packages = false alone',
	},
	homeRelative: {
		code: 'PYVENV_HOME_RELATIVE',
		severity: 'error',
		title: 'a relative home in pyvenv.cfg',
		why: 'Python 3.11 to 3.13 count it from the working folder: it finds another standard library, or none.',
		remedy: 'write an absolute home, or none at all where bin/python is a link',
	},
	homeWrong: {
		code: 'PYVENV_HOME_WRONG',
		severity: 'error',
		title: 'a home in pyvenv.cfg where the interpreter is not',
		why: 'Python looks for its standard library from there: it finds another one, or none, and does not start.',
		remedy: 'write home = the folder of the interpreter that bin/python leads to',
	},
	foreign: {
		code: 'PYVENV_FOREIGN',
		severity: 'warning',
		title: 'a place of the builder in pyvenv.cfg',
		why: 'It tells where the venv was made, and tools that believe it (virtualenv, IDEs) look for what is not there.',
		remedy: 'leave out command, executable and base-*: Python needs none of them',
	},
	system: {
		code: 'PYVENV_SYSTEM_SITE',
		severity: 'warning',
		title: 'a venv that also sees the packages of the system',
		why: 'What is installed beside it on each machine changes what it imports; the package was tested with none of that.',
		remedy: 'write include-system-site-packages = false, and bring what is missing then',
	},
	version: {
		code: 'VENV_VERSION',
		severity: 'error',
		title: 'packages of another Python than the one that runs',
		why: 'Python 3.X looks into lib/python3.X alone: the program starts, and finds none of its packages.',
		remedy: 'link bin/python to the minor version that the packages were installed for, and depend on it',
	},
	interpreter: {
		code: 'VENV_INTERPRETER',
		severity: 'error',
		title: 'a venv whose interpreter lies elsewhere',
		why: 'The link leads to a place that packages do not put an interpreter: the one of the builder. No program starts.',
		remedy: 'link to the interpreter of the target, such as /usr/bin/python3.11, or bring one along',
	},
};
