import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {homepageOf, type ProjectMetadata, spokenLicense} from '../codecs/core-metadata.ts';
import {isTable, type TomlTable} from '../codecs/toml.ts';
import {InputError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

/** The keys of [project] that may be dynamic, and what they become. */
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

/**
 * What the `[project]` table of a pyproject.toml states (PEP 621, PEP 639); what it calls dynamic is absent.
 * Throws an InputError (PROJECT_INVALID) that names file and key.
 */
export function readStated(file: HostPath, project: unknown): Partial<ProjectMetadata> {
	return new StatedReader(file, project).read();
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
