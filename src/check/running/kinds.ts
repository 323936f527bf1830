import type {FindingKind} from '../../model/findings.ts';
import type {Question} from '../../model/verification.ts';

export const interpreterFailed: FindingKind = {
	code: 'RUN_INTERPRETER_FAILED',
	severity: 'error',
	title: 'the interpreter does not start',
	why: 'Without the builder’s files bin/python does not even reach its standard library, so no program of the package starts.',
	remedy:
		'let bin/python lead to an interpreter that the target has, or carry one inside; what its message names and is missing tells which path it was built with',
};

export const prefixWrong: FindingKind = {
	code: 'RUN_PREFIX_WRONG',
	severity: 'error',
	title: 'the interpreter takes another folder for its environment',
	why: 'By sys.prefix modules are looked for: with another one the package’s own modules are not found, or somebody else’s are.',
	remedy:
		'write a pyvenv.cfg at the prefix with the absolute home of the interpreter, and link bin/python to exactly the minor version that the modules were installed for',
};

export const outsideFile: FindingKind = {
	code: 'RUN_OUTSIDE_FILE',
	severity: 'error',
	title: 'something outside of the package and its interpreter is loaded',
	why: 'What lies neither in the prefix nor in the places of the declared interpreter differs from machine to machine, or is there on the builder alone.',
	remedy: 'package what is needed, and remove the path that leads outside: a line of a .pth file, a RUNPATH, a link',
};

export const childWrong: FindingKind = {
	code: 'RUN_CHILD_OUTSIDE',
	severity: 'error',
	title: 'a process that it starts is of another environment',
	why: 'Programs start Python again by sys.executable, by multiprocessing, by the python on PATH: such a process does not find the package’s modules, or does not start.',
	remedy:
		'let bin/python and bin/python3 start the interpreter beside them wherever they lie, and sys.executable be one of these',
};

export const sysconfigForeign: FindingKind = {
	code: 'RUN_SYSCONFIG_FOREIGN',
	severity: 'error',
	title: 'sysconfig names a place of another machine',
	why: 'By sysconfig extension modules are built and packages installed: with the places of the builder both fail, or reach for files that are not there.',
	remedy:
		'let _sysconfigdata say where the interpreter lies now, as venvpack does for one that it carries; set what names the folder that it was compiled in to nothing',
};

export const importFailed: FindingKind = {
	code: 'RUN_IMPORT_FAILED',
	severity: 'error',
	title: 'a module cannot be imported',
	why: 'What uses the module fails with a traceback on the machine that installs.',
	remedy:
		'package what the message says is missing; a library of the system belongs into the dependencies. Where it fails in a plain venv too it is a note',
};

export const scriptMissing: FindingKind = {
	code: 'RUN_SCRIPT_MISSING',
	severity: 'error',
	title: 'a console script that is declared is not there',
	why: 'An installed distribution names it among its entry points, so people and programs will call it.',
	remedy: 'install the distribution with an installer that writes its scripts, and let no step remove files of bin',
};

export const scriptFailed: FindingKind = {
	code: 'RUN_SCRIPT_FAILED',
	severity: 'error',
	title: 'a console script does not start',
	why: 'People and other programs call it, and get an error message instead.',
	remedy: 'its first line must name the interpreter at the prefix, and what it imports must lie in the package',
};

export const commandFailed: FindingKind = {
	code: 'RUN_COMMAND_FAILED',
	severity: 'error',
	title: 'a given command fails',
	why: 'With the builder hidden, no network and a fresh home, the program does not do what was asked.',
	remedy: 'the end of its output says what is missing; call it with the same words on a bare machine to see more',
};

export const wroteIntoTree: FindingKind = {
	code: 'RUN_WROTE_INTO_TREE',
	severity: 'error',
	title: 'running changes the installed files',
	why: 'What package managers compare no longer fits, removal leaves files behind, and where the tree may not be written to the program does its work anew each time.',
	remedy:
		'let the program write to a folder of its own, or fill the cache while the package is built, by a hook; --ignore CODE:GLOB where it is meant',
};

export const runQuestions: readonly Question[] = [
	{
		name: 'run-interpreter',
		question: 'Does the interpreter find itself and nothing else, the builder hidden?',
		kinds: [interpreterFailed, prefixWrong, outsideFile, childWrong, sysconfigForeign],
		part: 'run',
	},
	{name: 'run-imports', question: 'Can every top-level module be imported?', kinds: [importFailed], part: 'run'},
	{
		name: 'run-scripts',
		question: 'Does every console script start?',
		kinds: [scriptMissing, scriptFailed],
		part: 'run',
	},
	{name: 'run-commands', question: 'Do the given commands succeed?', kinds: [commandFailed], part: 'run'},
	{name: 'run-writes', question: 'Does running leave the tree as it is?', kinds: [wroteIntoTree], part: 'run'},
];

export const installFailed: FindingKind = {
	code: 'ROOTFS_INSTALL_FAILED',
	severity: 'error',
	title: 'the package manager does not install it',
	why: 'Whoever installs it on such a distribution meets the same message.',
	remedy:
		'declare dependencies that this distribution has, under its names; or choose a root of the distribution that it is for',
};

export const verifyFailed: FindingKind = {
	code: 'ROOTFS_VERIFY_FAILED',
	severity: 'error',
	title: 'installed files differ from what the package manager knows of them',
	why: 'By dpkg -V and rpm -V operators find manipulated machines: a package that fails from the start hides one.',
	remedy: 'let no maintainer script change files of the package, and no program write to them',
};

export const leftovers: FindingKind = {
	code: 'ROOTFS_LEFTOVERS',
	severity: 'error',
	title: 'removal leaves something behind',
	why: 'The next package, or the next version, finds files that nobody owns.',
	remedy: 'own every file that the package makes, or remove it in postrm purge',
};

export const rootfsQuestions: readonly Question[] = [
	{
		name: 'rootfs-install',
		question: 'Does the package manager of that root install it, with its dependencies?',
		kinds: [installFailed],
		part: 'rootfs',
	},
	{
		name: 'rootfs-verify',
		question: 'Does the package manager find every file as it was packaged, after all ran?',
		kinds: [verifyFailed],
		part: 'rootfs',
	},
	{name: 'rootfs-removal', question: 'Does removal leave nothing behind?', kinds: [leftovers], part: 'rootfs'},
];
