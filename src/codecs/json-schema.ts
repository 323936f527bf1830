import {toJsonSchema} from '@valibot/to-json-schema';
import type {BaseIssue, BaseSchema} from 'valibot';

/** A JSON schema, as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema (draft 2020-12) of what a valibot schema takes. */
export function jsonSchemaOf(schema: BaseSchema<unknown, unknown, BaseIssue<unknown>>, title: string): JsonSchema {
	const {$schema, ...rest} = toJsonSchema(schema, {target: 'draft-2020-12', typeMode: 'input'});
	return {$schema, title, ...rest};
}
