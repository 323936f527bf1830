import * as v from 'valibot';
import {type JsonSchema, jsonSchemaOf} from '../codecs/json-schema.ts';
import {bundleParts} from '../model/layout.ts';
import type {Setting, Settings} from '../model/settings.ts';
import {type Key, keys, type Values} from './keys.ts';
import type {Table} from './table.ts';
import {tableEntries} from './tables.ts';

/** A formats' own tables, by the format's name. */
export type Sections = Readonly<Record<string, Settings>>;

/** A configuration file's content: the keys outside tables, and what was given in each format's table. */
export type Document = Values & Readonly<Record<string, unknown>>;

const text = (name: Key) => v.optional(v.pipe(v.string(), v.description(keys[name].description)));
const texts = (name: Key) => v.optional(v.pipe(v.array(v.string()), v.description(keys[name].description)));
const flag = (name: Key) => v.optional(v.pipe(v.boolean(), v.description(keys[name].description)));

const hook = v.strictObject({
	command: v.pipe(v.array(v.string()), v.minLength(1), v.description('Program and arguments; no shell.')),
});

const entries = {
	prefix: text('prefix'),
	formats: texts('formats'),
	target: text('target'),
	out: text('out'),
	python: text('python'),
	'target-python': text('target-python'),
	'bundle-python': flag('bundle-python'),
	'python-archive': text('python-archive'),
	'python-archive-sha256': text('python-archive-sha256'),
	'bundle-libraries': flag('bundle-libraries'),
	keep: v.optional(v.pipe(v.array(v.picklist(bundleParts)), v.description(keys.keep.description))),
	relocatable: flag('relocatable'),
	name: text('name'),
	version: text('version'),
	release: text('release'),
	arch: text('arch'),
	summary: text('summary'),
	description: text('description'),
	license: text('license'),
	maintainer: text('maintainer'),
	vendor: text('vendor'),
	homepage: text('homepage'),
	venv: text('venv'),
	lock: text('lock'),
	extras: texts('extras'),
	groups: texts('groups'),
	from: texts('from'),
	requirements: texts('requirements'),
	constraints: texts('constraints'),
	'require-hashes': flag('require-hashes'),
	'index-url': text('index-url'),
	'extra-index-urls': texts('extra-index-urls'),
	'find-links': texts('find-links'),
	offline: flag('offline'),
	compression: v.optional(
		v.pipe(v.picklist(['zstd', 'xz', 'gzip', 'deflate', 'none']), v.description(keys.compression.description)),
	),
	'compression-level': v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(0), v.description(keys['compression-level'].description)),
	),
	'allow-leaks': texts('allow-leaks'),
	'keep-stage': flag('keep-stage'),
	sbom: flag('sbom'),
	expose: texts('expose'),
	strip: flag('strip'),
	changelog: text('changelog'),
	docs: texts('docs'),
	hooks: v.optional(v.pipe(v.array(hook), v.description(keys.hooks.description))),
} satisfies Record<Key, v.GenericSchema>;

/** The schema of a configuration file with these formats' tables; strict: an unknown key is an issue. */
export function documentSchema(sections: Sections): v.GenericSchema<unknown, Document> {
	const own = tableEntries.map(([name, table]) => [name, v.optional(tableSchema(table))] as const);
	const tables = Object.entries(sections)
		.filter(([, settings]) => Object.keys(settings).length > 0)
		.map(([format, settings]) => [format, v.optional(sectionSchema(format, settings))] as const);
	return v.strictObject({...entries, ...Object.fromEntries(own), ...Object.fromEntries(tables)});
}

/** The published JSON schema of `venvpack.toml` and of `[tool.venvpack]`. */
export function configJsonSchema(sections: Sections): JsonSchema {
	return jsonSchemaOf(documentSchema(sections), 'The configuration of venvpack: venvpack.toml, or [tool.venvpack]');
}

function tableSchema({schema, many, description}: Table): v.GenericSchema {
	return v.pipe(many ? v.array(schema) : schema, v.description(description));
}

function sectionSchema(format: string, settings: Settings): v.GenericSchema {
	const known = Object.entries(settings).map(([name, setting]) => [name, v.optional(settingSchema(setting))] as const);
	return v.pipe(v.strictObject(Object.fromEntries(known)), v.description(`Only for the format ${format}.`));
}

function settingSchema(setting: Setting): v.GenericSchema {
	const one = setting.oneOf ? v.picklist(setting.oneOf) : v.string();
	switch (setting.type) {
		case 'string':
		case 'script':
			return v.pipe(one, v.description(setting.description));
		case 'strings':
			return v.pipe(v.array(one), v.description(setting.description));
		case 'table':
		case 'scripts':
			return v.pipe(v.record(v.string(), one), v.description(setting.description));
		case 'boolean':
			return v.pipe(v.boolean(), v.description(setting.description));
		case 'integer':
			return v.pipe(
				v.number(),
				v.integer(),
				v.minValue(setting.minimum ?? Number.MIN_SAFE_INTEGER),
				v.maxValue(setting.maximum ?? Number.MAX_SAFE_INTEGER),
				v.description(setting.description),
			);
	}
}
