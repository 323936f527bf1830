import test from 'ava';
import fc from 'fast-check';
import {decodePyvenvCfg, encodePyvenvCfg} from '../../src/codecs/pyvenv-cfg.ts';

test('a value may hold an equals sign: the first one splits', t => {
	const text = 'home = /usr/bin\ncommand = /usr/bin/python3 -m venv --prompt=x /stage/a=b\n';
	t.deepEqual(
		[...decodePyvenvCfg(text)],
		[
			['home', '/usr/bin'],
			['command', '/usr/bin/python3 -m venv --prompt=x /stage/a=b'],
		],
	);
});

test('keys are read in lower case, spaces and CRLF do not matter, other lines mean nothing', t => {
	t.deepEqual([...decodePyvenvCfg('  Home=/usr/bin \r\nnonsense\r\n\r\n')], [['home', '/usr/bin']]);
});

test('the last of equal keys counts', t => {
	t.is(decodePyvenvCfg('home = /a\nhome = /b\n').get('home'), '/b');
});

test('what cannot be read back is refused', t => {
	const refused = (key: string, value: string) =>
		t.throws(() => encodePyvenvCfg(new Map([[key, value]])), {instanceOf: RangeError});
	refused('home', '/a\nb');
	refused('ho=me', '/a');
	refused('Home', '/a');
	refused('home', ' /a');
});

const key = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
const value = fc.string({unit: 'binary'}).filter(text => !/[\r\n]/.test(text) && text === text.trim());

test('what was written is read back', t => {
	fc.assert(
		fc.property(fc.array(fc.tuple(key, value)), pairs => {
			const values = new Map(pairs);
			t.deepEqual([...decodePyvenvCfg(encodePyvenvCfg(values))], [...values]);
		}),
	);
});
