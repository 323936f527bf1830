import {below} from '../../model/paths.ts';
import {isExecutable} from '../../model/places.ts';
import type {LintException, LintGround} from '../lint/exception.ts';
import {proseOf} from '../prose.ts';
import {rpmLicense} from './license.ts';

/** The start of 1995, in seconds since 1970: rpmlint takes what is older for a fault. */
const firstRpm = 788_918_400;
const compiled = 'there are compiled files';
const carried = 'an interpreter comes along';

/** Every tag of rpmlint that a filters file may name, and why. docs/reference/lint.md is made of it. */
export const rpmExceptions: readonly LintException[] = [
	{
		tags: ['dir-or-file-in-opt'],
		when: 'the prefix lies in /opt',
		because: 'The FHS (3.13) gives /opt to add-on packages, which this one is.',
		applies: ({traits}) => traits.hasPath(/^\/opt\//),
	},
	{
		tags: ['dir-or-file-in-usr-local'],
		when: 'the prefix lies in /usr/local',
		because: 'Whoever builds the package chose the place; distributions leave /usr/local to the administrator.',
		applies: ({traits}) => traits.hasPath(/^\/usr\/local\//),
	},
	{
		tags: ['wrong-script-interpreter', 'env-script-interpreter', 'python-bytecode-wrong-magic-value'],
		when: 'there are scripts',
		because:
			"The scripts of the environment start its own bin/python, so that they find their own modules; those among the modules are their authors', and are imported.",
		applies: ({traits}) => traits.scripts.length > 0,
	},
	{
		tags: ['non-executable-script'],
		when: 'modules begin with #! and nobody may run them',
		because: 'They are modules, which are imported; the line is from their authors.',
		applies: ({traits}) => traits.scripts.some(({entry}) => !isExecutable(entry)),
	},
	{
		tags: ['symlink-should-be-relative'],
		when: 'always',
		because:
			"The environment's link to its interpreter is absolute, as Python's own venv module makes it: pyvenv.cfg names the same place.",
		applies: ({traits, pkg}) =>
			traits.has(({kind, path}) => kind === 'link' && path.startsWith(below(pkg.prefix, 'bin'))),
	},
	{
		tags: ['unstripped-binary-or-object'],
		when: compiled,
		because:
			'Wheels come as their authors built them: stripping one afterwards breaks its digest in RECORD, and some libraries no longer load.',
		applies: ({traits}) => traits.elf.length > 0,
	},
	{
		tags: [
			'binary-or-shlib-defines-rpath',
			'binary-or-shlib-calls-gethostbyname',
			'crypto-policy-non-compliance-openssl',
		],
		when: compiled,
		because:
			'Wheels bring the libraries that they were built with, and find them by a path of their own; what these call is the work of their authors.',
		applies: ({traits}) => traits.elf.length > 0,
	},
	{
		tags: [
			'library-without-ldconfig-postin',
			'library-without-ldconfig-postun',
			'non-versioned-file-in-library-package',
		],
		when: carried,
		because:
			'The libraries of the interpreter are for it alone: it finds them by a path of its own, and the cache of the loader knows none of them.',
		applies: carriesInterpreter,
	},
	{
		tags: ['shared-library-not-executable'],
		when: carried,
		because:
			'A library is loaded and not run, and the loader asks for no such bit: Debian Policy (8.1) wants it off, and the tree is one for all formats.',
		applies: carriesInterpreter,
	},
	{
		tags: ['missing-hash-section'],
		when: carried,
		because:
			'The libraries are those of the machine that builds, with the hash table of GNU alone, which every loader since glibc 2.5 reads.',
		applies: carriesInterpreter,
	},
	{
		tags: ['position-independent-executable-suggested'],
		when: 'an interpreter comes along that was built without PIE',
		because:
			'It is the one of the machine that builds, as its makers compiled it: Debian builds its own so, for speed.',
		applies: ({traits, pkg}) => traits.fixedPrograms.some(({path}) => path === pkg.manifest.python.path),
	},
	{
		tags: ['file-not-in-%lang'],
		when: 'a distribution brings translations',
		because: 'Python distributions name their translations in RECORD, and are complete only with all of them.',
		applies: ({traits}) => traits.hasFile(/\.(?:mo|qm)$/),
	},
	{
		tags: ['devel-file-in-non-devel-package'],
		when: 'a distribution brings headers, or libraries to link with',
		because: 'Python distributions name their headers in RECORD; some compile at run time.',
		applies: ({traits}) => traits.hasFile(/\.(?:h|hpp|a|pc|c|cpp|cc)$|-config$/),
	},
	{
		tags: ['files-duplicate', 'files-duplicated-waste'],
		when: 'there are modules',
		because: 'Several distributions hold equal files: empty modules, licences, the INSTALLER of each dist-info.',
		applies: ({traits}) => traits.hasFile(/\.(?:py|dist-info\/INSTALLER)$/),
	},
	{
		tags: ['zero-length'],
		when: 'a distribution brings empty files',
		because: 'Empty files are modules without code, and markers; they stand in RECORD.',
		applies: ({traits}) =>
			traits.has(entry => entry.kind === 'file' && entry.content.kind === 'staged' && entry.content.size === 0),
	},
	{
		tags: ['backup-file-in-package'],
		when: 'a distribution brings a file that is named like a copy',
		because: 'The file is in the wheel and in its RECORD, and the application may read it.',
		applies: ({traits}) => traits.hasFile(/(?:~|\.(?:orig|rej|bak)|#)$|\/#[^/]*$/),
	},
	{
		tags: ['version-control-internal-file'],
		when: 'a distribution brings a file such as .gitignore',
		because: 'The file is in the wheel and in its RECORD; it controls nothing here.',
		applies: ({traits}) => traits.hasPath(/\/\.(?:git|hg|bzr|svn|cvs)[^/]*$/),
	},
	{
		tags: ['hidden-file-or-dir'],
		when: 'a distribution brings a file whose name begins with a full stop',
		because: 'The file is in the wheel and in its RECORD.',
		applies: ({traits}) => traits.hasPath(/\/\.[^/]*$/),
	},
	{
		tags: ['no-manual-page-for-binary'],
		when: 'programs are on PATH',
		because: 'Python applications explain themselves with --help; a manual page can be brought with [[files]].',
		applies: ({traits}) => traits.hasPath(/^\/usr\/s?bin\/./),
	},
	{
		tags: ['non-readable', 'non-standard-dir-perm'],
		when: 'the configuration declares another mode than 0644 or 0755',
		because: 'Whoever builds the package declared who may read it, as for a file with a password.',
		applies: ({traits}) => traits.has(entry => entry.kind !== 'link' && ![0o644, 0o755].includes(entry.mode)),
	},
	{
		tags: ['non-standard-uid', 'non-standard-gid'],
		when: 'files belong to an account of the package',
		because: 'The package makes the account before rpm unpacks the files.',
		applies: ({pkg}) => pkg.treatment.accounts.length > 0,
	},
	{
		tags: ['only-non-binary-in-usr-lib'],
		when: 'there are units of systemd',
		because: 'Systemd looks for units and accounts in /usr/lib, whatever the machine.',
		applies: ({traits}) => traits.hasPath(/^\/usr\/lib\/(?:systemd|sysusers\.d|tmpfiles\.d)\//),
	},
	{
		tags: ['ghost-files-without-postin', 'postin-without-ghost-file-creation'],
		when: 'there are ghosts',
		because: 'The programs make them as they run; the package only declares that they are its own.',
		applies: ({pkg}) => pkg.treatment.ghosts.length > 0,
	},
	{
		tags: ['no-signature'],
		when: 'always',
		because:
			'The filters are written before anybody signs the package; the signature of the repository stands for it, or that of rpmsign.',
		applies: () => true,
	},
	{
		tags: ['no-documentation'],
		when: 'no documentation is configured',
		because: 'The application brings no documentation; the key docs of the configuration names some.',
		applies: ({pkg}) => pkg.documents.docs.length === 0 && pkg.documents.changelog === undefined,
	},
	{
		tags: ['no-url-tag'],
		when: 'no homepage is known',
		because: 'The application names no page of its own; the key homepage of the configuration does.',
		applies: ({pkg}) => pkg.metadata.homepage === '',
	},
	{
		tags: ['changelog-time-overflow'],
		when: 'the epoch lies before 1995',
		because: 'Nothing told a time, and the changelog has that of the whole package: the start of 1980.',
		applies: ({pkg}) => pkg.epoch < firstRpm,
	},
	{
		tags: ['invalid-license'],
		when: 'always',
		because:
			'The licences are named as SPDX has them; rpmlint alone knows no licence at all, only with a list of its distribution.',
		applies: ({pkg}) => rpmLicense(pkg) !== '',
	},
	{
		tags: ['no-license'],
		when: 'no licence is known',
		because: 'Neither the application nor what it is made of names a licence.',
		applies: ({pkg}) => rpmLicense(pkg) === '',
	},
	{
		tags: ['summary-not-capitalized', 'name-repeated-in-summary'],
		when: "the application's own summary is so",
		because: "The summary is the application's own.",
		applies: ({pkg}) => {
			const {synopsis} = proseOf(pkg);
			return /^[^A-Z]/.test(synopsis) || synopsis.toLowerCase().includes(pkg.metadata.name);
		},
	},
];

function carriesInterpreter({pkg}: LintGround): boolean {
	return pkg.manifest.layout?.bundle !== undefined;
}
