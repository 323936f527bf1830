import {existsSync} from 'node:fs';
import {basename, join} from 'node:path';
import * as v from 'valibot';
import {isTable, parseToml, type TomlTable} from '../codecs/toml.ts';
import {ConfigError} from '../model/errors.ts';
import {suggestion} from '../model/nearest.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {type Environment, expand} from './expand.ts';
import {keyNames, keys} from './keys.ts';
import {type Place, refusal, shown} from './place.ts';
import {readText} from './read-text.ts';
import {type Document, documentSchema, type Sections} from './schema.ts';
import {tableEntries} from './tables.ts';

/** A configuration file, read and checked against the schema. */
export interface ConfigFile {
	readonly file: HostPath;
	readonly document: Document;
	/** Where a dotted key of it stands. */
	placeOf(key: string): Place;
}

/**
 * Reads `venvpack.toml` of a folder, or `[tool.venvpack]` of its pyproject.toml; undefined where there is neither.
 * Throws a ConfigError: CONFIG_TWICE for both, TOML_SYNTAX, ENVIRONMENT_UNSET, ENVIRONMENT_SYNTAX, KEY_UNKNOWN, VALUE_INVALID.
 */
export function readConfigFile(
	directory: HostPath,
	{pyproject, sections, environment}: {pyproject: TomlTable; sections: Sections; environment: Environment},
): ConfigFile | undefined {
	const own = hostPath(join(directory, 'venvpack.toml'));
	const {tool} = pyproject;
	const table = isTable(tool) ? tool.venvpack : undefined;
	if (!existsSync(own)) {
		const file = hostPath(join(directory, 'pyproject.toml'));
		return table === undefined ? undefined : checked({file, prefix: 'tool.venvpack'}, table, {sections, environment});
	}

	if (table !== undefined) {
		throw new ConfigError(`${directory} has both venvpack.toml and [tool.venvpack] in pyproject.toml`, {
			code: 'CONFIG_TWICE',
			file: own,
			hint: 'keep one of them: otherwise nobody knows which counts',
		});
	}

	return checked({file: own, prefix: ''}, parseToml(readText(own), own), {sections, environment});
}

function checked(
	source: {file: HostPath; prefix: string},
	raw: unknown,
	{sections, environment}: {sections: Sections; environment: Environment},
): ConfigFile {
	const origin = source.prefix === '' ? basename(source.file) : `[${source.prefix}]`;
	const placeOf = (key: string): Place => {
		const full = [source.prefix, key].filter(part => part !== '').join('.');
		return {origin, named: `${source.file}: ${full}`, file: source.file, key: full};
	};
	if (!isTable(raw)) {
		throw refusal(placeOf(''), `is ${shown(raw)}, and must be a table`, {
			code: 'VALUE_INVALID',
			hint: 'write [tool.venvpack]',
		});
	}

	const schema = documentSchema(sections);
	checkKeys(raw, schema, {key: '', placeOf});
	const result = v.safeParse(schema, expand(raw, environment, placeOf), {abortEarly: true});
	if (!result.success) {
		throw invalid(result.issues[0], sections, placeOf);
	}

	return {file: source.file, document: withWrittenHooks(result.output, raw), placeOf};
}

/** Each hook with its words as they stand in the file, which has the same shape. */
function withWrittenHooks(document: Document, raw: TomlTable): Document {
	const written = Array.isArray(raw.hooks) ? raw.hooks.map(hook => (isTable(hook) ? hook.command : undefined)) : [];
	const hooks = document.hooks?.map((hook, at) => ({...hook, written: written[at] as readonly string[] | undefined}));
	return hooks ? {...document, hooks} : document;
}

/** Names unknown keys before anything else is said of the file, with the known key that is nearest. */
function checkKeys(value: unknown, schema: v.GenericSchema, {key, placeOf}: Placed): void {
	const inner = shapeOf(schema);
	if (inner.item && Array.isArray(value)) {
		const {item} = inner;
		value.forEach((each, at) => {
			checkKeys(each, item, {key: `${key}[${at}]`, placeOf});
		});
	} else if (inner.entries && isTable(value)) {
		for (const [name, each] of Object.entries(value)) {
			const full = key === '' ? name : `${key}.${name}`;
			const known = inner.entries[name];
			if (known === undefined) {
				throw unknownKey(placeOf(full), name, Object.keys(inner.entries));
			}

			checkKeys(each, known, {key: full, placeOf});
		}
	}
}

interface Placed {
	readonly key: string;
	readonly placeOf: (key: string) => Place;
}

/** What is asked of a schema: the keys of a table, the items of a list, or what another schema wraps. */
interface Shape {
	readonly entries?: Readonly<Record<string, v.GenericSchema>>;
	readonly item?: v.GenericSchema;
	readonly wrapped?: v.GenericSchema;
}

function shapeOf(schema: v.GenericSchema): Shape {
	const shape = schema as Shape;
	return shape.wrapped === undefined ? shape : shapeOf(shape.wrapped);
}

function unknownKey(place: Place, key: string, known: readonly string[]): ConfigError {
	return refusal(place, 'is no key of venvpack', {code: 'KEY_UNKNOWN', hint: suggestion(key, known)});
}

function invalid(issue: v.BaseIssue<unknown>, sections: Sections, placeOf: (key: string) => Place): ConfigError {
	const path = (issue.path ?? []).reduce(
		(text, {key}) => (typeof key === 'number' ? `${text}[${key}]` : [text, String(key)].filter(Boolean).join('.')),
		'',
	);
	return refusal(placeOf(path), `is ${shown(issue.input)}, and must ${allowed(issue)}`, {
		code: 'VALUE_INVALID',
		hint: example(issue, sections),
	});
}

/** A line that would do. */
function example({path}: v.BaseIssue<unknown>, sections: Sections): string {
	const [key = '', inner = ''] = (path ?? []).map(item => String(item.key));
	const section = sections[key];
	if (section !== undefined) {
		const [name, setting] =
			Object.entries(section).find(([each]) => each === inner) ?? Object.entries(section)[0] ?? [];
		return `such as, under [${key}]: ${name} = ${JSON.stringify(setting?.default)}`;
	}

	const table = tableEntries.find(([name]) => name === key)?.[1];
	if (table !== undefined) {
		return `such as, under ${table.many ? `[[${key}]]` : `[${key}]`}: ${table.example.join('; ')}`;
	}

	const known = keyNames.find(name => name === key && name !== 'hooks');
	return known === undefined
		? 'such as, under [[hooks]]: command = ["python", "-m", "app.collect_static"]'
		: `such as: ${known} = ${keys[known].shown}`;
}

/** What an issue's rule takes, in words. */
function allowed({type, expected, requirement}: v.BaseIssue<unknown>): string {
	const words: Readonly<Record<string, string>> = {
		string: 'be a string',
		boolean: 'be true or false',
		number: 'be a whole number',
		integer: 'be a whole number',
		array: 'be an array',
		strict_object: 'be a table',
		min_value: `be at least ${String(requirement)}`,
		max_value: `be at most ${String(requirement)}`,
		min_length: 'not be empty',
	};
	const rule = (expected ?? 'something else').replace(/^\((.*)\)$/, '$1').replaceAll(' | ', ' or ');
	return words[type] ?? `be ${rule}`;
}
