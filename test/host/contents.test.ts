import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {isPlain, readContents, readHeads, readSome, readWhole} from '../../src/host/contents.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Content, FileEntry, Packing, Stretch} from '../../src/model/tree.ts';
import {temporaryFolder} from '../helpers/pack.ts';

const text = Buffer.from(Array.from({length: 60_000}, (_, at) => `line ${at}\n`).join(''));

function stretch(compression: Packing = 'gzip', bytes: Uint8Array = text): Stretch {
	const file = hostPath(join(temporaryFolder(), 'payload'));
	const packed = compression === 'gzip' ? gzipSync(bytes) : bytes;
	writeFileSync(file, packed);
	return {file, start: 0, length: packed.length, compression};
}

function file(path: string, content: Content): FileEntry {
	return {kind: 'file', path: installPath(path), mode: 0o644, content};
}

function slice(path: string, of: Stretch, [offset, size]: readonly [number, number]): FileEntry {
	return file(path, {kind: 'packed', stretch: of, offset, size});
}

async function read(files: readonly FileEntry[]): Promise<Record<string, string>> {
	const found = await readSome(files, Number.POSITIVE_INFINITY);
	return Object.fromEntries([...found].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

const inOneGo = test.macro(async (t: ExecutionContext, compression: Packing) => {
	const payload = stretch(compression);
	const places = fc.array(fc.tuple(fc.nat({max: text.length - 1}), fc.nat({max: 90_000})), {maxLength: 8});
	const property = fc.asyncProperty(places, async list => {
		const files = list.map(([offset, size], at) =>
			slice(`/f${at}`, payload, [offset, Math.min(size, text.length - offset)]),
		);
		const expected = list.map(([offset, size], at) => [`/f${at}`, text.toString('latin1', offset, offset + size)]);
		t.deepEqual(await read(files), Object.fromEntries(expected));
	});
	await t.notThrowsAsync(fc.assert(property, {numRuns: 30}));
});
test('slices of a compressed payload, in whatever order, also where they overlap', inOneGo, 'gzip');
test('slices of what is not compressed', inOneGo, 'none');

test('files come in the order of the payload, one after the other; what nobody wants is passed over', async t => {
	const payload = stretch();
	const files = [
		slice('/late', payload, [500, 10]),
		slice('/empty', payload, [300, 0]),
		slice('/early', payload, [0, 10]),
		slice('/unwanted', payload, [100, 10]),
	];
	const told: string[] = [];
	await readContents(files, ({path}) => {
		told.push(`open ${path}`);
		return path === '/unwanted' ? undefined : {push: () => undefined, close: () => void told.push(`close ${path}`)};
	});
	t.deepEqual(told, [
		'open /early',
		'close /early',
		'open /unwanted',
		'open /empty',
		'close /empty',
		'open /late',
		'close /late',
	]);
});

test('hard links share their bytes, and each of them gets them', async t => {
	const payload = stretch();
	const files = ['/a', '/b', '/c'].map(path => slice(path, payload, [5, 6]));
	t.deepEqual(await read(files), {
		'/a': text.toString('utf8', 5, 11),
		'/b': text.toString('utf8', 5, 11),
		'/c': text.toString('utf8', 5, 11),
	});
});

test('what follows the last wanted file is not unpacked, so that damage there is not seen', async t => {
	const payload = stretch();
	writeFileSync(payload.file, gzipSync(text).subarray(0, 80_000));
	t.deepEqual(await read([slice('/a', payload, [0, 4])]), {'/a': 'line'});
	await t.throwsAsync(read([slice('/a', payload, [text.length - 4, 4])]), {code: 'ARTIFACT_DAMAGED'});
});

test('a slice behind the end is refused', async t => {
	for (const compression of ['gzip', 'none'] as const) {
		const payload = stretch(compression);
		await t.throwsAsync(read([slice('/a', payload, [text.length - 2, 4])]), {code: 'ARTIFACT_DAMAGED'});
		await t.throwsAsync(read([slice('/a', payload, [text.length + 9, 1])]), {code: 'ARTIFACT_DAMAGED'});
	}
});

test('patches are applied, the bytes of others stay', async t => {
	const payload = stretch();
	const patched = (path: string, offset: number): FileEntry => {
		const source: Content = {kind: 'packed', stretch: payload, offset: 0, size: 7};
		return file(path, {kind: 'patched', source, patches: [{offset, bytes: Buffer.from('XY')}]});
	};
	const outer: Content = {
		kind: 'patched',
		source: patched('/x', 0).content,
		patches: [{offset: 1, bytes: Buffer.from('Z')}],
	};
	t.deepEqual(await read([slice('/plain', payload, [0, 7]), patched('/a', 0), patched('/b', 5), file('/c', outer)]), {
		'/plain': 'line 0\n',
		'/a': 'XYne 0\n',
		'/b': 'line XY',
		'/c': 'XZne 0\n',
	});
});

test('plain contents stand beside packed ones', async t => {
	const root = temporaryFolder();
	writeFileSync(join(root, 'x'), 'staged');
	const staged: Content = {kind: 'staged', root, path: '/x' as InstallPath, size: 6};
	const bytes: Content = {kind: 'bytes', bytes: Buffer.from('bytes')};
	const payload = stretch();
	t.deepEqual(await read([file('/s', staged), slice('/p', payload, [0, 4]), file('/b', bytes)]), {
		'/s': 'staged',
		'/p': 'line',
		'/b': 'bytes',
	});
	t.deepEqual(
		[isPlain(staged), isPlain(bytes), isPlain({kind: 'packed', stretch: payload, offset: 0, size: 1})],
		[true, true, false],
	);
	const heads = await readHeads([file('/s', staged), slice('/p', payload, [0, 4]), file('/b', bytes)], 3);
	t.deepEqual([...heads.values()].map(String), ['sta', 'byt', 'lin']);
});

test('what is to be small and is not, is refused when asked for alone, and left out among others', async t => {
	const large = slice('/large', stretch(), [0, 1000]);
	await t.throwsAsync(readWhole(large, 999), {code: 'CONTENT_TOO_LARGE'});
	t.is((await readWhole(large, 1000)).length, 1000);
	t.is((await readSome([large], 999)).size, 0);
});
