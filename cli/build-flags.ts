import {type Command, InvalidArgumentError} from 'commander';
import type {Request} from '../src/index.ts';
import {absolute, type CommonFlags, type Session} from './command.ts';
import {addKeyFlags, type KeyFlags, keyRequestOf} from './key-flags.ts';

/** Flags of `build` and `explain`, as commander hands them over. */
export interface BuildFlags extends CommonFlags, KeyFlags {
	readonly prefix?: string;
	readonly from?: readonly string[];
	readonly requirements?: readonly string[];
	readonly constraint?: readonly string[];
	readonly extra?: readonly string[];
	readonly group?: readonly string[];
	readonly lock?: string;
	readonly venv?: string;
	readonly format?: readonly string[];
	readonly out?: string;
	readonly python?: string;
	readonly bundlePython?: true;
	readonly pythonArchive?: string;
	readonly pythonArchiveSha256?: string;
	readonly relocatable?: true;
	readonly targetPython?: string;
	readonly name?: string;
	readonly version?: string;
	readonly release?: string;
	readonly arch?: string;
	readonly target?: string;
	readonly indexUrl?: string;
	readonly extraIndexUrl?: readonly string[];
	readonly findLinks?: readonly string[];
	readonly offline?: true;
	readonly requireHashes?: true;
	readonly compression?: string;
	readonly compressionLevel?: number;
	readonly allowLeak?: readonly string[];
	readonly keepStage?: true;
	readonly sign?: true;
	readonly verify?: true;
	readonly verifyRun?: true;
}

/** Adds PROJECT and the flags that say what to build. */
export function addBuildFlags(command: Command): Command {
	command
		.argument('[PROJECT]', 'a project folder, a wheel or an sdist (default: "." unless -r, --from or --venv is given)')
		.optionsGroup('What to package:')
		.option('--from <REQUIREMENT>', "such as 'httpie==3.2.4'; repeatable", repeated)
		.option('-r, --requirements <FILE>', 'a requirements file; repeatable', repeated)
		.option('--constraint <FILE>', 'versions that must be kept to; repeatable', repeated)
		.option('--extra <NAME>', 'an extra of the project; repeatable', repeated)
		.option('--group <NAME>', 'a dependency group of the project; repeatable', repeated)
		.option('--lock <FILE>', 'the lock file to follow, or none (default: the one of the project)')
		.option('--venv <DIR>', 'an existing venv, instead of a project');
	command
		.optionsGroup('Where it comes from:')
		.option('--index-url <URL>', 'the index, instead of the one that uv and pip use')
		.option('--extra-index-url <URL>', 'a further index; repeatable', repeated)
		.option('--find-links <DIR|URL>', 'a folder or page of wheels; repeatable', repeated)
		.option('--offline', 'use no network')
		.option('--require-hashes', 'refuse a requirement without a hash');
	command
		.optionsGroup('Where it goes:')
		.option('--prefix <DIR>', 'where it will live on the target, such as /opt/app')
		.option('--target <DISTRIBUTION>', 'such as debian-12 (default: this machine’s own, where the format fits it)')
		.option('--python <MINOR|PATH>', 'the interpreter here: 3.12, or its path')
		.option('--target-python <PATH>', 'the interpreter there (default: /usr/bin/python3.X)')
		.option('--bundle-python', 'carry the interpreter inside: the target needs no Python')
		.option('--python-archive <FILE|URL>', 'the interpreter to carry, as python-build-standalone packs it')
		.option('--python-archive-sha256 <SHA256>', 'the sha256 of that archive')
		.option('--relocatable', 'make it work wherever it is unpacked')
		.option('--arch <ARCH>', 'the architecture (default: from what is inside)');
	command
		.optionsGroup('What comes out:')
		.option(
			'--format <FORMATS>',
			'deb, rpm, tar.gz, tar.xz, tar.zst, dir; with commas, or repeated (default: this machine’s own)',
			formats,
		)
		.option('--out <DIR>', 'the folder for the artifacts (default: dist)')
		.option('--name <NAME>', 'the name of the package')
		.option('--version <VERSION>', 'the version of the package')
		.option('--release <RELEASE>', 'the release of the package (default: 1)')
		.option('--compression <METHOD>', 'zstd, xz or gzip')
		.option('--compression-level <N>', 'how hard to compress', wholeNumber)
		.option('--allow-leak <GLOB>', 'files that may name this machine; repeatable', repeated)
		.option('--keep-stage', 'leave the staged venv behind, and say where');
	command
		.optionsGroup('Signing:')
		.option('--sign', 'sign each artifact before it gets its name; [sign] names the keys, or one of these:');
	return addKeyFlags(command).optionsGroup('Proof:');
}

