import test from 'ava';
import fc from 'fast-check';
import {type ArMember, arLargestMember, arPadding, decodeArHeader, encodeArHeader} from '../../src/codecs/ar.ts';

const members: fc.Arbitrary<ArMember> = fc.record({
	name: fc.stringMatching(/^[a-z._-][a-z0-9._-]{0,14}$/),
	mtime: fc.nat({max: 999_999_999_999}),
	mode: fc.constantFrom(0o100644, 0o100755),
	size: fc.nat({max: arLargestMember}),
});

test('what is encoded is decoded', t => {
	t.notThrows(() =>
		fc.assert(fc.property(members, member => t.deepEqual(decodeArHeader(encodeArHeader(member), 0), member))),
	);
});

test('a header is the bytes that ar(5) names', t => {
	const header = encodeArHeader({name: 'debian-binary', mtime: 1_000_000_000, mode: 0o100644, size: 4});
	t.is(Buffer.from(header).toString('latin1'), 'debian-binary   1000000000  0     0     100644  4         `\n');
});

test('ten digits hold a size, eleven do not', t => {
	const member = {name: 'data.tar.zst', mtime: 0, mode: 0o100644};
	t.is(decodeArHeader(encodeArHeader({...member, size: 9_999_999_999}), 0).size, 9_999_999_999);
	t.throws(() => encodeArHeader({...member, size: 10_000_000_000}), {code: 'AR_MEMBER_INVALID'});
});

test('a name of System V ar loses its slash', t => {
	const header = encodeArHeader({name: 'control.tar/', mtime: 0, mode: 0o100644, size: 1});
	t.is(decodeArHeader(header, 0).name, 'control.tar');
});

test('a damaged header says where it stands', t => {
	const error = t.throws(() => decodeArHeader(Buffer.from('x'.repeat(60)), 72), {code: 'AR_INVALID'});
	t.like(error, {offset: 72, exitCode: 3});
	t.throws(() => decodeArHeader(Buffer.from('debian-binary   '), 8), {code: 'AR_INVALID'});
});

test('members begin at even offsets', t => {
	t.deepEqual([arPadding(3), arPadding(4)], [Uint8Array.of(0x0a), new Uint8Array(0)]);
});
