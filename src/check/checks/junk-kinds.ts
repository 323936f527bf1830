import type {FindingKind} from '../../model/findings.ts';

type JunkKind =
	| 'archive'
	| 'cache'
	| 'core'
	| 'editable'
	| 'editor'
	| 'installer'
	| 'library'
	| 'pip'
	| 'tests'
	| 'vcs';

const weight = 'It is carried to every machine and serves nothing there.';
const leaveOut = 'leave it out of the wheel or of the venv that is packaged';

/** What a package of a venv should not hold. */
export const junkKinds: Readonly<Record<JunkKind, FindingKind>> = {
	archive: {
		code: 'JUNK_ARCHIVE',
		severity: 'note',
		title: 'a large archive',
		why: 'A package in the package, often a download or a build that stayed behind: nobody knows its content or mends it.',
		remedy: leaveOut,
	},
	cache: {
		code: 'JUNK_CACHE',
		severity: 'warning',
		title: 'a cache of a developer’s tool',
		why: `${weight} It comes from a working copy, of which it may tell much.`,
		remedy: 'build the wheel from a clean copy of the source, or leave the folder out of it',
	},
	core: {
		code: 'JUNK_CORE',
		severity: 'error',
		title: 'a core dump',
		why: 'It holds the memory of a program that died on the builder: large, and full of its secrets.',
		remedy: 'remove it, and see what died',
	},
	editable: {
		code: 'JUNK_EDITABLE',
		severity: 'error',
		title: 'an editable installation',
		why: 'The code is not in the package: it lies in a folder of the builder, and every import of it fails elsewhere.',
		remedy: 'install the project itself into the venv (pip install . without -e, uv sync --no-editable)',
	},
	editor: {
		code: 'JUNK_EDITOR',
		severity: 'warning',
		title: 'a file of an editor or a desktop',
		why: `${weight} Backups hold what somebody had taken out.`,
		remedy: leaveOut,
	},
	installer: {
		code: 'JUNK_INSTALLER',
		severity: 'note',
		title: 'what an installer left behind',
		why: 'It serves the installer where the venv was made, and differs with every build.',
		remedy: 'remove it before packaging; venvpack does so by itself',
	},
	library: {
		code: 'JUNK_STATIC_LIBRARY',
		severity: 'note',
		title: 'a large static library',
		why: 'Only who compiles against the package needs it: a program in use loads shared libraries.',
		remedy: leaveOut,
	},
	pip: {
		code: 'JUNK_PIP',
		severity: 'note',
		title: 'a tool for building, which nothing asks for',
		why: 'venv puts it there unasked. It adds some 10 MB, and invites to install into a tree that a package manager owns.',
		remedy: 'make the venv with --without-pip, and install with uv or with a pip outside of it',
	},
	tests: {
		code: 'JUNK_TESTS',
		severity: 'note',
		title: 'tests of more than 100 MB',
		why: weight,
		remedy: leaveOut,
	},
	vcs: {
		code: 'JUNK_VCS',
		severity: 'warning',
		title: 'a folder of a version control system',
		why: 'It may hold the whole history, with everything that was ever taken out of it, and addresses with credentials.',
		remedy: 'build the wheel from an export of the source, not with its working copy inside',
	},
};
