import type {FindingKind} from '../../model/findings.ts';

const again = 'compile the tree again, after everything else is in place: venvpack does so by itself';
const slow = 'Each start compiles the module anew, and where root runs it, files appear that no package owns.';

type BytecodeWrong =
	| 'damaged'
	| 'foreignPath'
	| 'magic'
	| 'misplaced'
	| 'missing'
	| 'otherPython'
	| 'stale'
	| 'timestamp'
	| 'withoutSource';

/** What can be wrong with bytecode. */
export const bytecodeKinds: Readonly<Record<BytecodeWrong, FindingKind>> = {
	damaged: {
		code: 'BYTECODE_DAMAGED',
		severity: 'error',
		title: 'bytecode that cannot be read',
		why: 'An import that takes it fails, however good the source beside it is.',
		remedy: again,
	},
	foreignPath: {
		code: 'BYTECODE_FOREIGN_PATH',
		severity: 'warning',
		title: 'bytecode that names another place than its own',
		why: 'It was compiled elsewhere: it tells where, and tools that read bytecode by itself look for its source there.',
		remedy: 'compile for the installed place, as compileall does with -s STAGE -p /; venvpack does so by itself',
	},
	magic: {
		code: 'BYTECODE_MAGIC',
		severity: 'warning',
		title: 'bytecode with the magic number of another Python',
		why: `The interpreter passes over it. ${slow} Without a source beside it, the import fails.`,
		remedy: 'compile with a release of the minor that the name says, not with an alpha or with another Python',
	},
	misplaced: {
		code: 'BYTECODE_MISPLACED',
		severity: 'warning',
		title: 'bytecode beside its source',
		why: 'Since Python 3.2 bytecode lies in __pycache__: this file is never read while its source is there, and is imported, old as it is, when the source goes.',
		remedy: 'remove it',
	},
	missing: {
		code: 'BYTECODE_MISSING',
		severity: 'note',
		title: 'sources without bytecode',
		why: `${slow} Sources that do not compile, such as templates, never have any.`,
		remedy: 'compile the tree when it is packaged: venvpack does so by itself',
	},
	otherPython: {
		code: 'BYTECODE_OTHER_PYTHON',
		severity: 'warning',
		title: 'bytecode that this interpreter never looks for',
		why: 'It was made for another interpreter, or by a tool such as pytest: dead weight, and often a trace of a venv that was used, or made for another Python.',
		remedy: 'remove it; where all bytecode is such, build the venv with the interpreter that it is for',
	},
	stale: {
		code: 'BYTECODE_STALE',
		severity: 'error',
		title: 'bytecode of another source',
		why: 'Its header holds the hash of its source (PEP 552), and the source has another: an unchecked one is run as it is, so the program is not what its sources say; a checked one is compiled anew at each start.',
		remedy: again,
	},
	timestamp: {
		code: 'BYTECODE_TIMESTAMP',
		severity: 'warning',
		title: 'bytecode that holds for one time of its source only',
		why: `Packagers and copies set times: dpkg and rpm clamp them, zip rounds them to 2 seconds. Then: ${slow}`,
		remedy: 'compile with --invalidation-mode unchecked-hash; venvpack does so by itself',
	},
	withoutSource: {
		code: 'BYTECODE_WITHOUT_SOURCE',
		severity: 'warning',
		title: 'bytecode whose source is not there',
		why: 'No import reads a file in __pycache__ without its source: the module is gone, and this is what is left of it.',
		remedy: 'remove it, or bring the source back',
	},
};
