import {readFileSync} from 'node:fs';
import test from 'ava';
import {listQuestions} from '../../src/operations/verify.ts';

const text = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
const [head = '', ...sections] = text.split(/^## /m);
const kinds = listQuestions().flatMap(question => question.kinds);

test('every code is explained once, by check', t => {
	t.deepEqual(
		sections.map(section => section.split('\n')[0]),
		kinds.map(({code}) => code),
		'docs/findings.md has one heading for each code, in the order of venvpack verify --list',
	);
});

test('each says its severity, why it matters, and what to do', t => {
	for (const {code, severity} of kinds) {
		const section = sections.find(one => one.startsWith(`${code}\n`)) ?? '';
		t.regex(section.split('\n')[2] ?? '', new RegExp(`^\\*\\*${severity}\\*\\*: `, 'i'), code);
		t.regex(section, /^\*\*What to do\*\*: \S/m, code);
		t.true(section.length > 120, code);
	}
});

test('the table at the top names every check, with its question and codes', t => {
	const rows = head
		.split('\n')
		.filter(line => line.startsWith('| `'))
		.map(line => line.split(' | '));
	t.deepEqual(
		rows.map(([name = '', question, codes = '']) => [
			name.replace(/^\| `([^`]*)`.*/, '$1'),
			question,
			[...codes.matchAll(/\[([A-Z0-9_]+)\]\(#([a-z0-9_]+)\)/g)].map(([, code, anchor]) => `${code} ${anchor}`),
		]),
		listQuestions().map(({name, question, kinds: its}) => [
			name,
			question,
			its.map(({code}) => `${code} ${code.toLowerCase()}`),
		]),
	);
});
