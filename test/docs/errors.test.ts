import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const sources = ['src/', 'cli/'].flatMap(folder =>
	readdirSync(new URL(folder, root), {recursive: true, encoding: 'utf8'})
		.filter(name => name.endsWith('.ts'))
		.map(name => withoutComments(read(`${folder}${name}`))),
);

/** In the shape of codes, and something else: variables of the environment and of CPython's build, keys of /etc/os-release. */
const otherWords = new Set([
	...['SOURCE_DATE_EPOCH', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NO_PROXY', 'HTTPS_PROXY'],
	...['PIP_CERT', 'PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_CONFIG_FILE', 'PIP_NO_INDEX'],
	...['UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL', 'UV_FIND_LINKS', 'UV_CACHE_DIR'],
	// A version of symbols.
	'GLIBC_PRIVATE',
	...['UBUNTU_CODENAME', 'VERSION_CODENAME', 'VERSION_ID'],
	...['CONFIG_ARGS', 'WHEEL_PKG_DIR', 'DEB_PYTHON_INSTALL_LAYOUT', 'VIRTUAL_ENV'],
]);

/** Thrown and caught where it is thrown: what a user reads is a note. */
const unseen = new Set(['UV_MISSING']);

/** Codes that are put together when they are thrown: what the source says, and what it comes to. */
const composed: Readonly<Record<string, readonly string[]>> = {
	// config/place.ts, called with the keys that have no default
	'${upper}_MISSING': ['NAME_MISSING', 'VERSION_MISSING'],
	// config/decide-input.ts
	'${what.toUpperCase()}_UNKNOWN': ['EXTRA_UNKNOWN', 'GROUP_UNKNOWN'],
};

test('every code of the sources is explained', t => {
	const explained = [...codesExplained(), ...findingCodes()];
	t.deepEqual(
		codesOfSources().filter(code => !explained.includes(code)),
		[],
		'write a heading and a paragraph for these in docs/errors.md',
	);
});

test('nothing is explained that no source knows', t => {
	const known = codesOfSources();
	t.deepEqual(
		codesExplained().filter(code => !known.includes(code)),
		[],
		'take these out of docs/errors.md',
	);
});

test('a code is explained once, and in words', t => {
	const explained = codesExplained();
	t.deepEqual([...new Set(explained)], explained);
	t.deepEqual(
		read('docs/errors.md')
			.split(/^#+ /m)
			.filter(section => isCode(section.split('\n')[0] ?? '') && section.split('\n').slice(1).join('').length < 20),
		[],
	);
});

test('the list at the top names every group', t => {
	const text = read('docs/errors.md');
	const groups = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
	t.deepEqual(
		[...text.matchAll(/^- \[(.*?)\]\(#/gm)].map(([, title]) => title),
		groups,
	);
});

test('each way to put a code together is known to this test', t => {
	const found = sources.flatMap(text =>
		[...text.matchAll(/code: `(\$\{[^}`]+\}_[A-Z_]+)`/g)].map(([, template]) => template),
	);
	t.deepEqual([...new Set(found)].sort(), Object.keys(composed).sort());
});

/** Of what `verify` finds: test/docs/findings.test.ts holds that page to the checks. */
function findingCodes(): string[] {
	return [...read('docs/findings.md').matchAll(/^## (.*)$/gm)].map(([, code]) => code ?? '');
}

function codesExplained(): string[] {
	return [...read('docs/errors.md').matchAll(/^### (.*)$/gm)].map(([, code]) => code ?? '');
}

function codesOfSources(): string[] {
	const literals = sources.flatMap(text => [
		// Two words and more are codes wherever they stand: types, tables and calls of helpers name them.
		...[...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, word]) => word ?? ''),
		// One word is a code only where it is called one.
		...[...text.matchAll(/(?:\bcode: |\brefus\w+\()'([A-Z0-9]+)'/g)].map(([, word]) => word ?? ''),
	]);
	const codes = literals.filter(word => !otherWords.has(word) && !unseen.has(word));
	return [...new Set([...codes, ...Object.values(composed).flat()])].sort();
}

function isCode(title: string): boolean {
	return /^[A-Z][A-Z0-9_]+$/.test(title);
}

/** Comments name codes too; whole lines of them are enough, since a code in a string is on a line of code. */
function withoutComments(text: string): string {
	return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
