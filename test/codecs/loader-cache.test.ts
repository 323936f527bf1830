import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import test from 'ava';
import {decodeLoaderCache} from '../../src/codecs/loader-cache.ts';
import {withTools} from '../helpers/tools.ts';

const cache = '/etc/ld.so.cache';

withTools('ldconfig', ...(existsSync(cache) ? [] : [cache]))(
	'what ldconfig -p prints, but for what is for some processors only',
	t => {
		const said = execFileSync('/sbin/ldconfig', ['-p'], {encoding: 'utf8'})
			.split('\n')
			.flatMap(line => /^\t(\S+) \((?!.*hwcap)[^)]*\) => (\S+)$/.exec(line)?.slice(1).join(' ') ?? []);
		t.deepEqual(
			decodeLoaderCache(readFileSync(cache)).map(({soname, path}) => `${soname} ${path}`),
			said,
		);
	},
);

/** A cache with two libraries, the second for some processors only; `lead` stands before it. */
function small(isBig: boolean, lead = Buffer.alloc(0)): Buffer {
	const strings = Buffer.from('libx.so.1\0/lib/libx.so.1\0/lib/v3/libx.so.1\0');
	const file = Buffer.alloc(48 + 2 * 24 + strings.length);
	const int = (at: number, value: number) => (isBig ? file.writeUInt32BE(value, at) : file.writeUInt32LE(value, at));
	file.write('glibc-ld.so.cache1.1', 'latin1');
	int(20, 2);
	int(24, strings.length);
	file[28] = isBig ? 3 : 2;
	const text = 48 + 2 * 24;
	for (const [index, [path = 0, hwcap = 0]] of [
		[10, 0],
		[25, 1],
	].entries()) {
		const at = 48 + index * 24;
		int(at, 0x3_03);
		int(at + 4, text);
		int(at + 8, text + path);
		int(at + 16, hwcap);
	}

	strings.copy(file, text);
	return Buffer.concat([lead, file]);
}

const one = [{soname: 'libx.so.1', path: '/lib/libx.so.1'}];

test('either byte order', t => {
	t.deepEqual(decodeLoaderCache(small(false)), one);
	t.deepEqual(decodeLoaderCache(small(true)), one);
});

test('behind the format of old programs', t => {
	const old = Buffer.alloc(32);
	old.write('ld.so-1.7.0', 'latin1');
	old.writeUInt32LE(1, 12);
	t.deepEqual(decodeLoaderCache(small(false, old)), one);
});

test('something else, and what points outside of it', t => {
	t.deepEqual(decodeLoaderCache(Buffer.from('no cache')), []);
	const lying = small(false);
	lying.writeUInt32LE(0xff_ff_ff_ff, 20);
	lying.writeUInt32LE(0xff_ff_ff_f0, 48 + 4);
	t.deepEqual(decodeLoaderCache(lying), []);
});
