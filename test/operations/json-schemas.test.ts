import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import {jsonSchemas} from '../../src/operations/json-schemas.ts';

const folder = new URL('../../schema/', import.meta.url);

test('schema/ holds what the sources say: else run npm run schema', t => {
	const published = readdirSync(folder).filter(name => name.endsWith('.json'));
	t.deepEqual(published.sort(), [...jsonSchemas().keys()].sort());
	for (const [name, text] of jsonSchemas()) {
		t.is(readFileSync(new URL(name, folder), 'utf8'), text);
	}
});

test('every key has a description, for editors', t => {
	const schema: {properties: Record<string, {description?: string}>} = JSON.parse(
		jsonSchemas().get('venvpack.schema.json') ?? '',
	);
	t.deepEqual(
		Object.entries(schema.properties).filter(([, property]) => !property.description),
		[],
	);
});
