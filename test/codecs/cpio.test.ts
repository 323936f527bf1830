import test from 'ava';
import fc from 'fast-check';
import {type CpioHeader, decodeCpioHeader, encodeCpioHeader} from '../../src/codecs/cpio.ts';
import {ArtifactError} from '../../src/model/errors.ts';

const word = fc.integer({min: 0, max: 0xff_ff_ff_ff});
const header: fc.Arbitrary<CpioHeader> = fc.oneof(
	fc.record({
		kind: fc.constant('member' as const),
		name: fc.string({unit: 'grapheme', minLength: 1, maxLength: 900}).map(text => `./${text.replaceAll('\0', '')}`),
		mode: word,
		size: word,
		inode: word,
		links: word,
		mtime: word,
	}),
	fc.record({kind: fc.constant('index' as const), index: word}),
	fc.constant({kind: 'trailer' as const}),
);

test('a header that was encoded decodes to itself, whatever follows it', t => {
	fc.assert(
		fc.property(header, fc.uint8Array({maxLength: 20}), (given, rest) => {
			const bytes = encodeCpioHeader(given);
			t.is(bytes.length % 4, 0);
			t.deepEqual(decodeCpioHeader(Buffer.concat([bytes, rest]), 0), {header: given, length: bytes.length});
		}),
	);
});

test('a header cut anywhere is incomplete, not wrong', t => {
	const bytes = encodeCpioHeader({
		kind: 'member',
		name: './opt/app',
		mode: 0o40_755,
		size: 0,
		inode: 1,
		links: 1,
		mtime: 0,
	});
	for (let length = 0; length < bytes.length; length++) {
		t.is(decodeCpioHeader(bytes.subarray(0, length), 0), undefined);
	}
});

test('the bytes are those of cpio newc', t => {
	const bytes = encodeCpioHeader({
		kind: 'member',
		name: './a',
		mode: 0o100_644,
		size: 5,
		inode: 3,
		links: 1,
		mtime: 10,
	});
	const fields = ['00000003', '000081a4', '00000000', '00000000', '00000001', '0000000a', '00000005'];
	t.is(bytes.toString('latin1'), `070701${fields.join('')}${'0'.repeat(32)}0000000400000000./a\0\0\0`);
});

test("rpm's short form names the file by its place in the header", t => {
	t.is(encodeCpioHeader({kind: 'index', index: 26}).toString('latin1'), '07070X0000001a\0\0');
});

for (const [what, bytes] of [
	['another magic', `070707${'0'.repeat(104)}`],
	['a number that is none', `070701${'0'.repeat(40)}0000zz00${'0'.repeat(56)}./a\0\0`],
	['a name of no length', `070701${'0'.repeat(104)}`],
	['a name longer than rpm reads', `070701${'0'.repeat(88)}0000ffff00000000`],
	['a name that does not end', `070701${'0'.repeat(88)}0000000400000000./abcdef`],
] as const) {
	test(`refuses ${what}`, t => {
		const error = t.throws(() => decodeCpioHeader(Buffer.from(bytes), 1000), {instanceOf: ArtifactError});
		t.is(error?.code, 'RPM_PAYLOAD_BROKEN');
		t.is(error?.exitCode, 3);
	});
}

test('refuses to encode a size that the form cannot hold', t => {
	const given = {kind: 'member', name: './a', mode: 0, size: 2 ** 32, inode: 1, links: 1, mtime: 0} as const;
	t.throws(() => encodeCpioHeader(given), {instanceOf: RangeError});
});

test('bytes of no meaning never do worse than an ArtifactError', t => {
	t.notThrows(() =>
		fc.assert(
			fc.property(
				fc.uint8Array({minLength: 110, maxLength: 200}),
				fc.constantFrom('070701', '07070X', ''),
				(noise, start) => {
					try {
						decodeCpioHeader(Buffer.concat([Buffer.from(start), noise]), 0);
					} catch (error) {
						t.true(error instanceof ArtifactError);
					}
				},
			),
		),
	);
});
