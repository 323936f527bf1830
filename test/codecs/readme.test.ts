import test from 'ava';
import {leadingProse} from '../../src/codecs/readme.ts';

const prose = test.macro((t, readme: string, expected: string) => {
	t.is(leadingProse(readme), expected);
});

test(
	'takes the first paragraphs of Markdown and leaves badges, headings and markup',
	prose,
	`# Hello

[![CI](https://x/badge.svg)](https://x/ci) ![logo](logo.png)

**Hello** is a [small service](https://example.org) that
says \`hello\`.

<p align="center">It is *very* fast.</p>

## Install

Run pip install hello now.
`,
	'Hello is a small service that says hello.\n\nIt is very fast.',
);

test(
	'takes the first paragraphs of reStructuredText',
	prose,
	`=====
Hello
=====

.. image:: https://x/badge.svg
   :target: https://x

|build| Hello is a \`small service <https://example.org>\`_ that says \`\`hello\`\`::

    hello --help

Usage
-----

Type this and wait.
`,
	'Hello is a small service that says hello:',
);

test(
	'skips fenced code, comments, lists and tables',
	prose,
	'<!-- no\n\nnever -->\n```sh\na b c d\n\ne f\n```\n\n- one two\n\n| a | b |\n\nThe real text.',
	'The real text.',
);
test(
	'keeps names with underscores and stars between words',
	prose,
	'Uses my_long_name and 2 * 3 * 4 here.',
	'Uses my_long_name and 2 * 3 * 4 here.',
);
test('finds nothing where there is nothing', prose, '# Title\n\n![x](y)\n', '');
test(
	'takes three paragraphs at most',
	prose,
	'The first one.\n\nThe second one.\n\nThe third one.\n\nThe fourth one.',
	'The first one.\n\nThe second one.\n\nThe third one.',
);
test('never passes a control character on', prose, 'An odd\u001b[31m text\u0007.', 'An odd [31m text .');
