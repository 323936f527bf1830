import {Spec, Validation} from '@cyclonedx/cyclonedx-library';
import test from 'ava';
import fc from 'fast-check';
import {encodeSbom} from '../../src/codecs/cyclonedx.ts';
import type {Inventory, InventoryComponent} from '../../src/model/inventory.ts';

const component = (name: string, more: Partial<InventoryComponent> = {}): InventoryComponent => ({
	name,
	version: '1.0',
	license: 'MIT',
	summary: `The ${name}`,
	sha256: 'ab'.repeat(32),
	file: `${name}-1.0-py3-none-any.whl`,
	origin: 'index',
	dependencies: [],
	libraries: [],
	embedded: [],
	...more,
});

const inventory = (components: readonly InventoryComponent[], more: Partial<Inventory> = {}): Inventory => ({
	name: 'app',
	version: '2.0',
	license: 'Apache-2.0 OR MIT',
	summary: 'An application',
	epoch: 1_700_000_000,
	tool: '0.1.0',
	python: '3.11',
	components,
	roots: components.slice(0, 1).map(({name}) => name),
	...more,
});

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8'));

const rich = inventory([
	component('lib-b', {
		dependencies: ['c'],
		libraries: [{name: 'libz-1a2b.so.1', path: 'lib_b.libs/libz-1a2b.so.1', sha256: 'cd'.repeat(32)}],
		embedded: [
			{
				type: 'library',
				name: 'zlib',
				version: '1.3',
				purl: 'pkg:generic/zlib@1.3',
				license: 'Zlib',
				source: 'sboms/a.json',
			},
			{type: 'library', name: 'odd', version: '', purl: '', license: 'my own words', source: 'sboms/a.json'},
		],
	}),
	component('c', {license: 'BSD', version: '1.0+local', origin: 'built', sha256: '', file: ''}),
]);

test('it holds to the published schema', async t => {
	t.is(await validator.validate(Buffer.from(encodeSbom(rich)).toString('utf8')), null);
});

test('every distribution has its purl, hash and licence', t => {
	const {components} = parsed(encodeSbom(rich));
	const [c, b] = components;
	t.is(b.purl, 'pkg:pypi/lib-b@1.0');
	t.deepEqual(b.hashes, [{alg: 'SHA-256', content: 'ab'.repeat(32)}]);
	t.deepEqual(b.licenses, [{license: {id: 'MIT'}}]);
	t.is(c.purl, 'pkg:pypi/c@1.0+local');
	t.deepEqual(c.licenses, [{license: {name: 'BSD'}}]);
});

test('the dependencies between them, from the application on', t => {
	const {dependencies, metadata} = parsed(encodeSbom(rich));
	const of = (ref: string) => dependencies.find((each: {ref: string}) => each.ref === ref)?.dependsOn ?? [];
	t.deepEqual(of(metadata.component['bom-ref']), ['pkg:pypi/lib-b@1.0']);
	t.deepEqual(of('pkg:pypi/lib-b@1.0'), ['pkg:pypi/c@1.0+local']);
});

test('what a wheel carries, and what its own bill lists, lie inside of it', t => {
	const {components} = parsed(encodeSbom(rich));
	t.deepEqual(
		components[1].components.map(({name}: {name: string}) => name),
		['libz-1a2b.so.1', 'zlib', 'odd'],
	);
});

test('the same inventory, the same bytes; the time is that of the artifact', t => {
	t.deepEqual(encodeSbom(rich), encodeSbom(structuredClone(rich)));
	t.is(parsed(encodeSbom(rich)).metadata.timestamp, '2023-11-14T22:13:20.000Z');
	t.not(parsed(encodeSbom(rich)).serialNumber, parsed(encodeSbom({...rich, version: '2.1'})).serialNumber);
});

test('a licence that is called as a property of every object', async t => {
	for (const license of ['constructor', '__proto__', 'ToString']) {
		const bytes = encodeSbom(inventory([component('x', {license})], {license}));
		t.is(await validator.validate(Buffer.from(bytes).toString('utf8')), null);
	}
});

test('any words that METADATA may hold give a document that holds to the schema', async t => {
	const word = fc.string({unit: 'grapheme', minLength: 1, maxLength: 12});
	const any = fc.record({license: word, summary: word, version: word, file: word});
	await fc.assert(
		fc.asyncProperty(any, async ({license, summary, version, file}) => {
			const bytes = encodeSbom(inventory([component('x', {license, summary, version, file})], {license, summary}));
			t.is(await validator.validate(Buffer.from(bytes).toString('utf8')), null);
		}),
		{numRuns: 40},
	);
});
