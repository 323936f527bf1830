import type {Hook} from '../model/plan.ts';

/** The values of the configuration outside the formats' own tables, from a file or from flags. Absent: not said. */
export interface Values {
	readonly prefix?: string | undefined;
	readonly formats?: readonly string[] | undefined;
	readonly target?: string | undefined;
	readonly out?: string | undefined;
	readonly python?: string | undefined;
	readonly 'target-python'?: string | undefined;
	readonly 'bundle-python'?: boolean | undefined;
	readonly 'python-archive'?: string | undefined;
	readonly 'python-archive-sha256'?: string | undefined;
	readonly 'bundle-libraries'?: boolean | undefined;
	readonly keep?: readonly string[] | undefined;
	readonly relocatable?: boolean | undefined;
	readonly name?: string | undefined;
	readonly version?: string | undefined;
	readonly release?: string | undefined;
	readonly arch?: string | undefined;
	readonly summary?: string | undefined;
	readonly description?: string | undefined;
	readonly license?: string | undefined;
	readonly maintainer?: string | undefined;
	readonly vendor?: string | undefined;
	readonly homepage?: string | undefined;
	readonly venv?: string | undefined;
	readonly lock?: string | undefined;
	readonly extras?: readonly string[] | undefined;
	readonly groups?: readonly string[] | undefined;
	readonly from?: readonly string[] | undefined;
	readonly requirements?: readonly string[] | undefined;
	readonly constraints?: readonly string[] | undefined;
	readonly 'require-hashes'?: boolean | undefined;
	readonly 'index-url'?: string | undefined;
	readonly 'extra-index-urls'?: readonly string[] | undefined;
	readonly 'find-links'?: readonly string[] | undefined;
	readonly offline?: boolean | undefined;
	readonly compression?: string | undefined;
	readonly 'compression-level'?: number | undefined;
	readonly 'allow-leaks'?: readonly string[] | undefined;
	readonly 'keep-stage'?: boolean | undefined;
	readonly expose?: readonly string[] | undefined;
	readonly strip?: boolean | undefined;
	readonly sbom?: boolean | undefined;
	readonly changelog?: string | undefined;
	readonly docs?: readonly string[] | undefined;
	readonly hooks?: readonly Hook[] | undefined;
}

export type Key = keyof Values;

/** What is known of a key: the checks, the JSON schema, `init` and the docs are made of it. */
export interface KeyInfo {
	/** The flag that wins over it; undefined where there is none. */
	readonly flag: string | undefined;
	/** One line: what it is, and its default where that is no plain value. */
	readonly description: string;
	/** What `init` shows, in TOML: the default, or an example where the default is found out. */
	readonly shown: string;
}

const key = (flag: string | undefined, shown: string, description: string): KeyInfo => ({flag, description, shown});

/** Every key, in the order of documents. */
export const keys: Readonly<Record<Key, KeyInfo>> = {
	prefix: key('--prefix', '"/opt/app"', 'The folder that the application will live in. There is no default.'),
	formats: key('--format', '["deb"]', "What to make. Default: the package format of this machine's distribution."),
	target: key('--target', '"debian-12"', 'The distributions to make packages for. Default: that of this machine.'),
	out: key('--out', '"dist"', 'The folder for the artifacts. Default: dist in the current folder.'),
	python: key('--python', '"3.11"', "The interpreter that builds: a minor or a path. Default: the target's minor."),
	'target-python': key('--target-python', '"/usr/bin/python3.11"', 'Where the interpreter lies on the target.'),
	'bundle-python': key('--bundle-python', 'false', 'Carry the interpreter inside: the target needs no Python.'),
	'python-archive': key(
		'--python-archive',
		'"cpython-3.11.9-x86_64-unknown-linux-gnu-install_only.tar.gz"',
		'An archive of python-build-standalone, a file or an address, whose interpreter builds and is carried.',
	),
	'python-archive-sha256': key(
		'--python-archive-sha256',
		`"${'0'.repeat(64)}"`,
		'The sha256 of that archive. Required with it.',
	),
	'bundle-libraries': key(undefined, 'true', 'Carry its shared libraries as well, but for those of glibc.'),
	keep: key(undefined, '["headers", "ensurepip"]', 'Parts of a carried interpreter that go otherwise.'),
	relocatable: key('--relocatable', 'false', 'It works wherever it is unpacked, and may be moved.'),
	name: key('--name', '"app"', "The package. Default: the project's name."),
	version: key('--version', '"1.0"', "Its version, by PEP 440. Default: the project's version."),
	release: key('--release', '"1"', 'The packaging of that version.'),
	arch: key('--arch', '"auto"', 'auto (by what is inside), any, or the machine as uname says.'),
	summary: key(undefined, '"Says hello"', "One line. Default: the project's description."),
	description: key(undefined, '"It says hello."', 'Paragraphs. Default: the first prose of the readme.'),
	license: key(undefined, '"MIT"', "An SPDX expression. Default: the project's licence."),
	maintainer: key(undefined, '"Jane Doe <jane@example.org>"', "Who packages it. Default: the project's maintainer."),
	vendor: key(undefined, '""', 'The organisation that hands it out.'),
	homepage: key(undefined, '"https://example.org"', "A page about it. Default: the project's homepage."),
	venv: key('--venv', '".venv"', 'An existing venv to package, instead of a project.'),
	lock: key('--lock', '"uv.lock"', 'The lock file to follow, or none. Default: the only one of the project.'),
	extras: key('--extra', '[]', 'Extras of the project.'),
	groups: key('--group', '[]', 'Dependency groups of the project.'),
	from: key('--from', '["httpie==3.2.4"]', 'Requirements, instead of a project or beside it.'),
	requirements: key('--requirements', '["requirements.txt"]', 'Requirements files, as pip reads them.'),
	constraints: key('--constraint', '[]', 'Constraints files, as pip reads them.'),
	'require-hashes': key('--require-hashes', 'false', 'Refuse what is not pinned with a hash.'),
	'index-url': key(
		'--index-url',
		'"https://index.example.org/simple"',
		'Where packages come from. Default: as uv or pip are set up.',
	),
	'extra-index-urls': key('--extra-index-url', '[]', 'More indexes.'),
	'find-links': key('--find-links', '["wheels"]', 'Folders or pages that list wheels.'),
	offline: key('--offline', 'false', 'Use no network.'),
	compression: key('--compression', '"zstd"', 'zstd, xz or gzip. Default: the best that the target can read.'),
	'compression-level': key('--compression-level', '9', 'How hard it is compressed. Default: by the method.'),
	'allow-leaks': key('--allow-leak', '["/opt/app/share/*.txt"]', 'Globs of installed paths whose leaks you know of.'),
	'keep-stage': key('--keep-stage', 'false', 'Keep the stage after the build, to look at it.'),
	sbom: key(undefined, 'true', 'A bill of materials (CycloneDX) in each package and beside it.'),
	expose: key(undefined, '["app"]', 'Scripts of the package that are on PATH: "app", or "app:other-name".'),
	strip: key(undefined, 'false', 'Take debug sections out of libraries and programs that were built here.'),
	changelog: key(undefined, '"CHANGELOG.md"', "What changed, or none. Default: the project's CHANGELOG or CHANGES."),
	docs: key(undefined, '["README.md"]', 'Files to read that come along (deb, rpm).'),
	hooks: key(undefined, '[]', 'Programs run in the staged environment before it is packed.'),
};

export const keyNames: readonly Key[] = Object.keys(keys) as Key[];
