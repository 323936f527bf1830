import {comparisonSchema, reproductionSchema} from '../codecs/comparison-document.ts';
import {inspectResultSchema} from '../codecs/inspect-document.ts';
import {jsonSchemaOf} from '../codecs/json-schema.ts';
import {manifestSchema} from '../codecs/manifest.ts';
import {
	buildResultSchema,
	errorSchema,
	explanationSchema,
	extractResultSchema,
	initSchema,
	relocationSchema,
	signResultSchema,
} from '../codecs/result-document.ts';
import {questionsSchema, verificationSchema} from '../codecs/verification-document.ts';
import {sectionsOf} from '../config/load.ts';
import {configJsonSchema} from '../config/schema.ts';
import {formats} from '../formats/formats.ts';

/** The published JSON schemas: the names of the files in `schema/`, and their text. */
export function jsonSchemas(): ReadonlyMap<string, string> {
	const schemas = {
		'venvpack.schema.json': configJsonSchema(sectionsOf(formats)),
		'manifest.schema.json': jsonSchemaOf(
			manifestSchema,
			'What an artifact of venvpack says of itself in venvpack.json',
		),
		'comparison.schema.json': jsonSchemaOf(comparisonSchema, 'What venvpack diff --json prints'),
		'verification.schema.json': jsonSchemaOf(verificationSchema, 'What venvpack verify --json prints'),
		'checks.schema.json': jsonSchemaOf(questionsSchema, 'What venvpack verify --list --json prints'),
		'reproduction.schema.json': jsonSchemaOf(reproductionSchema, 'What venvpack reproduce --json prints'),
		'inspect-result.schema.json': jsonSchemaOf(inspectResultSchema, 'What venvpack inspect --json prints'),
		'relocation.schema.json': jsonSchemaOf(relocationSchema, 'What venvpack relocate --json prints'),
		'explanation.schema.json': jsonSchemaOf(explanationSchema, 'What venvpack explain --json prints'),
		'extract-result.schema.json': jsonSchemaOf(extractResultSchema, 'What venvpack extract --json prints'),
		'sign-result.schema.json': jsonSchemaOf(signResultSchema, 'What venvpack sign --json prints'),
		'init-result.schema.json': jsonSchemaOf(initSchema, 'What venvpack init --json prints'),
		'error.schema.json': jsonSchemaOf(errorSchema, 'What every command prints with --json where it fails'),
		'build-result.schema.json': jsonSchemaOf(buildResultSchema, 'What venvpack build --json prints'),
	};
	return new Map(Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]));
}
