import test from 'ava';
import {decodeRequirementName, normalizedName} from '../../src/codecs/requirement-name.ts';

const reads = test.macro((t, text: string, name: string, extras: readonly string[], version: string | undefined) => {
	t.deepEqual(decodeRequirementName(text), {name, extras, version});
});
test('a name', reads, 'httpie', 'httpie', [], undefined);
test('a pinned version', reads, 'httpie==3.2.4', 'httpie', [], '3.2.4');
test(
	'spaces, extras and a marker',
	reads,
	' Foo.Bar [a, b] == 1.0 ; python_version > "3"',
	'Foo.Bar',
	['a', 'b'],
	'1.0',
);
test('arbitrary equality', reads, 'x===1.0-weird', 'x', [], '1.0-weird');
test('old parentheses', reads, 'x (==1.0)', 'x', [], '1.0');
test('a range pins nothing', reads, 'x>=1,<2', 'x', [], undefined);
test('nor does a wildcard', reads, 'x==1.*', 'x', [], undefined);
test('nor a version with a second condition', reads, 'x==1.0,!=1.0', 'x', [], undefined);
test('a direct reference', reads, 'x[y] @ https://example.org/x.whl', 'x', ['y'], undefined);

const isNone = test.macro((t, text: string) => {
	t.is(decodeRequirementName(text), undefined);
});
for (const text of ['', './x.whl', '/a/b', 'https://example.org/x.whl', '-e .', 'x y', '_x', 'git+ssh://h/r']) {
	test(`no requirement by name: ${JSON.stringify(text)}`, isNone, text);
}

test('names are compared as PEP 503 says', t => {
	t.is(normalizedName('Foo__Bar.-baz'), 'foo-bar-baz');
});
