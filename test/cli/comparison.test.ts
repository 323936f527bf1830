import test from 'ava';
import * as v from 'valibot';
import {comparisonSchema, reproductionSchema} from '../../src/codecs/comparison-document.ts';
import type {Comparison, FileChange} from '../../src/model/comparison.ts';
import {hostPath, type InstallPath} from '../../src/model/paths.ts';
import type {Reproduction} from '../../src/model/reproduction.ts';
import {say} from '../helpers/command-line.ts';

const side = (version: string, bytes: number) => ({
	...{artifact: `/src/project/hello_${version}-1_amd64.deb`, format: 'deb', name: 'hello', version},
	...{size: bytes / 4, files: 1200, bytes},
});

const file = (kind: FileChange['kind'], path: string, more: Partial<FileChange> = {}): FileChange => ({
	kind,
	path: path as InstallPath,
	from: undefined,
	aspects: [],
	sizes: [kind === 'added' ? undefined : 1200, kind === 'removed' ? undefined : 1300],
	...more,
});

const different: Comparison = {
	a: side('1.0.0', 14_200_000),
	b: side('1.1.0', 13_000_000),
	equal: false,
	distributions: [
		{kind: 'added', name: 'anyio', from: undefined, to: '4.0'},
		{kind: 'downgraded', name: 'attrs', from: '24.1', to: '23.2'},
		{kind: 'updated', name: 'idna', from: '3.6', to: '3.10'},
		{kind: 'updated', name: 'typing_extensions', from: '4.11.0', to: '4.12.0'},
		{kind: 'rebuilt', name: 'uwsgi', from: '2.0', to: '2.0'},
		{kind: 'removed', name: 'six', from: '1.17', to: undefined},
	],
	metadata: [
		{field: 'version', from: '1.0.0', to: '1.1.0'},
		{field: 'command', from: undefined, to: 'hello-admin'},
		{field: 'requires', from: 'libc6 (>= 2.31)', to: 'libc6 (>= 2.36)'},
		{field: 'requires', from: 'libfoo1', to: undefined},
		{field: 'script postinst', from: '3 lines, sha256 0123456789ab', to: '4 lines, sha256 ba9876543210'},
		{field: 'description', from: 'One.\n\nTwo.', to: 'One.\n\nThree | four.'},
	],
	files: [
		file('added', '/opt/hello/a'),
		file('removed', '/opt/hello/b'),
		file('renamed', '/opt/hello/c', {from: '/opt/hello/old-c' as InstallPath}),
		file('changed', '/opt/hello/d', {aspects: [{what: 'content', from: 'a'.repeat(64), to: 'b'.repeat(64)}]}),
		file('changed', '/opt/hello/e', {
			aspects: [
				{what: 'content', from: 'a'.repeat(64), to: 'b'.repeat(64)},
				{what: 'mode', from: '0644', to: '0755'},
			],
			sizes: [7, 7],
		}),
		...Array.from({length: 30}, (_, at) => file('added', `/opt/hello/more/${at}`)),
	],
	following: 12,
	uncompared: [],
};

const equal: Comparison = {
	...different,
	...{equal: true, distributions: [], metadata: [], files: [], following: 0, uncompared: ['owners']},
	b: {...side('1.0.0', 14_200_000), format: 'dir'},
};

const diffs = (comparison: Comparison) => ({library: {diff: () => Promise.resolve(comparison)}});

test('what differs, distributions first', async t => {
	const {code, stdout, stderr} = await say('diff a.deb b.deb', diffs(different));
	t.is(code, 1);
	t.snapshot(stdout);
	t.is(stderr, '');
});

