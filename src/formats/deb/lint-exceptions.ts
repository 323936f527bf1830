import {below, isWithin} from '../../model/paths.ts';
import {isExecutable} from '../../model/places.ts';
import type {LintException, LintGround} from '../lint/exception.ts';
import {debDescription} from './description.ts';

/** What lintian takes for a form that nobody filled in (Check/Debian/Copyright.pm). */
const template = /<years>|<special license>|Upstream Author\(s\)|<INSERT COPYRIGHT YEAR\(S\) HERE>/;

/** By the zip codes that lintian looks for. */
const oldAddress = /Free\s*Software\s*Foundation[\s\S]*02139|02111-1307/;

/** Every tag of lintian that a package may override, and why. docs/reference/lint.md is made of it. */
export const debExceptions: readonly LintException[] = [
	{
		tags: ['dir-or-file-in-opt'],
		when: 'the prefix lies in /opt',
		because:
			'The FHS (3.13) gives /opt to add-on packages, which this one is; only packages of Debian itself keep out of it.',
		applies: ({traits}) => traits.hasPath(/^\/opt\//),
	},
	{
		tags: ['dir-or-file-in-srv'],
		when: 'the prefix lies in /srv',
		because: 'Whoever builds the package chose the place; Debian leaves /srv to the administrator.',
		applies: ({traits}) => traits.hasPath(/^\/srv\//),
	},
	{
		tags: ['dir-in-usr-local', 'file-in-usr-local'],
		when: 'the prefix lies in /usr/local',
		because: 'Whoever builds the package chose the place; Debian leaves /usr/local to the administrator.',
		applies: ({traits}) => traits.hasPath(/^\/usr\/local\//),
	},
	{
		tags: ['package-installs-python-pycache-dir'],
		when: 'there is bytecode',
		because:
			'The bytecode comes with the package and is checked with it: nothing compiles the environment on the machine that installs.',
		applies: ({traits}) => traits.hasPath(/\/__pycache__$/),
	},
	{
		tags: ['unusual-interpreter', 'wrong-path-for-interpreter'],
		when: "scripts run on the environment's own interpreter, or name one of their authors'",
		because:
			"The scripts of the environment start its own bin/python, so that they find their own modules; those among the modules are their authors', and are imported.",
		applies: ({traits, pkg}) =>
			// Modules of the standard library say `env python`.
			pkg.manifest.layout?.bundle !== undefined ||
			traits.scripts.some(({line}) => !/^\/(?:usr\/)?bin\/(?:sh|bash|python3?|perl|env)\b/.test(line)),
	},
	{
		tags: ['interpreter-in-usr-local'],
		when: 'scripts name an interpreter in /usr/local',
		because: 'The line is that of the authors of a module, which is imported; or the prefix itself lies there.',
		applies: ({traits}) => traits.scripts.some(({line}) => line.startsWith('/usr/local/')),
	},
	{
		tags: ['shell-script-fails-syntax-check'],
		when: 'scripts are begun by the shell and go on in Python',
		because:
			'The shell finds the interpreter, hands the script over to it and reads no further: a kernel finds none in a tree that may lie anywhere.',
		applies: ({traits, pkg}) =>
			pkg.manifest.layout?.relocatable === true &&
			traits.scripts.some(({entry, line}) => line === '/bin/sh' && isWithin(entry.path, below(pkg.prefix, 'bin'))),
	},
	{
		tags: ['hardening-no-pie'],
		when: 'an interpreter comes along that was built without PIE',
		because:
			'It is the one of the machine that builds, as its makers compiled it: Debian builds its own so, for speed.',
		applies: ({traits, pkg}) => traits.fixedPrograms.some(({path}) => path === pkg.manifest.python.path),
	},
	{
		tags: ['script-not-executable'],
		when: 'modules begin with #! and nobody may run them',
		because: 'They are modules, which are imported; the line is from their authors.',
		applies: ({traits}) => traits.scripts.some(({entry}) => !isExecutable(entry)),
	},
	{
		tags: ['python3-script-but-no-python3-dep', 'missing-dep-for-interpreter'],
		when: 'executable files outside of bin name an interpreter of the system',
		because:
			"The package depends on the very interpreter that it was built for; what its authors left executable among the modules is not the package's interface.",
		applies: ({traits, pkg}) =>
			traits.scripts.some(({entry, line}) => isExecutable(entry) && !line.startsWith(below(pkg.prefix, 'bin'))),
	},
	{
		tags: ['unstripped-binary-or-object', 'unstripped-static-library'],
		when: 'there are compiled files',
		because:
			'Wheels come as their authors built them: stripping one afterwards breaks its digest in RECORD, and some libraries no longer load.',
		applies: ({traits}) => traits.elf.length > 0 || traits.hasFile(/\.(?:a|o)$/),
	},
	{
		tags: [
			'embedded-library',
			'library-not-linked-against-libc',
			'shared-library-lacks-prerequisites',
			'custom-library-search-path',
		],
		when: 'there are compiled files',
		because:
			'Wheels bring the libraries that they were built with, find them by a path of their own, and are tested with these.',
		applies: ({traits}) => traits.elf.length > 0,
	},
	{
		tags: ['embedded-javascript-library'],
		when: 'there are scripts for browsers',
		because: 'The scripts are files of Python distributions, which name them in RECORD and serve exactly these.',
		applies: ({traits}) => traits.hasFile(/\.m?js$/),
	},
	{
		tags: [
			'privacy-breach-generic',
			'privacy-breach-logo',
			'privacy-breach-uses-embedded-file',
			'privacy-breach-google-adsense',
			'privacy-breach-google-cse',
			'privacy-breach-statistics-website',
			'privacy-breach-piwik',
			'privacy-breach-facebook',
			'privacy-breach-twitter',
			'privacy-breach-donation',
			'privacy-breach-w3c-valid-html',
		],
		when: 'there are HTML files',
		because: "The pages are the application's own, and load what its authors chose; they are installed as they are.",
		applies: ({traits}) => traits.hasFile(/\.(?:x?html?|svg|js|j2|tpl|mako)$/i),
	},
	{
		tags: ['package-contains-vcs-control-file', 'package-contains-vcs-control-dir'],
		when: 'a distribution brings a file such as .gitignore',
		because: 'The file is in the wheel and in its RECORD; it controls nothing here.',
		applies: ({traits}) => traits.hasPath(/\/\.(?:git|hg|bzr|svn|cvs)[^/]*$/),
	},
	{
		tags: ['package-contains-timestamped-gzip'],
		when: 'a distribution brings a gzip file with a time in it',
		because: 'The file is the same in every build: it lies in the wheel so, and RECORD has its digest.',
		applies: ({traits, pkg}) => traits.datedGzip.some(({path}) => isWithin(path, pkg.prefix)),
	},
	{
		tags: ['package-installs-ieee-data'],
		when: 'a distribution brings lists of the IEEE',
		because: 'The distribution reads the list that it was tested with.',
		applies: ({traits}) => traits.hasFile(/\/(?:oui|iab)(?:36|28)?\.(?:txt|idx|csv)$/),
	},
	{
		tags: ['no-manual-page'],
		when: 'programs are on PATH',
		because: 'Python applications explain themselves with --help; a manual page can be brought with [[files]].',
		applies: ({traits}) => traits.hasPath(/^\/usr\/s?bin\/./),
	},
	{
		tags: ['non-standard-file-perm', 'non-standard-dir-perm'],
		when: 'the configuration declares another mode than 0644 or 0755',
		because: 'Whoever builds the package declared who may read it, as for a file with a password.',
		applies: ({traits}) => traits.has(entry => entry.kind !== 'link' && ![0o644, 0o755].includes(entry.mode)),
	},
	{
		tags: ['malformed-deb-archive'],
		when: 'the package is compressed with zstd',
		because: 'dpkg 1.21.18 and later read zstd, and so do all of Debian 12; its lintian does not know the members yet.',
		applies: ({options}) => options.compression.method === 'zstd',
	},
	{
		tags: ['misplaced-extra-member-in-deb'],
		when: 'always',
		because:
			'The package may be signed once it is made: the member _gpgorigin is where debsigs and debsig-verify have it, and lintian knows it nowhere.',
		applies: () => true,
	},
	{
		tags: ['unknown-control-file'],
		when: 'always',
		because: 'venvpack.json tells what is inside without unpacking it; dpkg keeps it with the rest.',
		applies: () => true,
	},
	{
		tags: ['initial-upload-closes-no-bugs'],
		when: 'the release is 1',
		because: "Nobody announces a vendor's package in Debian's bug tracker.",
		applies: ({pkg}) => pkg.metadata.release.endsWith('1'),
	},
	{
		tags: ['copyright-without-copyright-notice'],
		when: 'nothing in the package states a copyright with a year',
		because: 'Neither the application nor what it is made of states a copyright; the file names the authors.',
		applies: ({pkg}) => !pkg.notices.some(({holders}) => holders.some(holder => /\d{4}/.test(holder))),
	},
	{
		tags: ['helper-templates-in-copyright'],
		when: 'a licence text has places to fill in',
		because: 'The words are those of the licence text that a distribution brings.',
		applies: ({pkg}) => pkg.notices.some(({texts}) => texts.some(({text}) => template.test(text))),
	},
	{
		tags: ['old-fsf-address-in-copyright-file'],
		when: 'a licence text has an old address of the Free Software Foundation',
		because: 'The text is that of whoever gave it away, the address included.',
		applies: ({pkg}) => pkg.notices.some(({texts}) => texts.some(({text}) => oldAddress.test(text))),
	},
	{
		tags: ['description-starts-with-package-name'],
		when: "the application's own summary begins with its name",
		because: "The summary is the application's own.",
		applies: startsWithName,
	},
];

function startsWithName({pkg}: LintGround): boolean {
	return debDescription(pkg).toLowerCase().startsWith(pkg.metadata.name.toLowerCase());
}
