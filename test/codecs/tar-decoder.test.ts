import test, {type ExecutionContext} from 'ava';
import {decodePax} from '../../src/codecs/pax.ts';
import {encodeTarMember, root, type TarMember, tarEnd, tarPadding} from '../../src/codecs/tar.ts';
import {decodeTar} from '../../src/codecs/tar-decoder.ts';

const plain: TarMember = {name: 'file', kind: 'file', mode: 0o644, size: 0, target: '', mtime: 1, owner: root};

function blocks(member: Partial<TarMember>, flag: string, content: Uint8Array = new Uint8Array(0)): Buffer {
	const header = Buffer.from(encodeTarMember({...plain, ...member, size: content.length}));
	header.write(flag, 156, 'latin1');
	return Buffer.concat([summed(header), content, tarPadding(content.length)]);
}

/** With the checksum that belongs to it. */
function summed(header: Buffer): Buffer {
	header.fill(' ', 148, 156);
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
	return header;
}

function pax(records: Readonly<Record<string, string | Uint8Array>>): Buffer {
	return Buffer.concat(
		Object.entries(records).map(([key, value]) => {
			const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
			const width = String(rest.length).length;
			const length = rest.length + width;
			return Buffer.concat([Buffer.from(String(String(length).length > width ? length + 1 : length)), rest]);
		}),
	);
}

const members = (...parts: Uint8Array[]) => [...decodeTar(Buffer.concat([...parts, tarEnd]))].map(({member}) => member);

test('pax tells of one member: its name, target, size, time and owner', t => {
	const records = {path: 'é/long', size: '3', mtime: '12.5', uid: '7', uname: 'ann', 'SCHILY.xattr.user.x': 'y'};
	const [one, two] = members(blocks({}, 'x', pax(records)), blocks({}, '0', Buffer.from('abc')), blocks({}, '0'));
	t.like(one, {name: 'é/long', size: 3, mtime: 12, owner: {uid: 7, gid: 0, user: 'ann', group: 'root'}});
	t.deepEqual(two, plain);
	const [link] = members(blocks({}, 'x', pax({linkpath: 'to'})), blocks({target: 'cut'}, '2'));
	t.like(link, {kind: 'link', target: 'to'});
});

test('a global pax header holds until it is overruled', t => {
	const [one, two, three] = members(
		...[blocks({}, 'g', pax({mtime: '99', gname: 'staff'})), blocks({}, '0')],
		...[blocks({}, 'x', pax({mtime: ''})), blocks({}, '0'), blocks({}, '0')],
	);
	t.deepEqual([one?.mtime, two?.mtime, three?.mtime], [99, 1, 99]);
	t.is(two?.owner.group, 'staff');
});

test('ustar: the head of a long name stands in a field of its own', t => {
	const header = Buffer.from(encodeTarMember({...plain, name: 'tail'}));
	header.write('ustar\x0000', 257, 'latin1');
	header.write('head/of', 345, 'latin1');
	t.is(members(summed(header))[0]?.name, 'head/of/tail');
});

test('before ustar: a name that ends with a slash is a folder, and there are no names of owners', t => {
	const header = Buffer.from(encodeTarMember({...plain, name: 'folder/'}));
	header.fill(0, 257, 512);
	header[156] = 0;
	t.like(members(summed(header))[0], {kind: 'directory', owner: {uid: 0, gid: 0, user: '', group: ''}});
});

test('a time before 1970', t => {
	const header = Buffer.from(encodeTarMember(plain));
	Buffer.from('ffffffffffffffffffffffff', 'hex').copy(header, 136);
	t.is(members(summed(header))[0]?.mtime, -1);
});

test('what is no file has no content, whatever its size says', t => {
	const folder = Buffer.from(encodeTarMember({...plain, size: 512}));
	folder.write('5', 156, 'latin1');
	t.deepEqual(
		members(summed(folder), blocks({}, '0')).map(({kind, size}) => [kind, size]),
		[
			['directory', 0],
			['file', 0],
		],
	);
});

const refused = test.macro((t: ExecutionContext, code: string, ...parts: Uint8Array[]) => {
	t.like(
		t.throws(() => members(...parts)),
		{code, exitCode: 3, format: 'tar'},
	);
});
const negative = Buffer.from(encodeTarMember(plain));
Buffer.from('ffffffffffffffffffffffff', 'hex').copy(negative, 124);
const huge = Buffer.from(encodeTarMember(plain));
Buffer.from('80ffffffffffffffffffffff', 'hex').copy(huge, 124);
test('refused: a sparse file', refused, 'ARTIFACT_ENTRY_UNSUPPORTED', blocks({}, 'S'));
test(
	'refused: a sparse file of pax',
	refused,
	'ARTIFACT_ENTRY_UNSUPPORTED',
	blocks({}, 'x', pax({'GNU.sparse.major': '1'})),
	blocks({}, '0'),
);
test(
	'refused: a name that is not UTF-8',
	refused,
	'ARTIFACT_NAME_NOT_UTF8',
	blocks({}, 'L', Uint8Array.of(0xe9)),
	blocks({}, '0'),
);
test(
	'refused: a pax name that is not UTF-8',
	refused,
	'ARTIFACT_NAME_NOT_UTF8',
	blocks({}, 'x', pax({path: Uint8Array.of(0xff)})),
	blocks({}, '0'),
);
test('refused: a name of 64 KiB and more', refused, 'TAR_INVALID', blocks({}, 'L', Buffer.alloc(64 * 1024 + 1, 'n')));
test('refused: a pax header of over 1 MiB', refused, 'TAR_INVALID', blocks({}, 'x', Buffer.alloc(1024 * 1024 + 1)));
test('refused: a negative size', refused, 'TAR_INVALID', summed(negative));
test('refused: a size beyond all bounds', refused, 'TAR_INVALID', summed(huge));
test('refused: a size behind the end', refused, 'TAR_INVALID', encodeTarMember({...plain, size: 2 ** 40}));

test('refused: pax records that are cut off, too long, or no numbers', t => {
	for (const text of [
		'8 path=x\n',
		'11 path=x\n',
		'0 path=x\n',
		'path=x\n',
		'9 path x\n',
		'11 size=-1\n',
		'11 uid=0x1\n',
		'99999999 a=b\n',
		' ',
	]) {
		t.like(
			t.throws(() => decodePax(Buffer.from(text), 512), undefined, text),
			{code: 'TAR_INVALID'},
		);
	}

	t.deepEqual(decodePax(Buffer.from('10 path=x\n14 mtime=-1.5\n'), 0), {path: 'x', mtime: -2});
});

test('an archive that lacks its end is refused, wherever it is cut', t => {
	const archive = Buffer.concat([blocks({}, 'x', pax({path: 'name'})), blocks({}, '0', Buffer.from('abc')), tarEnd]);
	for (let size = 0; size < archive.length - 512; size += 100) {
		t.throws(() => [...decodeTar(archive.subarray(0, size))], {code: 'TAR_INVALID'});
	}
});
