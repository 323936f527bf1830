import test from 'ava';
import fc from 'fast-check';
import {decodeUnit, encodeUnit} from '../../src/codecs/systemd-unit.ts';

const word = fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/);
const value = fc.stringMatching(/^(?:[!-[\]-~](?:[ -[\]-~]{0,20}[!-[\]-~])?)?$/);

test('what is encoded is decoded, section by section', t => {
	fc.assert(
		fc.property(fc.array(fc.record({section: word, key: word, value})), settings => {
			const sections = [...new Set(settings.map(({section}) => section))];
			const sorted = sections.flatMap(name => settings.filter(({section}) => section === name));
			t.deepEqual(decodeUnit(encodeUnit(settings)), sorted);
		}),
	);
});
