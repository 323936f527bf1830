import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ProjectMetadata} from '../codecs/core-metadata.ts';
import {isTable, parseToml, type TomlTable} from '../codecs/toml.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {readText} from './read-text.ts';
import {readStated} from './stated-metadata.ts';

/** A project as it lies there, before any backend ran. */
export interface Project {
	readonly directory: HostPath;
	/** The file that makes it one. */
	readonly file: HostPath;
	/** What `[project]` states. A field is absent where only the backend knows it. */
	readonly stated: Partial<ProjectMetadata>;
	/** The whole pyproject.toml; empty where there is none. */
	readonly pyproject: TomlTable;
}

/** Whether a folder holds a project: then `readProject` reads it. */
export function isProject(directory: HostPath): boolean {
	return existsSync(join(directory, 'setup.py')) || buildable(readPyproject(directory));
}

/**
 * Reads a project: the static metadata of its `[project]` (PEP 621, PEP 639), or nothing but its place for one of
 * setup.py or of another tool's table. A setup.cfg alone is none: pip takes it for none either.
 * Throws an InputError (NO_PROJECT, PROJECT_INVALID) or a ConfigError (TOML_SYNTAX).
 */
export function readProject(directory: HostPath): Project {
	const pyproject = readPyproject(directory);
	const pyprojectFile = hostPath(join(directory, 'pyproject.toml'));
	const legacy = hostPath(join(directory, 'setup.py'));
	if (!buildable(pyproject)) {
		if (!existsSync(legacy)) {
			throw noProject(directory);
		}

		return {directory, file: legacy, stated: {}, pyproject};
	}

	const {project} = pyproject;
	const stated = project === undefined ? {} : readStated(pyprojectFile, project);
	return {directory, file: pyprojectFile, stated, pyproject};
}

/** The pyproject.toml of a folder; empty where it has none. */
export function readPyproject(directory: HostPath): TomlTable {
	const file = hostPath(join(directory, 'pyproject.toml'));
	return existsSync(file) ? parseToml(readText(file), file) : {};
}

/** A pyproject.toml may only configure a linter; a table of Poetry without a backend is an old project of it. */
function buildable(pyproject: TomlTable): boolean {
	const {tool} = pyproject;
	return 'project' in pyproject || 'build-system' in pyproject || (isTable(tool) && 'poetry' in tool);
}

function noProject(directory: HostPath): InputError {
	const details = {code: 'NO_PROJECT', input: directory};
	if (!existsSync(directory)) {
		let there = dirname(directory);
		while (!existsSync(there)) {
			there = dirname(there);
		}

		return new InputError(`${directory} does not exist`, {
			...details,
			hint: `the nearest folder that does is ${there}`,
		});
	}

	const has = existsSync(join(directory, 'pyproject.toml'))
		? 'a pyproject.toml without [project] and [build-system], and no setup.py'
		: 'no pyproject.toml and no setup.py';
	return new InputError(`${directory} has ${has}: it is no project`, {...details, hint: remedy(directory)});
}

function remedy(directory: HostPath): string {
	const requirements = ['requirements.txt', 'requirements.in'].find(name => existsSync(join(directory, name)));
	if (requirements !== undefined) {
		return `to package what ${requirements} names, use: venvpack build -r ${requirements} --name NAME --version VERSION`;
	}

	let above = dirname(directory);
	while (above !== dirname(above) && !existsSync(join(above, 'pyproject.toml'))) {
		above = dirname(above);
	}

	return existsSync(join(above, 'pyproject.toml'))
		? `the nearest pyproject.toml lies in ${above}: name that folder`
		: "name the project's folder, or a requirement with --from, such as --from 'httpie==3.2.4'";
}
