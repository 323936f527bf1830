import type {ExecutionContext} from 'ava';
import {jsonSchemas} from '../../src/operations/json-schemas.ts';
import {place, withBuilder} from '../helpers/built.ts';
import {violations} from '../helpers/json-schema.ts';

// What --json prints, held to the schemas that are published. Those of build, inspect, verify, diff and reproduce are held
// to theirs beside the tests of these commands.

const test = await withBuilder();

async function document(t: ExecutionContext, args: readonly string[]): Promise<unknown> {
	const at = await place(t);
	at.write('pyproject.toml', '[project]\nname = "app"\nversion = "1.0"\n');
	const said = await at.run([...args, '--json']);
	return JSON.parse(said.stdout);
}

for (const [what, schema, ...args] of [
	['explain', 'explanation.schema.json', 'explain', '--prefix', '/opt/app', '--format', 'deb'],
	['init', 'init-result.schema.json', 'init'],
	['an error', 'error.schema.json', 'explain', '--prefix', 'opt/app'],
	['an error of reading', 'error.schema.json', 'inspect', 'pyproject.toml'],
] as const) {
	test(what, async t => {
		const found = await document(t, args);
		t.deepEqual(violations(JSON.parse(jsonSchemas().get(schema) ?? ''), found), [], JSON.stringify(found));
	});
}