test('--files lists every file', async t => {
	const {stdout} = await say('diff a.deb b.deb --files', diffs(different));
	t.is(stdout.match(/^\+ \/opt\/hello\/more\//gm)?.length, 30);
	t.notRegex(stdout, / more: /);
});

test('a release note in Markdown', async t => {
	const {code, stdout} = await say('diff a.deb b.deb --markdown', diffs(different));
	t.is(code, 1);
	t.snapshot(stdout);
});

test('nothing differs', async t => {
	const {code, stdout} = await say('diff a.deb b', diffs(equal));
	t.is(code, 0);
	t.snapshot(stdout);
	t.is((await say('diff a.deb b --markdown', diffs(equal))).stdout, '## hello 1.0.0\n\nNo difference.\n');
	t.is((await say('diff a.deb b --quiet', diffs(equal))).stdout, '');
});

test('--json is one document, with every file', async t => {
	const {code, stdout} = await say('diff a.deb b.deb --json', diffs(different));
	t.is(code, 1);
	const document = JSON.parse(stdout) as Comparison;
	t.true(v.is(comparisonSchema, document), 'it is what the schema says');
	t.is(document.files.length, different.files.length);
	t.deepEqual(document.files[0], {kind: 'added', path: '/opt/hello/a', aspects: [], sizes: [null, 1300]});
});

test('on a terminal signs are coloured, and what an artifact says steers nothing', async t => {
	const [first = file('added', '/x')] = different.files;
	const hostile = {...first, path: '/opt/\u001B[2J\u0007x' as InstallPath};
	const comparison = {...different, distributions: [], metadata: [], files: [hostile]};
	const {stdout} = await say('diff a.deb b.deb', {...diffs(comparison), terminal: true});
	t.true(stdout.includes('\u001B[32m+\u001B[39m /opt/\\x07x'));
	t.false(stdout.includes('\u001B[2J'));
});

test('paths become absolute, addresses stay, and the prefix is for both', async t => {
	let asked: unknown;
	const library = {
		diff: (request: unknown) => {
			asked = request;
			return Promise.resolve(equal);
		},
	};
	await say('diff a.tar.gz https://example.org/b.deb --prefix /opt/x', {library});
	t.deepEqual(asked, {
		a: {artifact: '/src/project/a.tar.gz', prefix: '/opt/x'},
		b: {artifact: 'https://example.org/b.deb', prefix: '/opt/x'},
	});
	const wrong = await say('diff a b --prefix opt', {library});
	t.is(wrong.code, 2);
	t.is((await say('diff a', {library})).code, 2);
});

const made = (sha256: string) => ({
	...{path: hostPath('/src/project/hello.deb'), format: 'deb', size: 152_900},
	sha256: sha256.repeat(64),
});
const identical: Reproduction = {
	identical: true,
	layer: 'none',
	artifact: made('a'),
	rebuilt: {...made('a'), path: undefined},
	comparison: undefined,
};

const reproduces = (reproduction: Reproduction) => ({library: {reproduce: () => Promise.resolve(reproduction)}});

test('reproduce says identical', async t => {
	const {code, stdout} = await say('reproduce hello.deb', reproduces(identical));
	t.is(code, 0);
	t.snapshot(stdout);
});

test('reproduce says what differs', async t => {
	const other = {...identical, identical: false, rebuilt: made('b')};
	const files = {...different, distributions: [], metadata: [], files: different.files.slice(0, 1)};
	const {code, stdout} = await say('reproduce hello.deb', reproduces({...other, layer: 'files', comparison: files}));
	t.is(code, 1);
	t.snapshot(stdout);
	const packed = await say('reproduce hello.deb', reproduces({...other, layer: 'container', comparison: equal}));
	t.is(packed.code, 1);
	t.regex(packed.stdout, /^different: the same tree and metadata, packed otherwise/);
});

test('reproduce --json', async t => {
	const {stdout} = await say('reproduce hello.deb --json', reproduces(identical));
	t.true(v.is(reproductionSchema, JSON.parse(stdout)), 'it is what the schema says');
	t.like(JSON.parse(stdout), {identical: true, layer: 'none', artifact: {sha256: 'a'.repeat(64)}});
});

test('the flags of reproduce', async t => {
	let asked: unknown;
	const library = {
		reproduce: (request: unknown) => {
			asked = request;
			return Promise.resolve(identical);
		},
	};
	await say(
		'reproduce a.deb --project . --source my-lib=../lib --source x=/y --out again --python 3.11.7 --index-url https://i.example --find-links wheels --find-links https://w.example --offline',
		{library},
	);
	t.deepEqual(asked, {
		artifact: '/src/project/a.deb',
		project: '/src/project',
		sources: {'my-lib': '/src/lib', x: '/y'},
		out: '/src/project/again',
		python: '3.11.7',
		pythonArchive: undefined,
		indexUrl: 'https://i.example',
		extraIndexUrls: undefined,
		findLinks: ['/src/project/wheels', 'https://w.example'],
		offline: true,
	});
	t.is((await say('reproduce a.deb --source lib', {library})).code, 2);
});
