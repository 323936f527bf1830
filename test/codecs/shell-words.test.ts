import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {shellWords} from '../../src/codecs/shell-words.ts';

const cut = test.macro((t, command: string, words: readonly string[]) => t.deepEqual(shellWords(command), words));

test('white space parts words', cut, '  app\t--port  80\n', ['app', '--port', '80']);
test('quotes hold them together', cut, `app 'two words' "and 'more'" x'y'"z"`, [
	'app',
	'two words',
	"and 'more'",
	'xyz',
]);
test('empty quotes are a word', cut, `app '' ""`, ['app', '', '']);
test('a backslash takes the meaning away', cut, `a\\ b "\\"\\\\" \\| '\\n' "\\n"`, ['a b', '"\\', '|', '\\n', '\\n']);
test('nothing is nothing', cut, ' ', []);

for (const command of [
	'a | b',
	'a && b',
	'a; b',
	'a > b',
	'a < b',
	'$HOME',
	'`a`',
	'"$x"',
	"'open",
	'"open',
	'\\',
	'a*',
	'(a)',
]) {
	test(`refused: ${command}`, t => {
		t.throws(() => shellWords(command), {instanceOf: SyntaxError});
	});
}

test('what it takes, a shell takes the same way', t => {
	const piece = fc.constantFrom('a', 'é', ' ', '  ', "'", '"', '\\', "' '", '"x y"', '-', '=', '\\"', '%', '#x', '~x');
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 8}), pieces => {
			// A comment and a home folder are no matter of words.
			const command = `app ${pieces.join('')}`.replaceAll(/(?<=\s)[#~]/g, 'x');
			let words: readonly string[];
			try {
				words = shellWords(command);
			} catch {
				return;
			}

			const script = `app() { printf '%s\\0' app "$@"; }; ${command}`;
			t.is(execFileSync('sh', ['-c', script], {encoding: 'utf8'}), words.map(word => `${word}\0`).join(''), command);
		}),
		{numRuns: 100},
	);
});
