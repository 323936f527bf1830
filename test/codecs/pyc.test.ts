import test from 'ava';
import fc from 'fast-check';
import {decodePyc, encodePyc, type Pyc} from '../../src/codecs/pyc.ts';

const bytes = (length: number) => fc.uint8Array({minLength: length, maxLength: length});
const uint32 = fc.integer({min: 0, max: 0xff_ff_ff_ff});
const pyc: fc.Arbitrary<Pyc> = fc.record({
	magic: bytes(4),
	validation: fc.oneof(
		fc.record({kind: fc.constant('timestamp' as const), mtime: uint32, size: uint32}),
		fc.record({kind: fc.constant('hash' as const), hash: bytes(8), checked: fc.boolean()}),
	),
	code: fc.uint8Array(),
});

test('what was written is read back', t => {
	fc.assert(fc.property(pyc, value => void t.deepEqual(decodePyc(encodePyc(value)), value)));
});

test('the flags of PEP 552: 1 for a hash, 3 for one that is checked', t => {
	const flags = (checked: boolean) =>
		encodePyc({
			magic: new Uint8Array(4),
			validation: {kind: 'hash', hash: new Uint8Array(8), checked},
			code: new Uint8Array(),
		})[4];
	t.is(flags(false), 1);
	t.is(flags(true), 3);
});

test('a short header and unknown flags are refused', t => {
	t.throws(() => decodePyc(new Uint8Array(15)), {instanceOf: RangeError, message: /15 bytes, shorter than its header/});
	t.throws(() => decodePyc(Uint8Array.of(0, 0, 0, 0, 2, ...new Uint8Array(11))), {message: /unknown flags 2/});
});

test('a magic or a hash of another length is refused', t => {
	const validation = {kind: 'hash', hash: new Uint8Array(7), checked: false} as const;
	t.throws(() => encodePyc({magic: new Uint8Array(4), validation, code: new Uint8Array()}), {instanceOf: RangeError});
});
