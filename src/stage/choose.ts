import {isAbsolute, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {LockedDirectory, LockedFile, LockedPackage, LockedRepository} from '../codecs/pylock.ts';
import {normalizedName} from '../codecs/requirement-name.ts';
import {decodeWheelName} from '../codecs/wheel-name.ts';
import {rankOf, type TagRanks} from '../codecs/wheel-tags.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {Wanted} from './download/download.ts';
import {projectName} from './resolvers/pylock.ts';

/** From what a distribution comes. */
export type Source =
	| {
			readonly kind: 'wheel' | 'sdist';
			readonly wanted: Wanted;
			readonly subdirectory: string;
			/** Whether it was named by an address of its own, which no index knows. */
			readonly direct: boolean;
	  }
	| {readonly kind: 'directory'; readonly path: HostPath; readonly editable: boolean; readonly subdirectory: string}
	| {readonly kind: 'repository'; readonly repository: LockedRepository};

export interface Choice {
	/** Normalised. */
	readonly name: string;
	readonly version: string;
	readonly source: Source;
}

export interface ChooseOptions {
	readonly ranks: TagRanks;
	/** What relative paths are relative to. */
	readonly folder: HostPath;
	/** Who promises the hashes. */
	readonly by: string;
	/** The hashes that the user's requirement files allow, by normalised name; absent: any. */
	readonly allowed: ReadonlyMap<string, ReadonlySet<string>>;
	/** Such as `3.11`. */
	readonly minor: string;
}

/**
 * Takes the best file of each package: the wheel whose tags rank best, else the sdist.
 * Throws an InputError: WHEEL_TAGS for a wheel named directly that does not fit, NO_FITTING_FILE where nothing is left,
 * HASH_MISMATCH where files are there but none that the requirement files allow.
 */
export function choose(locked: LockedPackage, options: ChooseOptions): Choice {
	return {
		name: locked.name === projectName ? projectName : normalizedName(locked.name),
		version: locked.version,
		source: sourceOf(locked, options),
	};
}

function sourceOf(locked: LockedPackage, options: ChooseOptions): Source {
	if (locked.vcs) {
		return {kind: 'repository', repository: locked.vcs};
	}

	if (locked.directory) {
		return directory(locked.directory, options.folder);
	}

	if (locked.archive) {
		return archive(locked, locked.archive, options);
	}

	const wheel = bestWheel(
		locked.wheels.filter(file => isAllowed(locked.name, file, options)),
		options.ranks,
	);
	if (wheel) {
		return {kind: 'wheel', wanted: wantedOf(locked, wheel, options), subdirectory: '', direct: false};
	}

	if (locked.sdist && isAllowed(locked.name, locked.sdist, options)) {
		return {kind: 'sdist', wanted: wantedOf(locked, locked.sdist, options), subdirectory: '', direct: false};
	}

	throw nothingLeft(locked, options);
}

function directory({path, editable, subdirectory}: LockedDirectory, folder: HostPath): Source {
	return {kind: 'directory', path: absolute(path, folder), editable, subdirectory};
}

function archive(locked: LockedPackage, file: NonNullable<LockedPackage['archive']>, options: ChooseOptions): Source {
	const name = decodeWheelName(file.name);
	if (name && rankOf(name, options.ranks) === undefined) {
		throw wrongTags(file.name, options.minor);
	}

	const wanted = wantedOf(locked, file, options);
	return {kind: name ? 'wheel' : 'sdist', wanted, subdirectory: file.subdirectory, direct: true};
}

/** An InputError (WHEEL_TAGS): the wheel is for another interpreter or another machine. */
export function wrongTags(fileName: string, minor: string): InputError {
	const name = decodeWheelName(fileName);
	const tags = [name?.pythons, name?.abis, name?.platforms].map(tag => tag?.join('.')).join('-');
	return new InputError(`${fileName} is built for ${tags}, and the target is CPython ${minor} on this machine's kind`, {
		code: 'WHEEL_TAGS',
		input: fileName,
		hint: 'choose the interpreter that it is for with --python, or get the wheel for this one',
	});
}

function bestWheel(wheels: readonly LockedFile[], ranks: TagRanks): LockedFile | undefined {
	let best: {file: LockedFile; rank: number; build: readonly [number, string]} | undefined;
	for (const file of wheels) {
		const name = decodeWheelName(file.name);
		const rank = name && rankOf(name, ranks);
		const build = name?.build ?? [-1, ''];
		if (rank !== undefined && (!best || rank < best.rank || (rank === best.rank && later(build, best.build)))) {
			best = {file, rank, build};
		}
	}

	return best?.file;
}

/** PEP 427: of two builds of one version the higher number wins, then the text. */
function later(one: readonly [number, string], other: readonly [number, string]): boolean {
	return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
}

function isAllowed(name: string, file: LockedFile, {allowed}: ChooseOptions): boolean {
	const hashes = allowed.get(normalizedName(name));
	const sha256 = file.hashes.sha256;
	return hashes === undefined || sha256 === undefined || hashes.has(sha256);
}

function wantedOf(locked: LockedPackage, file: LockedFile, {folder, by, allowed}: ChooseOptions): Wanted {
	const own = file.hashes.sha256;
	const users = allowed.get(normalizedName(locked.name));
	return {
		fileName: file.name,
		place: file.path === undefined ? placeOf(file.url ?? '') : absolute(file.path, folder),
		sha256: own === undefined ? [...(users ?? [])] : [own],
		size: file.size,
		promisedBy: own === undefined && users ? 'the requirements file' : by,
	};
}

function placeOf(url: string): string {
	return url.startsWith('file:') ? fileURLToPath(url.replace(/[#?].*$/, '')) : url;
}

function absolute(path: string, folder: HostPath): HostPath {
	const plain = placeOf(path);
	return hostPath(isAbsolute(plain) ? plain : join(folder, plain));
}

function nothingLeft(locked: LockedPackage, {allowed, ranks, by}: ChooseOptions): InputError {
	const files = [...locked.wheels, ...(locked.sdist ? [locked.sdist] : [])];
	const promised = allowed.get(normalizedName(locked.name));
	const fitting = files.filter(file => {
		const name = decodeWheelName(file.name);
		return name === undefined || rankOf(name, ranks) !== undefined;
	});
	const title = `${locked.name} ${locked.version}`.trim();
	if (promised && fitting.length > 0) {
		const found = fitting.map(file => `${file.name} (${file.hashes.sha256})`).join(', ');
		return new InputError(
			`${title}: the requirements file asks for sha256 ${[...promised].join(' or ')}; found: ${found}`,
			{
				code: 'HASH_MISMATCH',
				input: locked.name,
				hint: 'the file or the hash was changed, or the hash is that of another platform: make the requirements file anew',
			},
		);
	}

	return new InputError(
		`${title}: ${by} has no file that fits this machine and interpreter; it has ${files.map(file => file.name).join(', ') || 'none'}`,
		{
			code: 'NO_FITTING_FILE',
			input: locked.name,
			hint: 'choose another version or interpreter; an sdist would be built here',
		},
	);
}
