import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {decodeDictionary, encodeText} from '../../src/codecs/python-literal.ts';
import {withTools} from '../helpers/tools.ts';

test('texts side by side are one, as pprint breaks long ones', t => {
	t.deepEqual(
		[...decodeDictionary(`{'A': 'one '\n      "two's",\n 'B': -1}`)],
		[
			['A', "one two's"],
			['B', -1],
		],
	);
});

test('a comma at the end, comments and an empty dictionary', t => {
	t.deepEqual([...decodeDictionary("{'A': '', # why\n}")], [['A', '']]);
	t.is(decodeDictionary('{}').size, 0);
});

test('python-build-standalone writes JSON', t => {
	const pairs = {A: 'é "x" \\ \b\f/', B: 1};
	t.deepEqual(Object.fromEntries(decodeDictionary(JSON.stringify(pairs, undefined, 4))), pairs);
});

test('escapes are those of repr', t => {
	t.is(decodeDictionary(String.raw`{'A': 'a\\b\'\"\n\t\x41\u00e9\U0001f40d'}`).get('A'), 'a\\b\'"\n\tAé🐍');
});

const refused = test.macro({
	exec(t, source: string) {
		t.throws(() => decodeDictionary(source), {instanceOf: SyntaxError});
	},
	title: (_, source) => `refuses ${source}`,
});
test(refused, "{'A': open('x')}");
test(refused, "{'A': 'x'");
test(refused, "{'A' 'x'}");
test(refused, "{'A': 'x' 1}");
test(refused, "{'A': 'x'}; import os");
test(refused, String.raw`{'A': '\N{DASH}'}`);
test(refused, "{'A': 99999999999999999999}");
test(refused, '');

const text = fc.string({unit: 'binary'});

test('what was written is read back', t => {
	fc.assert(
		fc.property(text, value => {
			t.is(decodeDictionary(`{'A': ${encodeText(value)}}`).get('A'), value);
		}),
	);
});

withTools('python3')('Python reads every text as it was', t => {
	const texts = fc.sample(text, 200);
	const script = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
	const read = execFileSync('python3', ['-I', '-X', 'utf8', '-c', script], {
		input: `[${texts.map(encodeText).join(',')}]`,
		encoding: 'utf8',
	});
	t.deepEqual(JSON.parse(read), texts);
});
