/** Where the bytes of a file lie in the payload of an rpm, whatever order and form its members have. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {zstdCompressSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {cpioPadding, encodeCpioHeader} from '../../src/codecs/cpio.ts';
import {ArchiveEntries} from '../../src/formats/archive-entries.ts';
import type {ListedFile} from '../../src/formats/rpm/file-table.ts';
import {indexPayload} from '../../src/formats/rpm/payload-index.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {temporaryFolder} from '../helpers/pack.ts';

type Part = readonly [name: string | number, body: string];

let inodes = 0;
const file = (path: string, size: number, differing: Partial<ListedFile> = {}): ListedFile => ({
	path: installPath(path),
	kind: 'file',
	mode: 0o644,
	size,
	target: '',
	flags: 0,
	owner: {user: 'root', group: 'root'},
	device: 1,
	inode: 1000 + inodes++,
	...differing,
});

test('members come in any order, and their names in any spelling', async t => {
	const parts: Part[] = [
		['./b', 'bbb'],
		['/a', 'a'],
		['c', 'cc'],
	];
	t.deepEqual(await found(parts, [file('/a', 1), file('/b', 3), file('/c', 2)]), ['a', 'bbb', 'cc']);
});

test('of hard links the last member brings the bytes for all', async t => {
	const links = ['/one', '/two', '/three'].map(path => file(path, 4, {inode: 7}));
	const parts: Part[] = [
		['./two', ''],
		['./one', ''],
		['./three', 'same'],
	];
	t.deepEqual(await found(parts, links), ['same', 'same', 'same']);
});

test('of three with one inode, one of another size is no link', async t => {
	const files = [file('/one', 4, {inode: 7}), file('/other', 2, {inode: 7}), file('/two', 4, {inode: 7})];
	const parts: Part[] = [
		['./one', ''],
		['./two', 'same'],
		['./other', 'ab'],
	];
	t.deepEqual(await found(parts, files), ['same', 'ab', 'same']);
});

test('inodes count for each device by itself', async t => {
	const files = [file('/one', 4, {device: 1, inode: 7}), file('/two', 4, {device: 2, inode: 7})];
	const [only] = files;
	await t.throwsAsync(
		found(
			[
				['./two', 'same'],
				['./one', ''],
			],
			files,
		),
		{code: 'RPM_PAYLOAD_BROKEN'},
	);
	t.deepEqual(await found([['./one', 'same']], only ? [only] : []), ['same']);
});

test('files of one inode that each bring bytes are no hard links', async t => {
	const files = ['/one', '/two'].map(path => file(path, 3, {inode: 0}));
	t.deepEqual(
		await found(
			[
				['./one', 'abc'],
				['./two', 'xyz'],
			],
			files,
		),
		['abc', 'xyz'],
	);
});

test('the short form names a file by its place in the header, which knows the size', async t => {
	const files = [
		file('/a', 3),
		file('/dir', 4096, {kind: 'directory'}),
		file('/link', 2, {kind: 'link', target: 'to'}),
		file('/one', 4, {inode: 7}),
		file('/two', 4, {inode: 7}),
	];
	const parts: Part[] = [
		[0, 'abc'],
		[1, ''],
		[2, 'to'],
		[3, ''],
		[4, 'same'],
	];
	t.deepEqual(await found(parts, files), ['abc', '', '', 'same', 'same']);
});

test('a ghost needs no bytes', async t => {
	t.deepEqual(await found([['./a', 'a']], [file('/a', 1), file('/log', 9, {flags: 64})]), ['a', '']);
});

async function refused(
	t: ExecutionContext,
	parts: readonly Part[],
	files: readonly ListedFile[],
	message: RegExp,
	code?: string,
): Promise<void> {
	await t.throwsAsync(found(parts, files), {code: code ?? 'RPM_PAYLOAD_BROKEN', message});
}

test('a file that is missing', refused, [['./a', 'a']], [file('/a', 1), file('/b', 1)], /\/b is not in it/);
test('a member that nobody listed', refused, [['./x', 'a']], [file('/a', 1)], /not among the files/);
test(
	'a member that comes twice',
	refused,
	[
		['./a', 'a'],
		['./a', 'a'],
	],
	[file('/a', 1)],
	/twice/,
);
test('a place in the header that is none', refused, [[9, 'a']], [file('/a', 1)], /number 9/);
test(
	'another size than the header says',
	refused,
	[['./a', 'aa']],
	[file('/a', 1)],
	/has 2 bytes, and the header says 1/,
);
test('an empty member where bytes must be', refused, [['./a', '']], [file('/a', 1)], /has 0 bytes/);
test(
	'a name that leaves the root',
	refused,
	[['../a', 'a']],
	[file('/a', 1)],
	/leaves the root/,
	'ARTIFACT_PATH_ESCAPES',
);

test('a payload that unpacks to far more than the header lists ends early', async t => {
	const bomb = Buffer.concat([payloadOf([['./a', 'a']]), Buffer.alloc(300 * 2 ** 20)]);
	await t.throwsAsync(found(bomb, [file('/a', 1)]), {code: 'ARTIFACT_TOO_LARGE'});
});

/** What each file has in the payload. */
async function found(parts: readonly Part[] | Buffer, files: readonly ListedFile[]): Promise<string[]> {
	const payload = Buffer.isBuffer(parts) ? parts : payloadOf(parts);
	const bytes = zstdCompressSync(payload);
	const place = hostPath(join(temporaryFolder(), 'payload'));
	writeFileSync(place, bytes);
	const stretch = {file: place, start: 0, length: bytes.length, compression: 'zstd'} as const;
	const offsets = await indexPayload(stretch, files, new ArchiveEntries('rpm'));
	return files.map(({size}, at) => {
		const offset = offsets[at] ?? -1;
		return offset < 0 ? '' : payload.toString('utf8', offset, offset + size);
	});
}

function payloadOf(parts: readonly Part[]): Buffer {
	const members = parts.map(([name, text]) => {
		const body = Buffer.from(text);
		const header =
			typeof name === 'number'
				? encodeCpioHeader({kind: 'index', index: name})
				: encodeCpioHeader({kind: 'member', name, mode: 0o100_644, size: body.length, inode: 1, links: 1, mtime: 0});
		return Buffer.concat([header, body, Buffer.alloc(cpioPadding(body.length))]);
	});
	return Buffer.concat([...members, encodeCpioHeader({kind: 'trailer'})]);
}
