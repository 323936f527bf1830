import {readFileSync} from 'node:fs';
import test from 'ava';
import {debExceptions} from '../../src/formats/deb/lint-exceptions.ts';
import type {LintException} from '../../src/formats/lint/exception.ts';
import {rpmExceptions} from '../../src/formats/rpm/lint-exceptions.ts';

const page = readFileSync(new URL('../../docs/reference/lint.md', import.meta.url), 'utf8');

const listed = test.macro((t, tool: string, exceptions: readonly LintException[]) => {
	const [, section = ''] = page.split(`\n### ${tool}\n`);
	const rows = (section.split('\n### ')[0] ?? '').split('\n').filter(line => line.startsWith('| `'));
	t.deepEqual(
		rows,
		exceptions.flatMap(({tags, when, because}) => tags.map(tag => `| \`${tag}\` | ${when} | ${because} |`)),
	);
});

test('the docs list what lintian is told to pass over, and why', listed, 'lintian', debExceptions);
test('the docs list what rpmlint is told to pass over, and why', listed, 'rpmlint', rpmExceptions);

test('no tag is listed twice', t => {
	for (const exceptions of [debExceptions, rpmExceptions]) {
		const tags = exceptions.flatMap(exception => exception.tags);
		t.deepEqual([...new Set(tags)], [...tags]);
	}
});
