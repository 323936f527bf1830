import {execFileSync} from 'node:child_process';
import test from 'ava';
import {decodeCoreMetadata, decodeMetadataFields} from '../../src/codecs/core-metadata.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const modern = `Metadata-Version: 2.4
Name: Hello_App
Version: 1.0.post1
Summary: Says hello
Project-URL: Source, https://example.org/source
Project-URL: Home Page, https://example.org/
Author-email: "Doe, Jane" <jane@example.org>, joe@example.org
License-Expression: MIT AND (Apache-2.0 OR BSD-2-Clause)
License-File: LICENSE
Requires-Python: >=3.9
Requires-Dist: waitress>=3
Requires-Dist: rich; extra == "nice"
Provides-Extra: nice
Description-Content-Type: text/markdown

# Hello

It says hello.
`;

test('reads what a modern backend writes', t => {
	t.deepEqual(decodeCoreMetadata(modern), {
		name: 'Hello_App',
		version: '1.0.post1',
		summary: 'Says hello',
		description: '# Hello\n\nIt says hello.\n',
		license: 'MIT AND (Apache-2.0 OR BSD-2-Clause)',
		authors: ['Doe, Jane <jane@example.org>', 'joe@example.org'],
		maintainers: [],
		homepage: 'https://example.org/',
		requiresPython: '>=3.9',
		requiresDist: ['waitress>=3', 'rich; extra == "nice"'],
		extras: ['nice'],
	});
});

test('reads what setuptools of old writes: UNKNOWN is nothing, and the description is a folded field', t => {
	const metadata = decodeCoreMetadata(
		[
			'Metadata-Version: 1.1',
			'Name: old',
			'Version: 0.1',
			'Summary: UNKNOWN',
			'Home-page: https://old.example.org',
			'Author: Jane Doe',
			'Author-email: jane@example.org',
			'License: UNKNOWN',
			'Description: First line',
			'        second line',
			'        ',
			'            indented',
			'Platform: UNKNOWN',
			'Classifier: License :: OSI Approved :: MIT License',
			'',
		].join('\r\n'),
	);
	t.is(metadata.summary, '');
	t.is(metadata.description, 'First line\nsecond line\n\n    indented');
	t.is(metadata.license, 'MIT License');
	t.deepEqual(metadata.authors, ['Jane Doe <jane@example.org>']);
	t.is(metadata.homepage, 'https://old.example.org');
	t.is(metadata.requiresPython, '');
});

const license = test.macro((t, fields: string, expected: string) => {
	t.is(decodeCoreMetadata(`Name: x\n${fields}\n`).license, expected);
});
test('a short licence is taken as it is', license, 'License: Apache 2.0', 'Apache 2.0');
test(
	'the text of a licence gives way to the classifier',
	license,
	`License: MIT License
        
        Copyright (c) Jane
Classifier: License :: OSI Approved :: MIT License`,
	'MIT License',
);
test(
	'and without one, to its own first line',
	license,
	`License: ISC license
        Permission to use`,
	'ISC license',
);
test('an expression wins over all others', license, 'License: x\nLicense-Expression: MIT', 'MIT');
test(
	'two classifiers are a choice',
	license,
	`Classifier: License :: OSI Approved :: BSD License
Classifier: License :: OSI Approved
Classifier: License :: OSI Approved :: Apache Software License`,
	'BSD License OR Apache Software License',
);

const people = test.macro((t, fields: string, expected: readonly string[]) => {
	t.deepEqual(decodeCoreMetadata(`Name: x\n${fields}\n`).authors, expected);
});
test('a name alone', people, 'Author: Jane Doe', ['Jane Doe']);
test('an address alone', people, 'Author-email: jane@example.org', ['jane@example.org']);
test('a name and an address', people, 'Author: J\nAuthor-email: j@example.org', ['J <j@example.org>']);
test('an address with its name', people, 'Author: J\nAuthor-email: Jane <j@example.org>', ['Jane <j@example.org>']);

const samples = {
	modern,
	'no body': 'Name: x\nVersion: 1',
	'a line that is no field': 'Name: x\nwhat is this\nVersion: 1\n',
	'a field with colons': 'Name: x\nProject-URL: a, https://x:80/\n\nbody: no field\n',
	'odd white space': 'Name:x\nVersion:\t1 \nSummary: a\u000cb\u0085c\u2028d\n e\n\n\nbody',
};

const python = pythons()[0];
const withPython = withReason(python ? '' : 'python3');
for (const [title, text] of Object.entries(samples)) {
	withPython(`splits fields as Python does: ${title}`, t => {
		const script =
			'import sys, json, email.parser\n' +
			'm = email.parser.HeaderParser().parsestr(sys.stdin.buffer.read().decode())\n' +
			'print(json.dumps([[[k.lower(), v] for k, v in m.items()], m.get_payload()]))';
		const answer: unknown = JSON.parse(
			execFileSync(python?.path ?? '', ['-IS', '-c', script], {input: text, encoding: 'utf8'}),
		);
		const {fields, body} = decodeMetadataFields(text);
		const pairs = [...fields].flatMap(([name, values]) => values.map(value => [name, value]));
		const sorted = (list: unknown) => (Array.isArray(list) ? list.map(String).sort() : list);
		t.deepEqual([sorted(pairs), body], Array.isArray(answer) ? [sorted(answer[0]), answer[1]] : []);
	});
}
