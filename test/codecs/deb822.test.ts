import test from 'ava';
import fc from 'fast-check';
import {decodeParagraphs, encodeParagraph} from '../../src/codecs/deb822.ts';

const line = fc.stringMatching(/^[!-~äß€]([ -~äß€]{0,30}[!-~äß€])?$/);
const lines = fc
	.tuple(
		line,
		fc.array(
			fc.oneof(
				fc.constant(''),
				line.filter(text => !text.startsWith('.')),
			),
		),
	)
	.map(([first, more]) => [first, ...more].join('\n'));

test('what is encoded is decoded', t => {
	const paragraph = fc.record({Package: line, Depends: line, Description: lines});
	t.notThrows(() =>
		fc.assert(
			fc.property(paragraph, fields => {
				const text = encodeParagraph(new Map(Object.entries(fields)), ['Description']);
				t.deepEqual(decodeParagraphs(`${text}\n${text}`).map(Object.fromEntries), [fields, fields]);
			}),
		),
	);
});

test('a description is folded as Policy 5.6.13 says', t => {
	const fields = new Map([
		['Package', 'app'],
		['Homepage', ''],
		['Description', 'short\nA paragraph.\n\n  verbatim'],
	]);
	t.is(encodeParagraph(fields, ['Description']), 'Package: app\nDescription: short\n A paragraph.\n .\n   verbatim\n');
});

const refused = test.macro((t, value: string) => {
	t.throws(() => encodeParagraph(new Map([['Maintainer', value]])), {code: 'DEB_FIELD_INVALID'});
});
test('a newline would let a value pass for a field', refused, 'a <a@b>\nEssential: yes');
test('no carriage return', refused, 'a\rb');
test('no NUL', refused, 'a\0b');
test('no line separator', refused, 'a\u2028b');
test('no space around it', refused, ' a');

test('a folded field takes lines, and no other control character', t => {
	t.throws(() => encodeParagraph(new Map([['Description', 'a\nb\u001b[31m']]), ['Description']), {
		code: 'DEB_FIELD_INVALID',
	});
});

test('comments, tabs and several empty lines are read', t => {
	const text = '# made by hand\nPackage: a\nDepends:\tb,\n\tc\n\n\n\nPackage: d\n';
	t.deepEqual(decodeParagraphs(text).map(Object.fromEntries), [{Package: 'a', Depends: 'b,\nc'}, {Package: 'd'}]);
});

test('what is no field is refused, with its line', t => {
	t.throws(() => decodeParagraphs('Package: a\nnonsense\n'), {code: 'DEB_CONTROL_INVALID', message: /line 2/});
	t.throws(() => decodeParagraphs('Package: a\nPackage: b\n'), {code: 'DEB_CONTROL_INVALID'});
	t.throws(() => decodeParagraphs(' a\n'), {code: 'DEB_CONTROL_INVALID'});
});
