import test from 'ava';
import {nearest, suggestion} from '../../src/model/nearest.ts';

const known = ['prefix', 'formats', 'target', 'target-python', 'release', 'deb', 'rpm'];

const finds = test.macro((t, word: string, expected: string | undefined) => {
	t.is(nearest(word, known), expected);
});
test('a letter too few', finds, 'prefx', 'prefix');
test('two letters swapped', finds, 'prefxi', 'prefix');
test('the singular', finds, 'format', 'formats');
test('capitals', finds, 'Target', 'target');
test('an underscore', finds, 'target_python', 'target-python');
test('the beginning of a word', finds, 'rel', 'release');
test('a short word', finds, 'dep', 'deb');
test('nothing near', finds, 'colour', undefined);

test('a hint names the nearest, or all', t => {
	t.is(suggestion('relase', known), 'did you mean "release"?');
	t.is(suggestion('zip', ['deb', 'rpm']), 'known are: deb, rpm');
});
