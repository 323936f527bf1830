import test from 'ava';
import fc from 'fast-check';
import {decodeHeader, decodeHeaderSize, encodeHeader} from '../../src/codecs/rpm-header.ts';
import type {HeaderEntry} from '../../src/codecs/rpm-header-values.ts';
import {ArtifactError} from '../../src/model/errors.ts';

const widths = {int8: 0xff, int16: 0xff_ff, int32: 0xff_ff_ff_ff, int64: Number.MAX_SAFE_INTEGER} as const;
const text = fc.string({unit: 'grapheme'}).map(value => value.replaceAll('\0', ''));

const numbers = fc.constantFrom('int8', 'int16', 'int32', 'int64').chain(type =>
	fc.array(fc.integer({min: 0, max: widths[type]}), {minLength: 1, maxLength: 40}).map(
		values =>
			(tag: number): HeaderEntry => ({tag, type, count: values.length, at: index => values[index] ?? 0}),
	),
);
const texts = fc.constantFrom('string', 'strings', 'translated').chain(type =>
	fc.array(text, {minLength: 1, maxLength: type === 'string' ? 1 : 20}).map(
		values =>
			(tag: number): HeaderEntry => ({tag, type, count: values.length, at: index => values[index] ?? ''}),
	),
);
const blob = fc.uint8Array({minLength: 1, maxLength: 50}).map(
	bytes =>
		(tag: number): HeaderEntry => ({tag, type: 'bytes', bytes: Buffer.from(bytes)}),
);

const entries = fc
	.array(fc.oneof(numbers, texts, blob), {maxLength: 30})
	.map(makers => makers.map((make, at) => make(1000 + at * 3)));

function plain(entry: HeaderEntry): unknown {
	return entry.type === 'bytes'
		? {tag: entry.tag, bytes: Buffer.from(entry.bytes).toString('hex')}
		: {tag: entry.tag, type: entry.type, values: Array.from({length: entry.count}, (_, index) => entry.at(index))};
}

function bytesOf(given: readonly HeaderEntry[], region: 62 | 63 = 63): Buffer {
	return Buffer.concat([...encodeHeader(region, given).chunks()]);
}

const one: HeaderEntry = {tag: 1000, type: 'string', count: 1, at: () => 'app'};
const sizes: HeaderEntry = {tag: 1028, type: 'int32', count: 2, at: index => index + 1};

test('a header that was encoded decodes to itself', t => {
	fc.assert(
		fc.property(entries, fc.constantFrom(62, 63), (given, region) => {
			const bytes = bytesOf(given, region);
			t.is(bytes.length, encodeHeader(region, given).size);
			t.deepEqual(decodeHeaderSize(bytes, 0).size, bytes.length);
			t.deepEqual(decodeHeader(bytes, region, 0).map(plain), given.map(plain));
		}),
	);
});

test('columns longer than one batch come out whole', t => {
	const many: HeaderEntry[] = [
		{tag: 1028, type: 'int16', count: 10_000, at: index => index},
		{tag: 1117, type: 'strings', count: 10_000, at: index => `name ${index}`},
	];
	t.deepEqual(decodeHeader(bytesOf(many), 63, 0).map(plain), many.map(plain));
});

test('the bytes are those of rpm: magic, counts, region first, data aligned, trailer last', t => {
	const rows = [
		'8eade80100000000 00000003 0000001c',
		'0000003f 00000007 0000000c 00000010',
		'000003e8 00000006 00000000 00000001',
		'00000404 00000004 00000004 00000002',
		'61707000 00000001 00000002',
		'0000003f 00000007 ffffffd0 00000010',
	];
	t.is(bytesOf([one, sizes]).toString('hex'), rows.join('').replaceAll(' ', ''));
});

test('refuses to encode what is not sorted, or empty', t => {
	t.throws(() => encodeHeader(63, [sizes, one]), {instanceOf: RangeError});
	t.throws(() => encodeHeader(63, [{...sizes, count: 0}]), {instanceOf: RangeError});
});

const at = {tags: 8, data: 12, regionOffset: 24, stringCount: 44, sizesType: 52, sizesOffset: 56, sizesCount: 60};
for (const [what, place, value] of [
	['a wrong magic', 0, 0],
	['more tags than rpm reads', at.tags, 0x7f_ff_ff_ff],
	['more bytes than rpm reads', at.data, 0x7f_ff_ff_ff],
	['fewer bytes than it claims', at.data, 0x1d],
	['a region that lies outside', at.regionOffset, 0x7f_ff_ff_f0],
	['a type that there is not', at.sizesType, 12],
	['an offset that lies outside', at.sizesOffset, 0x10],
	['a negative offset', at.sizesOffset, -4],
	['an offset that is not aligned', at.sizesOffset, 2],
	['data that overlaps', at.sizesOffset, 0],
	['a count of none', at.sizesCount, 0],
	['an absurd count', at.sizesCount, 0x7f_ff_ff_ff],
	['two values in a string', at.stringCount, 2],
] as const) {
	test(`refuses ${what}`, t => {
		const bytes = bytesOf([one, sizes]);
		bytes.writeInt32BE(value, place);
		const error = t.throws(() => decodeHeader(bytes, 63, 96), {instanceOf: ArtifactError});
		t.is(error?.code, 'RPM_HEADER_BROKEN');
		t.is(error?.exitCode, 3);
		t.true((error?.offset ?? 0) >= 96);
	});
}

test('refuses a text without an end, and a header of the other kind', t => {
	const bytes = bytesOf([one]);
	bytes.fill(0x61, 48, 52);
	t.throws(() => decodeHeader(bytes, 63, 0), {instanceOf: ArtifactError, message: /no end/});
	t.throws(() => decodeHeader(bytesOf([one], 62), 63, 0), {instanceOf: ArtifactError, message: /region 63/});
});

test('a flipped byte never does worse than an ArtifactError', t => {
	t.notThrows(() =>
		fc.assert(
			fc.property(entries, fc.nat(), fc.integer({min: 1, max: 255}), (given, place, change) => {
				const bytes = bytesOf(given);
				const spot = place % bytes.length;
				bytes.writeUInt8((bytes[spot] ?? 0) ^ change, spot);
				try {
					decodeHeader(bytes, 63, 0).map(plain);
				} catch (error) {
					t.true(error instanceof ArtifactError, String(error));
				}
			}),
			{numRuns: 500},
		),
	);
});
