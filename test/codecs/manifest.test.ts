import test from 'ava';
import fc from 'fast-check';
import {decodeManifest, decodeSummary, encodeManifest, encodeSummary} from '../../src/codecs/manifest.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import type {ManifestFile, ManifestSummary} from '../../src/model/manifest.ts';
import {type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Recipe} from '../../src/model/recipe.ts';

const digest = 'a'.repeat(64);
const summary: ManifestSummary = {
	manifest: 1,
	venvpack: '0.1.0',
	name: 'hello',
	version: '1.0',
	release: '1',
	summary: 'Says hello',
	license: 'MIT',
	arch: 'x86_64',
	prefix: installPath('/opt/hello'),
	python: {path: installPath('/usr/bin/python3.11'), minor: '3.11', minimum: '3.11.2'},
	distributions: [
		{
			name: 'hello',
			version: '1.0',
			license: 'MIT',
			origin: 'built',
			wheel: 'hello-1.0-py3-none-any.whl',
			sha256: digest,
		},
	],
	scripts: ['hello'],
	inputs: digest,
	epoch: 1_700_000_000,
	allowedLeaks: [],
};

const recipe: Recipe = {
	input: 'project',
	extras: ['fast'],
	groups: [],
	python: '3.11.7',
	sources: [
		{name: 'hello', kind: 'project', epoch: 1_700_000_000, tools: ['hatchling==1.27.0']},
		{name: 'lib', kind: 'repository', url: 'https://example.org/lib', commit: 'a1', subdirectory: 'python', epoch: 0},
		{name: 'uwsgi', kind: 'sdist', sdist: 'uwsgi-2.0.tar.gz', epoch: 315_532_800},
		{name: 'local', kind: 'file'},
	],
	hooks: [['python', '-c', 'pass']],
	metadata: {description: 'It says hello.', maintainer: 'Jo <jo@example.org>', vendor: '', homepage: ''},
	wishes: {compression: 'xz', level: 9, settings: {deb: {section: 'web', depends: ['libpq5']}}},
};

const whole = (files: Iterable<readonly [InstallPath, ManifestFile]>) =>
	Buffer.concat([...encodeManifest(summary, files)]);

test('a summary is indented JSON with a final newline', t => {
	t.snapshot(Buffer.from(encodeSummary(summary)).toString());
});

test('a manifest has one line a file', t => {
	const script = {sha256: digest, rules: ['shebangs', 'record']};
	t.snapshot(
		whole([
			[installPath('/opt/hello/bin/hello'), script],
			[installPath('/opt/hello/a "b"\n'), {sha256: digest}],
		]).toString(),
	);
});

test('the order in which the caller made the summary does not matter', t => {
	const reversed = Object.fromEntries(Object.entries(summary).reverse()) as unknown as ManifestSummary;
	t.deepEqual(encodeSummary(reversed), encodeSummary(summary));
});

test('a summary is read from its own file and from a whole manifest', t => {
	t.deepEqual(decodeSummary(encodeSummary(summary)), summary);
	t.deepEqual(decodeSummary(whole([])), summary);
});

test('a recipe is part of the summary, in one order', t => {
	const made = {...summary, recipe};
	t.deepEqual(decodeSummary(encodeSummary(made)), made);
	const [source] = recipe.sources;
	const reversed = {
		...recipe,
		sources: [Object.fromEntries(Object.entries(source ?? {}).reverse())],
	} as unknown as Recipe;
	t.deepEqual(
		encodeSummary({...summary, recipe: reversed}),
		encodeSummary({...summary, recipe: {...recipe, sources: source ? [source] : []}}),
	);
});

test('what tells a carried interpreter is part of the recipe', t => {
	const archive = {name: 'cpython.tar.zst', sha256: digest, url: 'https://mirror.example/cpython.tar.zst'};
	for (const interpreter of [{sha256: digest}, {sha256: digest, archive}]) {
		const made = {...summary, recipe: {...recipe, interpreter}};
		t.deepEqual(decodeSummary(encodeSummary(made)), made);
	}
});

test('a manifest of before there were recipes is read', t => {
	t.is(decodeSummary(encodeSummary(summary)).recipe, undefined);
});

test('what is written is read back', t => {
	const rules = fc.option(fc.array(fc.string(), {minLength: 1, maxLength: 3}), {nil: undefined});
	const names = fc.uniqueArray(
		fc.string({unit: 'binary', minLength: 1}).filter(name => !/[/\0]|^\.\.?$|[\ud800-\udfff]/.test(name)),
	);
	fc.assert(
		fc.property(names, rules, (paths, ruled) => {
			const file: ManifestFile = ruled ? {sha256: digest, rules: ruled} : {sha256: digest};
			const files = paths.map(name => [installPath(`/opt/hello/${name}`), file] as const);
			t.deepEqual(decodeManifest(whole(files)), {...summary, files: Object.fromEntries(files)});
		}),
	);
});

test('200,000 files pass in chunks, never as one text', t => {
	let longest = 0;
	let bytes = 0;
	function* files(): Generator<readonly [InstallPath, ManifestFile]> {
		for (let at = 0; at < 200_000; at++) {
			yield [`/opt/hello/lib/file-${at}` as InstallPath, {sha256: digest}];
		}
	}

	for (const chunk of encodeManifest(summary, files())) {
		longest = Math.max(longest, chunk.length);
		bytes += chunk.length;
	}

	t.true(longest < 70_000, `a chunk of ${longest} bytes`);
	t.true(bytes > 20_000_000);
});

const refused = test.macro((t, text: string | Uint8Array, message: string) => {
	const error = t.throws(() => decodeManifest(Buffer.from(text)), {
		instanceOf: ArtifactError,
		code: 'MANIFEST_INVALID',
	});
	t.is(error.message, `the manifest cannot be read: ${message}`);
	t.is(error.exitCode, 3);
});
test('refuses what is no JSON', refused, '{', 'it is no JSON');
test('refuses what is no UTF-8', refused, Uint8Array.of(0x22, 0xff, 0x22), 'it is no JSON');
test('refuses a later format', refused, JSON.stringify({...summary, manifest: 2}), 'manifest is 2, and must be 1');
test('refuses a missing key', refused, JSON.stringify({...summary, name: undefined}), 'name is missing');
test(
	'refuses a path that climbs',
	refused,
	JSON.stringify({...summary, prefix: '/opt/../x'}),
	'"/opt/../x" holds ".."',
);
test(
	'refuses a recipe that is none',
	refused,
	JSON.stringify({...summary, recipe: {...recipe, hooks: ['rm -rf /']}}),
	'recipe.hooks.0 is "rm -rf /", and must be Array',
);
test(
	'refuses a digest that is none',
	refused,
	JSON.stringify({...summary, files: {'/opt/x': {sha256: 'abc'}}}),
	'files./opt/x.sha256 is "abc", and must be /^[0-9a-f]{64}$/',
);
