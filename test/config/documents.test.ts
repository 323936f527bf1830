import test from 'ava';
import {documentsOf} from '../../src/config/documents.ts';
import {hello, load, refusalOf, type World} from './world.ts';

async function documents(t: Parameters<typeof load>[0], files: Record<string, string>) {
	const world: World = {files: {'pyproject.toml': hello, ...files}, request: {prefix: '/opt/hello'}};
	const {config} = await load(t, world);
	const {changelog, docs} = documentsOf(config);
	return [changelog, ...docs].map(doc => doc && `${doc.name}: ${Buffer.from(doc.bytes)}`);
}

test('a changelog that lies in the project comes along', async t => {
	t.deepEqual(await documents(t, {'CHANGELOG.md': 'new'}), ['CHANGELOG.md: new']);
	t.deepEqual(await documents(t, {'CHANGES.rst': 'new'}), ['CHANGES.rst: new']);
	t.deepEqual(await documents(t, {}), [undefined]);
});

test('another one where the configuration names it, or none', async t => {
	const files = {'CHANGELOG.md': 'new', 'docs/NEWS': 'news'};
	t.deepEqual(await documents(t, {...files, 'venvpack.toml': 'changelog = "docs/NEWS"\n'}), ['NEWS: news']);
	t.deepEqual(await documents(t, {...files, 'venvpack.toml': 'changelog = "none"\n'}), [undefined]);
});

test('docs come along in their order; the changelog among them counts once', async t => {
	const files = {'CHANGELOG.md': 'new', 'README.md': 'read', 'docs/x.txt': 'x'};
	const found = await documents(t, {...files, 'venvpack.toml': 'docs = ["README.md", "docs/x.txt", "CHANGELOG.md"]\n'});
	t.deepEqual(found, ['CHANGELOG.md: new', 'README.md: read', 'x.txt: x']);
});

for (const [what, line, code, said] of [
	[
		'a changelog that is not there',
		'changelog = "NEWS"',
		'DOCUMENT_UNREADABLE',
		/venvpack\.toml: changelog names .*NEWS.*ENOENT/,
	],
	['docs that are a folder', 'docs = ["docs"]', 'DOCUMENT_UNREADABLE', /venvpack\.toml: docs names .*docs.*EISDIR/],
	[
		'two docs of one name',
		'docs = ["README.md", "docs/README.md"]',
		'DOCUMENT_TWICE',
		/venvpack\.toml: docs .*README\.md/,
	],
	['a file in the place of ours', 'docs = ["docs/copyright"]', 'DOCUMENT_TWICE', /copyright/],
] as const) {
	test(`refused by file and key: ${what}`, async t => {
		const files = {'venvpack.toml': `${line}\n`, 'README.md': '', 'docs/README.md': '', 'docs/copyright': ''};
		const told = await refusalOf(t, () => documents(t, files));
		t.true(told.includes(code), told);
		t.regex(told, said);
	});
}
