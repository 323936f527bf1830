import {isDeepStrictEqual} from 'node:util';

type Schema = Readonly<Record<string, unknown>>;

/**
 * What a value does against a JSON schema, each with its place; empty where it keeps to it. Knows the keywords that our
 * schemas and the one of SARIF use, and refuses any other, so that nothing is passed over.
 */
export function violations(schema: unknown, value: unknown): string[] {
	const root = asSchema(schema);
	return check(root, value, {root, at: '$'});
}

interface Place {
	readonly root: Schema;
	readonly at: string;
}

type Rule = (is: never, value: never, place: Place, schema: Schema) => readonly string[];

const saysNothing = () => [];
const rules: Readonly<Record<string, Rule>> = {
	...Object.fromEntries(
		['$schema', 'id', '$id', 'title', 'description', 'default', 'format', 'definitions', '$defs'].map(key => [
			key,
			saysNothing,
		]),
	),
	$ref: (ref: string, value: unknown, place) => check(resolved(ref, place.root), value, place),
	type: (types: string | readonly string[], value: unknown, {at}) =>
		[types].flat().some(type => hasType(value, type)) ? [] : [`${at} is no ${types}`],
	enum: (known: readonly unknown[], value: unknown, {at}) =>
		known.some(one => isDeepStrictEqual(one, value)) ? [] : [`${at} is ${JSON.stringify(value)}`],
	const: (one: unknown, value: unknown, {at}) => (isDeepStrictEqual(one, value) ? [] : [`${at} is not ${one}`]),
	pattern: (pattern: string, value: unknown, {at}) =>
		typeof value !== 'string' || new RegExp(pattern, 'u').test(value) ? [] : [`${at} does not fit ${pattern}`],
	minimum: (least: number, value: unknown, {at}) =>
		typeof value === 'number' && value < least ? [`${at} < ${least}`] : [],
	maximum: (most: number, value: unknown, {at}) =>
		typeof value === 'number' && value > most ? [`${at} > ${most}`] : [],
	minItems: (least: number, value: unknown, {at}) =>
		Array.isArray(value) && value.length < least ? [`${at} has fewer than ${least}`] : [],
	uniqueItems: (is: boolean, value: unknown, {at}) =>
		is && Array.isArray(value) && new Set(value.map(one => JSON.stringify(one))).size < value.length
			? [`${at} repeats`]
			: [],
	items: (items: Schema, value: unknown, {root, at}) =>
		Array.isArray(value) ? value.flatMap((one, index) => check(items, one, {root, at: `${at}[${index}]`})) : [],
	required: (keys: readonly string[], value: unknown, {at}) =>
		isObject(value) ? keys.filter(key => !(key in value)).map(key => `${at}.${key} is missing`) : [],
	properties: (properties: Readonly<Record<string, Schema>>, value: unknown, {root, at}) =>
		isObject(value)
			? Object.entries(properties).flatMap(([key, one]) =>
					key in value ? check(one, value[key], {root, at: `${at}.${key}`}) : [],
				)
			: [],
	additionalProperties: (more: boolean | Schema, value: unknown, {root, at}, {properties = {}}) => {
		const keys = isObject(value) ? Object.keys(value).filter(key => !(key in asSchema(properties))) : [];
		return keys.flatMap(key =>
			typeof more === 'boolean'
				? more
					? []
					: [`${at}.${key} is unknown`]
				: check(more, isObject(value) ? value[key] : undefined, {root, at: `${at}.${key}`}),
		);
	},
	propertyNames: (names: Schema, value: unknown, {root, at}) =>
		isObject(value) ? Object.keys(value).flatMap(key => check(names, key, {root, at: `the key ${key} of ${at}`})) : [],
	anyOf: (schemas: readonly Schema[], value: unknown, place) => {
		const each = schemas.map(one => check(one, value, place));
		return each.some(found => found.length === 0) ? [] : [`${place.at} fits none of anyOf: ${each.flat().join('; ')}`];
	},
	oneOf: (schemas: readonly Schema[], value: unknown, place) => {
		const fits = schemas.filter(one => check(one, value, place).length === 0).length;
		return fits === 1 ? [] : [`${place.at} fits ${fits} of oneOf`];
	},
};

function check(schema: Schema, value: unknown, place: Place): string[] {
	return Object.entries(schema).flatMap(([keyword, is]) => {
		const rule = rules[keyword];
		if (rule === undefined) {
			throw new RangeError(`the keyword ${keyword} at ${place.at} is not known to this test`);
		}

		return rule(is as never, value as never, place, schema);
	});
}

function resolved(ref: string, root: Schema): Schema {
	const path = ref.replace(/^#\/?/, '').split('/').filter(Boolean);
	return asSchema(path.reduce<unknown>((here, key) => asSchema(here)[key], root));
}

function hasType(value: unknown, type: string): boolean {
	switch (type) {
		case 'array':
			return Array.isArray(value);
		case 'object':
			return isObject(value);
		case 'integer':
			return Number.isInteger(value);
		case 'null':
			return value === null;
		default:
			return typeof value === type;
	}
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
	if (!isObject(value)) {
		throw new RangeError('a schema is an object');
	}

	return value;
}
