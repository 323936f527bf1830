import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {extract} from 'tar-stream';
import {encodeTarMember, root, type TarMember, tarEnd, tarPadding} from '../../src/codecs/tar.ts';
import {decodeTar} from '../../src/codecs/tar-decoder.ts';
import {withTools} from '../helpers/tools.ts';

const names = fc
	.array(fc.stringMatching(/^[^\0/]{1,60}$/u), {minLength: 1, maxLength: 8})
	.map(parts => parts.join('/'))
	.filter(name => name.isWellFormed());
const base = {mode: fc.constantFrom(0o644, 0o755, 0o4755), mtime: fc.nat({max: 2 ** 34}), owner: fc.constant(root)};
const members: fc.Arbitrary<TarMember> = fc.oneof(
	fc.record({...base, name: names, kind: fc.constant('file'), size: fc.nat({max: 1500}), target: fc.constant('')}),
	fc.record({...base, name: names, kind: fc.constant('link'), size: fc.constant(0), target: names}),
	fc.record({
		...base,
		name: names.map(name => `${name}/`),
		kind: fc.constant('directory'),
		size: fc.constant(0),
		target: fc.constant(''),
	}),
);

test('what is encoded is decoded, whatever the length of the names', t => {
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(members, {maxLength: 5}), list => {
				t.deepEqual(
					[...decodeTar(archive(list))].map(({member}) => member),
					list,
				);
			}),
		),
	);
});

test('a name of 100 bytes stands in the header, one of 101 before it', t => {
	t.is(encodeTarMember(file('n'.repeat(100))).length, 512);
	t.is(encodeTarMember(file('n'.repeat(101))).length, 3 * 512);
});

test('sizes from 8 GiB on are in base 256, as GNU tar reads them', t => {
	t.is(Buffer.from(encodeTarMember({...file('a'), size: 2 ** 33 - 1}).subarray(124, 136)).toString(), '77777777777\0');
	const large = Buffer.from(encodeTarMember({...file('a'), size: 2 ** 33}).subarray(124, 136));
	t.is(large.toString('hex'), '800000000000000200000000');
	// A file that large does not fit into a test: a number of the same form stands in the time.
	const late = {...file('a'), mtime: 2 ** 34};
	t.deepEqual(
		[...decodeTar(archive([late]))].map(({member}) => member),
		[late],
	);
});

test('the tar-stream package reads the same', async t => {
	const list: TarMember[] = [
		{...file('opt/'), kind: 'directory', mode: 0o755},
		{...file(`opt/${'long/'.repeat(70)}ünï code`), size: 3},
		{...file('opt/link'), kind: 'link', target: `../${'x'.repeat(150)}`, mode: 0o777},
	];
	const reader = extract();
	reader.end(archive(list));
	const seen: unknown[] = [];
	for await (const entry of reader) {
		const {name, type, size, mode, linkname, uname, mtime} = entry.header;
		seen.push([name, type, size, mode, linkname ?? '', uname, mtime?.getTime()]);
		entry.resume();
	}

	t.deepEqual(
		seen,
		list.map(({name, kind, size, mode, target}) => [
			name,
			kind === 'link' ? 'symlink' : kind,
			size,
			mode,
			target,
			'root',
			1_000_000_000_000,
		]),
	);
});

withTools('tar')('GNU tar makes the same headers', t => {
	const folder = 'd'.repeat(90);
	const script = `d=$(mktemp -d) && cd "$d" && mkdir ${folder} && printf abc > ${folder}/${'f'.repeat(90)} &&
		ln -s ${'t'.repeat(101)} link && chmod 755 ${folder} && chmod 644 ${folder}/* &&
		tar --format=gnu --owner=root:0 --group=root:0 --mtime=@1000000000 -cf - ${folder} link; rm -r "$d"`;
	const theirs = execFileSync('sh', ['-c', script]);
	const ours = archive([
		{...file(`${folder}/`), kind: 'directory', mode: 0o755},
		{...file(`${folder}/${'f'.repeat(90)}`), size: 3},
		{...file('link'), kind: 'link', target: 't'.repeat(101), mode: 0o777},
	]);
	// GNU tar fills up to a record of 20 blocks; the two blocks of zeros are the end in either.
	t.deepEqual(Buffer.from(ours), theirs.subarray(0, ours.length));
	t.true(theirs.subarray(ours.length).every(byte => byte === 0));
});

test('damage is refused, and its place is named', t => {
	const good = archive([{...file('a'), size: 3}]);
	const bad = Uint8Array.from(good);
	bad[0] = 0x62;
	t.like(
		t.throws(() => [...decodeTar(bad)], {code: 'TAR_INVALID'}),
		{offset: 0},
	);
	t.throws(() => [...decodeTar(encodeTarMember({...file('a'), size: 3}))], {code: 'TAR_INVALID'});
});

function file(name: string): TarMember {
	return {name, kind: 'file', mode: 0o644, size: 0, target: '', mtime: 1_000_000_000, owner: root};
}

function archive(list: readonly TarMember[]): Uint8Array {
	const parts = list.flatMap(member => [
		encodeTarMember(member),
		Buffer.alloc(member.size, 'abc'),
		tarPadding(member.size),
	]);
	return Buffer.concat([...parts, tarEnd]);
}
