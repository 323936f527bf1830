import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync, zstdDecompressSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {type CompressorOptions, openCompressor} from '../../src/host/compressor.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Compression} from '../../src/model/plan.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {withTools} from '../helpers/tools.ts';

/** Three blocks and a bit, of which one compresses to next to nothing. */
const mebibyte = 1024 * 1024;
const input = Buffer.concat([text(mebibyte + 5), Buffer.alloc(mebibyte), text(2 * mebibyte)]);

test('zstd is one frame with a checksum, gzip one member without a time', async t => {
	const zstd = readFileSync(await compress(input, {method: 'zstd', level: 3}));
	t.true(zstdDecompressSync(zstd).equals(input));
	// RFC 8878, section 3.1.1.1: the checksum flag is bit 2; no other frame, an empty one included, begins later.
	t.is((zstd[4] ?? 0) & 4, 4);
	t.is(zstd.indexOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), 4), -1);
	const gzip = readFileSync(await compress(input, {method: 'gzip', level: 6}));
	t.true(gunzipSync(gzip).equals(input));
	t.is(gzip.subarray(0, 10).toString('hex'), '1f8b0800000000000003');
});

const matrix = ['none', 'gzip', 'zstd', 'xz'] as const;
for (const method of matrix) {
	test(`${method}: the bytes depend on neither the writes nor the threads`, async t => {
		const digests = await Promise.all([
			digestOf({method, level: 3}, {threads: 1}, 333),
			digestOf({method, level: 3}, {threads: 2}, mebibyte),
			digestOf({method, level: 3}, {threads: 4}, input.length),
		]);
		t.is(new Set(digests).size, 1);
	});
}

const decoded = async (t: ExecutionContext, method: Compression['method'], program: string) => {
	for (const part of [input, input.subarray(0, mebibyte), input.subarray(0, 2 * mebibyte), new Uint8Array(0)]) {
		const file = await compress(part, {method, level: 2});
		const options = {input: readFileSync(file), maxBuffer: 2 * input.length};
		t.true(execFileSync(program, ['-dc'], options).equals(part), `${part.length} bytes`);
	}
};
withTools('zstd')('the zstd program reads it, whole blocks and nothing at all included', decoded, 'zstd', 'zstd');
withTools('gzip')('the gzip program reads it', decoded, 'gzip', 'gzip');
withTools('xz')('the xz program reads it', decoded, 'xz', 'xz');

withTools('xz')('xz has a checksum and blocks of a fixed size', async t => {
	const file = await compress(Buffer.alloc(17 * mebibyte), {method: 'xz', level: 1});
	const lines = execFileSync('xz', ['--robot', '-l', file], {encoding: 'utf8'}).split('\n');
	t.deepEqual(lines[1]?.split('\t').slice(1, 3), ['1', '2']);
	t.regex(lines[1] ?? '', /CRC64/);
});

test('the tap sees what is on the disk, and written counts it', async t => {
	const file = hostPath(join(temporaryFolder(), 'out'));
	const seen = createHash('sha256');
	const compressor = await openCompressor(file, {method: 'zstd', level: 1}, {tap: bytes => seen.update(bytes)});
	await compressor.write(input);
	await compressor.finish();
	t.is(compressor.written, readFileSync(file).length);
	t.is(seen.digest('hex'), sha256(readFileSync(file)));
});

for (const method of matrix) {
	test(`${method}: stopped in the middle, it lets go`, async t => {
		const compressor = await openCompressor(hostPath(join(temporaryFolder(), 'out')), {method, level: 1});
		await compressor.write(input);
		await compressor.abort();
		await t.notThrowsAsync(compressor.abort());
	});
}

test('a folder that is not there is named', async t => {
	const file = hostPath(join(temporaryFolder(), 'none', 'out'));
	await t.throwsAsync(openCompressor(file, {method: 'none', level: 0}), {code: 'OUTPUT_UNWRITABLE', message: /none/});
});

test('what stands there already stays', async t => {
	const file = await compress(Buffer.from('old'), {method: 'none', level: 0});
	await t.throwsAsync(openCompressor(file, {method: 'none', level: 0}), {code: 'OUTPUT_UNWRITABLE'});
	t.is(readFileSync(file, 'utf8'), 'old');
});

withTools('mount', 'root')('a full disk is said to be full', async t => {
	const folder = join(temporaryFolder(), 'small');
	mkdirSync(folder);
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
	t.teardown(() => execFileSync('umount', ['-l', folder]));
	const compressor = await openCompressor(hostPath(join(folder, 'out')), {method: 'none', level: 0});
	const error = await t.throwsAsync(
		async () => {
			await compressor.write(input);
			await compressor.finish();
		},
		{code: 'DISK_FULL'},
	);
	t.true(error?.message.includes(folder));
	await compressor.abort();
	t.true(existsSync(folder));
});

async function compress(bytes: Uint8Array, compression: Compression, options: CompressorOptions = {}, step = 100_000) {
	const file = hostPath(join(temporaryFolder(), 'out'));
	const compressor = await openCompressor(file, compression, options);
	for (let at = 0; at < bytes.length; at += step) {
		await compressor.write(bytes.subarray(at, at + step));
	}

	await compressor.finish();
	return file;
}

async function digestOf(compression: Compression, options: CompressorOptions, step: number): Promise<string> {
	return sha256(readFileSync(await compress(input, compression, options, step)));
}

function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** Words that compress as text does, the same in each run. */
function text(size: number): Buffer {
	let seed = 1;
	const words = Array.from({length: size / 6 + 1}, () => {
		seed = (seed * 48_271) % 2_147_483_647;
		return `${(seed % 7919).toString(36)} `;
	});
	return Buffer.from(words.join('').padEnd(size)).subarray(0, size);
}
