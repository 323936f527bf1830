import {InputError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';
import {isTable, parseToml, type TomlTable} from './toml.ts';

/** A file of a package: at a URL, or on this machine (relative to the lock file, or absolute). */
export interface LockedFile {
	readonly name: string;
	readonly url: string | undefined;
	readonly path: string | undefined;
	/** In bytes; undefined where the lock says nothing. */
	readonly size: number | undefined;
	/** Algorithm → hexadecimal digest. */
	readonly hashes: Readonly<Record<string, string>>;
}

export interface LockedDirectory {
	readonly path: string;
	readonly editable: boolean;
	readonly subdirectory: string;
}

export interface LockedRepository {
	/** Such as `git`. */
	readonly type: string;
	readonly url: string;
	readonly commit: string;
	readonly subdirectory: string;
}

/** One `[[packages]]`. It has files of an index, or one of the other sources. */
export interface LockedPackage {
	readonly name: string;
	/** Empty where the source decides. */
	readonly version: string;
	/** PEP 508; empty where it always holds. */
	readonly marker: string;
	readonly requiresPython: string;
	/** The index that it was found on; empty where the lock says nothing. */
	readonly index: string;
	readonly wheels: readonly LockedFile[];
	readonly sdist: LockedFile | undefined;
	/** A wheel or sdist named by its own URL or path. */
	readonly archive: (LockedFile & {readonly subdirectory: string}) | undefined;
	readonly directory: LockedDirectory | undefined;
	readonly vcs: LockedRepository | undefined;
}

/** A lock file of PEP 751, `pylock.toml`. */
export interface Pylock {
	readonly requiresPython: string;
	/** Markers, of which one must hold; none: any environment. */
	readonly environments: readonly string[];
	readonly extras: readonly string[];
	readonly groups: readonly string[];
	readonly defaultGroups: readonly string[];
	readonly packages: readonly LockedPackage[];
}

/**
 * Reads a `pylock.toml`. `file` is only for errors.
 * Throws a ConfigError (TOML_SYNTAX) for what is no TOML, an InputError (LOCK_INVALID) for what is no lock of version 1.
 */
export function decodePylock(text: string, file: HostPath): Pylock {
	const table = parseToml(text, file);
	const at = new Reader(file, '', table);
	const version = at.text('lock-version');
	if (!/^1(?:\.\d+)?$/.test(version)) {
		throw at.wrong('lock-version', version === '' ? 'is missing' : `is ${version}, and only 1.x is known here`);
	}

	return {
		requiresPython: at.text('requires-python'),
		environments: at.texts('environments'),
		extras: at.texts('extras'),
		groups: at.texts('dependency-groups'),
		defaultGroups: at.texts('default-groups'),
		packages: at.tables('packages').map(package_),
	};
}

function package_(at: Reader): LockedPackage {
	const name = at.text('name');
	if (name === '') {
		throw at.wrong('name', 'is missing');
	}

	const directory = at.table('directory');
	const vcs = at.table('vcs');
	const archive = at.table('archive');
	const sdist = at.table('sdist');
	return {
		name,
		version: at.text('version'),
		marker: at.text('marker'),
		requiresPython: at.text('requires-python'),
		index: at.text('index'),
		wheels: at.tables('wheels').map(lockedFile),
		sdist: sdist && lockedFile(sdist),
		archive: archive && {...lockedFile(archive), subdirectory: archive.text('subdirectory')},
		directory: directory && {
			path: directory.text('path'),
			editable: directory.flag('editable'),
			subdirectory: directory.text('subdirectory'),
		},
		vcs: vcs && {
			type: vcs.text('type'),
			url: vcs.text('url') || vcs.text('path'),
			commit: vcs.text('commit-id'),
			subdirectory: vcs.text('subdirectory'),
		},
	};
}

function lockedFile(at: Reader): LockedFile {
	const url = at.text('url') || undefined;
	const path = at.text('path') || undefined;
	const place = url ?? path;
	if (place === undefined) {
		throw at.wrong('url', 'is missing, and so is path');
	}

	const hashes = at.table('hashes')?.entries ?? {};
	return {
		name: at.text('name') || fileNameOf(place),
		url,
		path,
		size: at.number('size'),
		hashes: Object.fromEntries(Object.entries(hashes).map(([name, value]) => [name, String(value).toLowerCase()])),
	};
}

/** The last component of a URL or path, its query and fragment left out, percent signs decoded. */
export function fileNameOf(place: string): string {
	const name =
		place
			.replace(/[?#].*$/, '')
			.replace(/\/+$/, '')
			.split('/')
			.at(-1) ?? '';
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

/** Reads the values of one table, each of the type that it must have. */
class Reader {
	readonly entries: TomlTable;
	readonly #file: HostPath;
	readonly #where: string;

	constructor(file: HostPath, where: string, entries: TomlTable) {
		this.#file = file;
		this.#where = where;
		this.entries = entries;
	}

	text(key: string): string {
		const value = this.entries[key] ?? '';
		if (typeof value !== 'string') {
			throw this.wrong(key, 'is no text');
		}

		return value;
	}

	texts(key: string): string[] {
		const value = this.entries[key] ?? [];
		if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) {
			throw this.wrong(key, 'is no list of texts');
		}

		return value;
	}

	flag(key: string): boolean {
		return this.entries[key] === true;
	}

	number(key: string): number | undefined {
		const value = this.entries[key];
		return typeof value === 'number' ? value : undefined;
	}

	table(key: string): Reader | undefined {
		const value = this.entries[key];
		if (value !== undefined && !isTable(value)) {
			throw this.wrong(key, 'is no table');
		}

		return value && new Reader(this.#file, this.#path(key), value);
	}

	tables(key: string): Reader[] {
		const value = this.entries[key] ?? [];
		if (!Array.isArray(value) || !value.every(isTable)) {
			throw this.wrong(key, 'is no list of tables');
		}

		return value.map((item, at) => new Reader(this.#file, this.#path(`${key}[${at}]`), item));
	}

	wrong(key: string, what: string): InputError {
		return new InputError(`${this.#file}: ${this.#path(key)} ${what}`, {
			code: 'LOCK_INVALID',
			input: this.#file,
			hint: 'make the lock file anew with the tool that wrote it',
		});
	}

	#path(key: string): string {
		return this.#where === '' ? key : `${this.#where}.${key}`;
	}
}
