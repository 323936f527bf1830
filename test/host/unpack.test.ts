import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {readdirSync, readlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {crc32, deflateRawSync, gzipSync, zstdCompressSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {throughProgram} from '../../src/host/decoder-program.ts';
import {openStretch} from '../../src/host/stretch-file.ts';
import {type UnpackOptions, unpacked, unpackLimit} from '../../src/host/unpack.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Packing, Stretch} from '../../src/model/tree.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {withTools} from '../helpers/tools.ts';

const content = Buffer.concat([randomBytes(150_000), Buffer.alloc(1_000_000, 'venvpack YZ'), randomBytes(70_000)]);
const little = Buffer.from('hello hello hello');

const programs: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
	gzip: ['gzip', '-c'],
	zstd: ['zstd', '-c'],
	xz: ['xz', '-c'],
	lzma: ['xz', '--format=lzma', '-c'],
	bzip2: ['bzip2', '-c'],
};

function packed(compression: string, bytes: Uint8Array): Buffer {
	const [program = '', ...args] = programs[compression] ?? [];
	return execFileSync(program, args, {input: bytes, maxBuffer: 2 ** 28});
}

/** The bytes stand between others, which must not be touched. */
function stretchOf(bytes: Uint8Array, compression: Packing): Stretch {
	const file = hostPath(join(temporaryFolder(), 'file'));
	writeFileSync(file, Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]));
	return {file, start: 6, length: bytes.length, compression};
}

async function all(stretch: Stretch, options?: UnpackOptions): Promise<Buffer> {
	const parts: Buffer[] = [];
	for await (const chunk of unpacked(stretch, options)) {
		parts.push(Buffer.from(chunk));
	}

	return Buffer.concat(parts);
}

const compressions: readonly Packing[] = ['gzip', 'zstd', 'xz', 'lzma', 'bzip2'];

const unpacks = async (t: ExecutionContext, compression: Packing) => {
	const one = packed(compression, content);
	t.true(content.equals(await all(stretchOf(one, compression))));
	t.is((await all(stretchOf(packed(compression, new Uint8Array(0)), compression))).length, 0);
	if (compression !== 'lzma') {
		const parts = Buffer.concat([one, packed(compression, little), one]);
		t.true(Buffer.concat([content, little, content]).equals(await all(stretchOf(parts, compression))));
	}
};

const isRefused = async (t: ExecutionContext, compression: Packing) => {
	const whole = packed(compression, little);
	for (let size = 0; size < whole.length; size += size < 8 || size > whole.length - 8 ? 1 : 5) {
		await t.throwsAsync(all(stretchOf(whole.subarray(0, size), compression), {format: 'deb'}), {
			code: 'ARTIFACT_DAMAGED',
		});
	}

	const error = await t.throwsAsync(all(stretchOf(packed(compression, content).fill(0, 90_000, 90_010), compression)));
	t.like(error, {code: 'ARTIFACT_DAMAGED', format: compression, offset: 6, exitCode: 3});
};

for (const compression of compressions) {
	const [program = ''] = programs[compression] ?? [];
	withTools(program)(`unpacks ${compression}, in one part and in several`, unpacks, compression);
	withTools(program)(`refuses damaged ${compression}, wherever it ends`, isRefused, compression);
}

test('zstd: a frame that holds nothing may stand anywhere', async t => {
	const skipped = Buffer.from('502a4d1804000000abcdabcd', 'hex');
	const frames = [skipped, zstdCompressSync(content), skipped, zstdCompressSync(little), skipped];
	t.true(Buffer.concat([content, little]).equals(await all(stretchOf(Buffer.concat(frames), 'zstd'))));
});

test('deflate, as a zip has it, little and much', async t => {
	for (const bytes of [little, content, Buffer.alloc(20_000_000)]) {
		t.is(crc32(await all(stretchOf(deflateRawSync(bytes), 'deflate'))), crc32(bytes));
	}

	await t.throwsAsync(all(stretchOf(deflateRawSync(little).subarray(0, -2), 'deflate')), {code: 'ARTIFACT_DAMAGED'});
});

test('what is not compressed is given as it is', async t => {
	t.true(content.equals(await all(stretchOf(content, 'none'))));
});

withTools('xz')('the program xz does it where the package lzma-native is missing', async t => {
	const stretch = stretchOf(packed('xz', content), 'xz');
	const source = openStretch(stretch);
	const parts: Uint8Array[] = [];
	for await (const chunk of throughProgram(source, 'xz')) {
		parts.push(chunk);
	}

	source.close();
	t.true(content.equals(Buffer.concat(parts)));
});

test('a bomb ends at its limit', async t => {
	const bomb = gzipSync(Buffer.alloc(50_000_000));
	const error = await t.throwsAsync(all(stretchOf(bomb, 'gzip'), {limit: 1_000_000}));
	t.like(error, {code: 'ARTIFACT_TOO_LARGE', exitCode: 3});
	t.is(unpackLimit(1000), 2 ** 33 + 200_000);
});

withTools('xz', 'zstd')('what needs far too much memory is refused', async t => {
	const options = {input: Buffer.alloc(3_000_000, 'x'), maxBuffer: 2 ** 28};
	const xz = execFileSync('xz', ['--lzma2=dict=512MiB', '-c'], options);
	await t.throwsAsync(all(stretchOf(xz, 'xz')), {code: 'ARTIFACT_TOO_LARGE'});
	const zstd = execFileSync('sh', ['-c', 'head -c 300000000 /dev/zero | zstd --long=31 -c'], {maxBuffer: 2 ** 28});
	await t.throwsAsync(all(stretchOf(zstd, 'zstd')), {code: 'ARTIFACT_TOO_LARGE'});
});

withTools('xz', 'bzip2')('who stops early leaves nothing open', async t => {
	const stretches = compressions.map(compression => stretchOf(packed(compression, content), compression));
	const open = () => stretches.filter(({file}) => openFiles().includes(file));
	for (const stretch of [...stretches, stretchOf(content, 'none')]) {
		for await (const chunk of unpacked(stretch)) {
			t.true(chunk.length > 0);
			break;
		}

		t.deepEqual(open(), []);
	}
});

function openFiles(): string[] {
	return readdirSync('/proc/self/fd').map(name => {
		try {
			return readlinkSync(`/proc/self/fd/${name}`);
		} catch {
			return '';
		}
	});
}

test('a file that is gone is said to be', async t => {
	const file = hostPath(join(temporaryFolder(), 'gone'));
	await t.throwsAsync(all({file, start: 0, length: 10, compression: 'none'}), {code: 'ARTIFACT_UNREADABLE'});
});