/** What the flags ask for, every path of this machine absolute. */
export function requestOf(project: string | undefined, flags: BuildFlags, session: Session): Request {
	const paths = (files: readonly string[] | undefined, flag: string) =>
		files?.map(file => absolute(session, file, flag));
	return {
		project:
			project === undefined && isWithoutProject(flags) ? undefined : absolute(session, project ?? '.', 'PROJECT'),
		venv: flags.venv === undefined ? undefined : absolute(session, flags.venv, '--venv'),
		prefix: flags.prefix,
		from: flags.from,
		requirements: paths(flags.requirements, '--requirements'),
		constraints: paths(flags.constraint, '--constraint'),
		extras: flags.extra,
		groups: flags.group,
		lock: flags.lock === undefined ? undefined : lockOf(flags.lock, session),
		formats: flags.format,
		out: flags.out === undefined ? undefined : absolute(session, flags.out, '--out'),
		python: flags.python?.includes('/') ? absolute(session, flags.python, '--python') : flags.python,
		targetPython: flags.targetPython,
		bundlePython: flags.bundlePython,
		pythonArchive: placeOf(flags.pythonArchive, '--python-archive', session),
		pythonArchiveSha256: flags.pythonArchiveSha256,
		relocatable: flags.relocatable,
		name: flags.name,
		version: flags.version,
		release: flags.release,
		arch: flags.arch,
		target: flags.target,
		indexUrl: flags.indexUrl,
		extraIndexUrls: flags.extraIndexUrl,
		findLinks: flags.findLinks?.map(place => placeOf(place, '--find-links', session)),
		offline: flags.offline,
		requireHashes: flags.requireHashes,
		compression: flags.compression,
		compressionLevel: flags.compressionLevel,
		allowLeaks: flags.allowLeak,
		keepStage: flags.keepStage,
		sign: keyRequestOf(flags, session) ?? (flags.sign ? {} : undefined),
		verify: flags.verify,
		verifyRun: flags.verifyRun,
	};
}

/** The word `none` says that the lock file of the project is left out on purpose; a file of that name is `./none`. */
function lockOf(lock: string, session: Session): Request['lock'] {
	return lock === 'none' ? session.library.hostPath(lock) : absolute(session, lock, '--lock');
}

/** With -r, --from or --venv alone, only these are packaged, even in the folder of a project. */
function isWithoutProject(flags: BuildFlags): boolean {
	return flags.from !== undefined || flags.requirements !== undefined || flags.venv !== undefined;
}

/** An address, or a path of this machine, absolute. */
function placeOf<Place extends string | undefined>(place: Place, flag: string, session: Session): Place | string {
	return place === undefined || isUrl(place) ? place : absolute(session, place, flag);
}

function isUrl(place: string): boolean {
	return /^[a-z][a-z0-9+.-]*:\/\//i.test(place);
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
	return [...(before ?? []), value];
}

function formats(value: string, before: readonly string[] | undefined): readonly string[] {
	const names = value.split(',').map(name => name.trim());
	if (names.includes('')) {
		throw new InvalidArgumentError('Names stand between commas, such as deb,rpm.');
	}

	return [...new Set([...(before ?? []), ...names])];
}

function wholeNumber(value: string): number {
	if (!/^\d{1,4}$/.test(value)) {
		throw new InvalidArgumentError('It takes a whole number.');
	}

	return Number(value);
}
