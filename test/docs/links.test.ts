import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../', import.meta.url));
const isOurs = (path: string) => !/(?:^|\/)(?:node_modules|dist|\..*|snapshots)\//.test(path);
const pages = readdirSync(root, {withFileTypes: true})
	.flatMap(entry => {
		if (!entry.isDirectory()) {
			return [entry.name];
		}

		return isOurs(`${entry.name}/`)
			? readdirSync(join(root, entry.name), {recursive: true, encoding: 'utf8'}).map(name => join(entry.name, name))
			: [];
	})
	.filter(path => path.endsWith('.md') && isOurs(path));

test('there are pages to look at', t => {
	t.true(
		['README.md', 'docs/README.md', 'docs/tutorial.md', 'examples/hello/README.md'].every(page => pages.includes(page)),
	);
});

for (const page of pages) {
	test(`links of ${page} lead somewhere`, t => {
		const broken = linksOf(page).filter(({file, anchor}) => {
			const path = file === '' ? page : relative(root, join(root, dirname(page), file));
			return !existsSync(join(root, path)) || (anchor !== '' && !anchorsOf(path).includes(anchor));
		});
		t.deepEqual(broken, []);
	});
}

test('the list of documents names each of them', t => {
	const documents = pages.filter(page => page.startsWith('docs/') && page !== 'docs/README.md');
	const named = linksOf('docs/README.md').map(({file}) => `docs/${file}`);
	t.deepEqual(
		documents.filter(page => !named.includes(page)),
		[],
	);
});

test('the README stays short', t => {
	t.true(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length <= 120);
});

interface Link {
	readonly file: string;
	readonly anchor: string;
}

/** Links to files and headings; other sites are not asked. */
function linksOf(page: string): Link[] {
	const targets = [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target ?? '');
	return targets
		.filter(target => !/^[a-z]+:/.test(target))
		.map(target => {
			const [file = '', anchor = ''] = target.split('#');
			return {file, anchor};
		});
}

/** The anchors of headings, as GitHub and GitLab make them. */
function anchorsOf(page: string): string[] {
	return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
		title
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** Without blocks of code. */
function prose(page: string): string {
	return readFileSync(join(root, page), 'utf8').replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
}
