import test from 'ava';
import fc from 'fast-check';
import {isTable, parseToml, tomlString} from '../../src/codecs/toml.ts';
import {ConfigError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';

const file = hostPath('/p/venvpack.toml');

const refused = test.macro((t, text: string, message: string, hint: string) => {
	const error = t.throws(() => parseToml(text, file), {instanceOf: ConfigError, code: 'TOML_SYNTAX'});
	t.is(error.message, message);
	t.is(error.hint, hint);
});

test(
	'says in which line and column a value is missing',
	refused,
	'name = "x"\nprefix =\n',
	'/p/venvpack.toml, line 2, column 9: invalid value',
	'mend this line (strings stand in quotes): prefix =',
);
test(
	'refuses a key given twice',
	refused,
	'a = 1\na = 2',
	'/p/venvpack.toml, line 2, column 1: trying to redefine an already defined table or value',
	'mend this line: a = 2',
);
test(
	'never repeats a control character of the file',
	refused,
	'a = "\u001b[31m',
	'/p/venvpack.toml, line 1, column 6: control characters are not allowed in strings',
	'mend this line: a = "\uFFFD[31m',
);

test('reads a file with a byte order mark', t => {
	t.deepEqual({...parseToml('\uFEFFa = 1', file)}, {a: 1});
});

test('tells tables from what is like them', t => {
	const {table, list, date} = parseToml('list = [1]\ndate = 2020-01-01\n[table]\n', file);
	t.true(isTable(table));
	t.false(isTable(list));
	t.false(isTable(date));
});

test('every string that is written is read back', t => {
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), text => parseToml(`a = ${tomlString(text)}`, file).a === text),
		),
	);
});
