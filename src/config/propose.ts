import {existsSync} from 'node:fs';
import {basename, join} from 'node:path';
import {normalizedName} from '../codecs/requirement-name.ts';
import {isTable, tomlString} from '../codecs/toml.ts';
import {ConfigError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {listOf, type Setting, tableOf} from '../model/settings.ts';
import {type Key, keyNames, keys} from './keys.ts';
import {isProject, type Project, readProject, readPyproject} from './project.ts';
import {readText} from './read-text.ts';
import type {Sections} from './schema.ts';
import type {Table} from './table.ts';
import {tableEntries} from './tables.ts';

/** A configuration to write: the whole text of a file. */
export interface Proposal {
	readonly file: HostPath;
	readonly text: string;
}

export interface ProposeOptions {
	readonly into: 'venvpack.toml' | 'pyproject.toml';
	readonly sections: Sections;
}

/** The first thing to know of a configuration. */
const notice = `Flags win over it; \${NAME} takes from the environment.`;

/**
 * A configuration for what lies in a folder: every key with its description, commented out where the default will do.
 * For pyproject.toml, its present text with the table added at the end.
 * Throws a ConfigError (CONFIG_EXISTS) where there is a configuration already, an InputError (NO_PROJECT) where there is
 * neither a project nor a requirements.txt.
 */
export function proposeConfig(directory: HostPath, {into, sections}: ProposeOptions): Proposal {
	refuseExisting(directory);
	const requirements = !isProject(directory) && existsSync(join(directory, 'requirements.txt'));
	const project = requirements ? undefined : readProject(directory);
	const file = hostPath(join(directory, into));
	const prefix = into === 'pyproject.toml' ? 'tool.venvpack' : '';
	const body = [...keyBlocks(directory, project), ...sectionBlocks(prefix, sections)].join('\n\n');
	if (prefix === '') {
		return {file, text: `# How venvpack packages ${nameOf(directory, project)}. ${notice}\n\n${body}\n`};
	}

	const before = existsSync(file) ? readText(file) : '';
	return {
		file,
		text: `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}\n[${prefix}]\n# ${notice}\n\n${body}\n`,
	};
}

function refuseExisting(directory: HostPath): void {
	const own = hostPath(join(directory, 'venvpack.toml'));
	const {tool} = readPyproject(directory);
	const table = isTable(tool) && 'venvpack' in tool;
	if (existsSync(own) || table) {
		const file = existsSync(own) ? own : hostPath(join(directory, 'pyproject.toml'));
		throw new ConfigError(`${file} already configures venvpack`, {
			code: 'CONFIG_EXISTS',
			file,
			hint: 'edit it, or take it away first; venvpack explain shows what it comes to',
		});
	}
}

function keyBlocks(directory: HostPath, project: Project | undefined): string[] {
	const name = nameOf(directory, project);
	const needed: Partial<Record<Key, string>> = {
		prefix: tomlString(`/opt/${name}`),
		...(project ? {} : {name: tomlString(name), version: '"1.0"', requirements: '["requirements.txt"]'}),
	};
	const found = foundValues(project);
	return (
		keyNames
			// Who writes a configuration for a project has no venv in its place.
			.filter(key => key !== 'hooks' && key !== 'venv')
			.map(key => {
				const value = needed[key];
				const line = value === undefined ? `# ${key} = ${found[key] ?? keys[key].shown}` : `${key} = ${value}`;
				return `# ${keys[key].description}\n${line}`;
			})
	);
}

/** What the project itself says, so that the comment shows what the default comes to. */
function foundValues(project: Project | undefined): Partial<Record<Key, string>> {
	const stated: Project['stated'] = project?.stated ?? {};
	const texts: Array<readonly [Key, string | undefined]> = [
		['name', stated.name === undefined ? undefined : normalizedName(stated.name)],
		['version', stated.version],
		['summary', stated.summary],
		['license', stated.license],
		['homepage', stated.homepage],
		['maintainer', [...(stated.maintainers ?? []), ...(stated.authors ?? [])][0]],
	];
	return Object.fromEntries(texts.filter(([, text]) => text).map(([key, text]) => [key, tomlString(text ?? '')]));
}

function sectionBlocks(prefix: string, sections: Sections): string[] {
	const quoted = (name: string) => (/^[\w-]+$/.test(name) ? name : tomlString(name));
	const table = (name: string) => [prefix, quoted(name)].filter(part => part !== '').join('.');
	const tables = Object.entries(sections)
		.filter(([, settings]) => Object.keys(settings).length > 0)
		.map(([name, settings]) => {
			const lines = Object.entries(settings).map(([key, setting]) => settingLines(key, setting));
			return [`# Only for the format ${name}.\n# [${table(name)}]`, ...lines].join('\n');
		});
	const hook = `# ${keys.hooks.description}\n# [[${table('hooks')}]]\n# command = ["python", "-m", "app.collect_static"]`;
	return [...tables, hook, ...tableEntries.map(([name, own]) => tableBlock(own, table(name)))];
}

function tableBlock({description, many, example}: Table, name: string): string {
	const lines = [many ? `[[${name}]]` : `[${name}]`, ...example];
	return [description, ...lines].map(line => `# ${line}`).join('\n');
}

function settingLines(key: string, setting: Setting): string {
	const allowed = setting.oneOf ? ` One of: ${setting.oneOf.join(', ')}.` : '';
	return `# ${setting.description}${allowed}\n# ${key} = ${tomlValue(setting.default)}`;
}

function tomlValue(value: Setting['default']): string {
	if (typeof value === 'string') {
		return tomlString(value);
	}

	if (typeof value !== 'object') {
		return String(value);
	}

	const entries = tableOf(value).map(([name, text]) => `${name} = ${tomlString(text)}`);
	return Array.isArray(value) ? `[${listOf(value).map(tomlString).join(', ')}]` : `{${entries.join(', ')}}`;
}

function nameOf(directory: HostPath, project: Project | undefined): string {
	return normalizedName(project?.stated.name ?? basename(directory))
		.replaceAll(/[^a-z0-9+.-]+/g, '-')
		.replaceAll(/^-+|-+$/g, '');
}
