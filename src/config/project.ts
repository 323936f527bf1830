import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {homepageOf, type ProjectMetadata, spokenLicense} from '../codecs/core-metadata.ts';
import {isTable, parseToml, type TomlTable} from '../codecs/toml.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';

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

const fields: ReadonlyArray<readonly [key: string, field: keyof ProjectMetadata]> = [
	['version', 'version'],
	['description', 'summary'],
	['readme', 'description'],
	['license', 'license'],
	['authors', 'authors'],
	['maintainers', 'maintainers'],
	['urls', 'homepage'],
	['requires-python', 'requiresPython'],
	['dependencies', 'requiresDist'],
	['optional-dependencies', 'extras'],
];

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
	const stated = project === undefined ? {} : new StatedReader(pyprojectFile, project).read();
	return {directory, file: pyprojectFile, stated, pyproject};
}

/** The pyproject.toml of a folder; empty where it has none. */
export function readPyproject(directory: HostPath): TomlTable {
	const file = hostPath(join(directory, 'pyproject.toml'));
	return existsSync(file) ? parseToml(readFileSync(file, 'utf8'), file) : {};
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

class StatedReader {
	readonly #file: HostPath;
	readonly #project: TomlTable;

	constructor(file: HostPath, project: unknown) {
		this.#file = file;
		if (!isTable(project)) {
			throw this.#invalid('project', project, 'a table');
		}

		this.#project = project;
	}

	read(): Partial<ProjectMetadata> {
		const dynamic = this.#strings('dynamic');
		const all: ProjectMetadata = {
			name: this.#name(),
			version: this.#string('version'),
			summary: this.#string('description').replaceAll(/\s+/g, ' ').trim(),
			description: this.#readme(),
			license: this.#license(),
			authors: this.#people('authors'),
			maintainers: this.#people('maintainers'),
			homepage: homepageOf(Object.entries(this.#table('urls')).map(([label, url]) => [label, String(url)])),
			requiresPython: this.#string('requires-python'),
			requiresDist: this.#strings('dependencies'),
			extras: Object.keys(this.#table('optional-dependencies')),
		};
		if (all.version === '' && !dynamic.includes('version')) {
			throw this.#invalid('project.version', this.#project.version, 'a string, or "version" in project.dynamic');
		}

		const unknown = new Set(fields.filter(([key]) => dynamic.includes(key)).map(([, field]) => field));
		return Object.fromEntries(Object.entries(all).filter(([field]) => !unknown.has(field as keyof ProjectMetadata)));
	}

	#name(): string {
		const name = this.#string('name');
		if (!/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name)) {
			throw this.#invalid('project.name', this.#project.name, 'letters, digits, ".", "_" and "-"');
		}

		return name;
	}

	#string(key: string): string {
		const value = this.#project[key] ?? '';
		if (typeof value !== 'string') {
			throw this.#invalid(`project.${key}`, value, 'a string');
		}

		return value;
	}

	#strings(key: string): string[] {
		const value = this.#project[key] ?? [];
		if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) {
			throw this.#invalid(`project.${key}`, value, 'an array of strings');
		}

		return value;
	}

	#table(key: string): TomlTable {
		const value = this.#project[key] ?? {};
		if (!isTable(value)) {
			throw this.#invalid(`project.${key}`, value, 'a table');
		}

		return value;
	}

	/** A path, or a table of `file` or `text`. A readme that is not there is the backend's to complain of. */
	#readme(): string {
		const {readme} = this.#project;
		if (isTable(readme) && typeof readme.text === 'string') {
			return readme.text;
		}

		const name = isTable(readme) ? readme.file : readme;
		const file = typeof name === 'string' ? join(dirname(this.#file), name) : undefined;
		return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
	}

	/** PEP 639: a string is an SPDX expression; before it, a table of `text` or `file`. */
	#license(): string {
		const {license} = this.#project;
		const text = isTable(license) ? license.text : license;
		return spokenLicense(typeof text === 'string' ? text.trim() : '', this.#strings('classifiers'));
	}

	#people(key: string): string[] {
		const value = this.#project[key] ?? [];
		if (!Array.isArray(value) || !value.every(isTable)) {
			throw this.#invalid(`project.${key}`, value, 'an array of tables with name and email');
		}

		return value.map(({name, email}) => {
			const words = typeof name === 'string' ? name.replaceAll(/\s+/g, ' ').trim() : '';
			const address = typeof email === 'string' ? email.trim() : '';
			return words !== '' && address !== '' ? `${words} <${address}>` : words || address;
		});
	}

	#invalid(key: string, value: unknown, allowed: string): InputError {
		const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
		return new InputError(`${this.#file}: ${key} ${found}, and must be ${allowed}`, {
			code: 'PROJECT_INVALID',
			input: this.#file,
			hint: `mend ${key} in ${basename(this.#file)}; packaging.python.org describes every key of [project]`,
		});
	}
}
