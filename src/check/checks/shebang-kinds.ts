import type {FindingKind} from '../../model/findings.ts';

/** What can be wrong with how a script is started. */
export const shebangKinds: Readonly<
	Record<'missing' | 'foreign' | 'fixed' | 'relative' | 'tooLong' | 'space' | 'unreadable' | 'env', FindingKind>
> = {
	missing: {
		code: 'SHEBANG_MISSING',
		severity: 'error',
		title: 'a script whose interpreter is not in the package',
		why: 'The script does not start: Linux says “No such file or directory”, and means the interpreter.',
		remedy: 'let its first line name the interpreter of the venv, such as /opt/app/bin/python',
	},
	foreign: {
		code: 'SHEBANG_FOREIGN',
		severity: 'error',
		title: 'a script that wants an interpreter from elsewhere',
		why: 'What it names lies on the machine that built the package; elsewhere the script does not start.',
		remedy: 'relocate the venv to its prefix before it is packed: venvpack build, or venvpack relocate',
	},
	fixed: {
		code: 'SHEBANG_FIXED',
		severity: 'error',
		title: 'a script that names its place in a tree that may lie anywhere',
		why: 'Where the tree was moved, Linux finds no interpreter there, and the script does not start.',
		remedy: 'start it through sh, which finds the interpreter beside the script: --relocatable does',
	},
	relative: {
		code: 'SHEBANG_RELATIVE',
		severity: 'error',
		title: 'a script whose interpreter has no absolute path',
		why: 'Linux looks for it in the working folder of whoever calls, and mostly does not find it.',
		remedy: 'install the wheel with an installer that writes the path in place of #!python',
	},
	tooLong: {
		code: 'SHEBANG_TOO_LONG',
		severity: 'error',
		title: 'a first line that is longer than Linux reads',
		why: 'Linux before 5.1 reads 127 bytes and cuts off the rest without a word: another program is started, or none.',
		remedy: 'choose a shorter prefix, or start the script through a trampoline of sh',
	},
	space: {
		code: 'SHEBANG_SPACE',
		severity: 'error',
		title: 'an interpreter with a space in its path',
		why: 'Linux takes what stands before the space for the interpreter and the rest for an argument.',
		remedy: 'choose a prefix without spaces, or start the script through a trampoline of sh',
	},
	unreadable: {
		code: 'SHEBANG_UNREADABLE',
		severity: 'error',
		title: 'a first line that Linux does not understand',
		why: 'The script does not start.',
		remedy: 'write #! and the path of an interpreter, and end the line with a newline alone',
	},
	env: {
		code: 'SHEBANG_ENV',
		severity: 'warning',
		title: 'a script of the venv that runs with any python',
		why: 'Where the venv is not activated, PATH finds another python, which does not have the modules of this one.',
		remedy: 'let its first line name the interpreter of the venv; a shebang of #!python in the wheel is enough',
	},
};
