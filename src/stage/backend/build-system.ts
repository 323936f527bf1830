import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isTable, parseToml} from '../../codecs/toml.ts';
import {InputError} from '../../model/errors.ts';
import {type HostPath, hostPath, isWithin} from '../../model/paths.ts';

/** The `[build-system]` of a source: who builds it, and what that needs. */
export interface BuildSystem {
	readonly requires: readonly string[];
	/** Such as `hatchling.build`. */
	readonly backend: string;
	/** Folders of the source that the backend itself lies in. */
	readonly backendPath: readonly HostPath[];
}

/** What PEP 517 and PEP 518 have for a source that says nothing, in the form that pip and uv use. */
const legacy = {requires: ['setuptools>=40.8.0'], backend: 'setuptools.build_meta:__legacy__'} as const;

/**
 * Reads the build system of the source at `folder`.
 * Throws an InputError: NOT_A_PROJECT where there is nothing to build, BUILD_SYSTEM_INVALID for a table that PEP 517 forbids.
 */
export function readBuildSystem(folder: HostPath, title: string): BuildSystem {
	const file = hostPath(join(folder, 'pyproject.toml'));
	if (!existsSync(file)) {
		if (!existsSync(join(folder, 'setup.py')) && !existsSync(join(folder, 'setup.cfg'))) {
			throw new InputError(`${title} cannot be built: it has neither pyproject.toml nor setup.py`, {
				code: 'NOT_A_PROJECT',
				input: title,
				hint: 'name the folder that holds one of them',
			});
		}

		return {...legacy, backendPath: []};
	}

	const table = parseToml(readFileSync(file, 'utf8'), file)['build-system'];
	if (table === undefined) {
		return {...legacy, backendPath: []};
	}

	const system = isTable(table) ? table : {};
	const requires = texts(system.requires, 'requires', title);
	const paths = texts(system['backend-path'] ?? [], 'backend-path', title);
	const backend = system['build-backend'] ?? legacy.backend;
	if (typeof backend !== 'string') {
		throw invalid(title, 'build-backend is no text');
	}

	return {requires, backend, backendPath: paths.map(path => backendFolder(folder, path, title))};
}

function backendFolder(folder: HostPath, path: string, title: string): HostPath {
	const place = join(folder, path);
	if (!isWithin(place.replace(/\/$/, ''), folder)) {
		throw invalid(title, `backend-path ${path} leads out of the source`);
	}

	return hostPath(place);
}

function texts(value: unknown, key: string, title: string): readonly string[] {
	if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) {
		throw invalid(title, `${key} is no list of texts`);
	}

	return value;
}

function invalid(title: string, what: string): InputError {
	return new InputError(`${title}: in [build-system] of pyproject.toml, ${what}`, {
		code: 'BUILD_SYSTEM_INVALID',
		input: title,
		hint: 'PEP 517 and PEP 518 say what the table holds',
	});
}
