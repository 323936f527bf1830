import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import ava from 'ava';
import fc from 'fast-check';
import {decodeElf, elfTypes, isElf} from '../../src/codecs/elf.ts';
import {ElfUnread} from '../../src/codecs/elf-bytes.ts';
import {isShared} from '../../src/codecs/elf-strings.ts';
import {neededVersions} from '../../src/codecs/elf-versions.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import {withTools} from '../helpers/tools.ts';

const test = withTools('readelf');

/** Programs and libraries of this machine, whatever they are: Node itself and what it lies beside. */
function samples(): string[] {
	const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/bin'];
	return [
		process.execPath,
		...folders.flatMap(folder => {
			try {
				const names = readdirSync(folder).sort();
				return names
					.map(name => join(folder, name))
					.filter(file => isElfFile(file))
					.slice(0, 60);
			} catch {
				return [];
			}
		}),
	];
}

function isElfFile(file: string): boolean {
	try {
		return isElf(readFileSync(file).subarray(0, 4));
	} catch {
		return false;
	}
}

test('reads what readelf reads', t => {
	const files = samples();
	t.true(files.length > 1);
	const shown = execFileSync('readelf', ['-dlVW', ...files], {
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const oracle = shown.split(/^File: /m).slice(1);
	for (const [at, file] of files.entries()) {
		const elf = decodeElf(readFileSync(file));
		const said = oracle[at] ?? '';
		const all = (kind: string) =>
			[...said.matchAll(new RegExp(`\\(${kind}\\).*\\[(.*)\\]`, 'g'))].map(([, text]) => text);
		t.deepEqual(elf.needed, all('NEEDED') as string[], file);
		t.deepEqual(
			[elf.soname].filter(text => text !== undefined),
			all('SONAME') as string[],
			file,
		);
		t.deepEqual(
			[elf.runpath?.text].filter(text => text !== undefined),
			all('RUNPATH') as string[],
			file,
		);
		t.is(elf.interpreter, /program interpreter: (.*)\]/.exec(said)?.[1], file);
		t.is(elf.type === elfTypes.shared, /Elf file type is DYN/.test(said), file);
		t.deepEqual(
			neededVersions(elf).map(({library, version, weak}) => `${library} ${version} ${weak}`),
			versionsIn(said),
			file,
		);
	}
});

/** The section of readelf -V that tells of needed versions, as `library version weak`. */
function versionsIn(said: string): string[] {
	const needs = said.split(/^Version needs section/m)[1] ?? '';
	let library = '';
	return needs.split('\n').flatMap(line => {
		library = /File: (\S+)/.exec(line)?.[1] ?? library;
		const [, version, flags = ''] = /Name: (\S+)\s+Flags: (.*?)\s+Version/.exec(line) ?? [];
		return version === undefined ? [] : [`${library} ${version} ${flags.includes('WEAK')}`];
	});
}

ava('of a large file, the parts that it asks for are enough', t => {
	const bytes = readFileSync(process.execPath);
	const whole = decodeElf(bytes);
	const parts = [{start: 0, bytes: bytes.subarray(0, 4096)}];
	let asked = 0;
	for (;;) {
		try {
			const elf = decodeElf({size: bytes.length, parts});
			t.deepEqual([elf.needed, elf.soname, elf.interpreter], [whole.needed, whole.soname, whole.interpreter]);
			t.deepEqual(neededVersions(elf), neededVersions(whole));
			break;
		} catch (error) {
			if (!(error instanceof ElfUnread)) {
				throw error;
			}

			for (const {start, length} of error.ranges) {
				asked += length;
				parts.push({start, bytes: bytes.subarray(start, start + length)});
			}
		}
	}

	t.true(asked < 1024 * 1024, `${asked} of ${bytes.length} bytes`);
});

ava('an object file, and a program without libraries, ask for nothing', t => {
	const object = small(64, 'little');
	object.writeUInt16LE(elfTypes.object, 16);
	object.writeUInt16LE(0, 56);
	t.like(decodeElf(object), {type: elfTypes.object, needed: [], dynamic: [], interpreter: undefined});
	const still = small(64, 'little');
	still.writeUInt16LE(1, 56);
	t.like(decodeElf(still), {needed: [], dynamic: [], soname: undefined});
	t.deepEqual(neededVersions(decodeElf(still)), []);
});

/** The smallest that has all parts: one segment of each kind, six dynamic entries, a table of strings, one needed version. */
function small(bits: 32 | 64, order: 'little' | 'big'): Buffer {
	const little = order === 'little';
	const width = bits / 8;
	const bytes = Buffer.alloc(600);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const word = (at: number, value: number) =>
		bits === 64 ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little);
	bytes.set([0x7f, 0x45, 0x4c, 0x46, bits / 32, little ? 1 : 2, 1]);
	view.setUint16(16, 3, little);
	view.setUint16(18, 62, little);
	const [phoff, phentsize, phnum, size] = bits === 64 ? [32, 54, 56, 56] : [28, 42, 44, 32];
	word(phoff, 64);
	view.setUint16(phentsize, size, little);
	view.setUint16(phnum, 2, little);
	for (const [index, segment] of [
		{type: 1, offset: 0, length: 600},
		{type: 2, offset: 300, length: 100},
	].entries()) {
		const at = 64 + index * size;
		view.setUint32(at, segment.type, little);
		word(at + (bits === 64 ? 8 : 4), segment.offset);
		word(at + (bits === 64 ? 16 : 8), segment.offset);
		word(at + (bits === 64 ? 32 : 16), segment.length);
	}

	const strings = '\0libm.so.6\0libx.so\0/a:/b\0M_2\0';
	bytes.write(strings, 500);
	const entries = [
		[5, 500],
		[10, strings.length],
		[1, 1],
		[14, 11],
		[29, 19],
		[0x6f_ff_ff_fe, 540],
		[0, 0],
	] as const;
	for (const [index, [tag, value]] of entries.entries()) {
		word(300 + index * 2 * width, tag);
		word(300 + index * 2 * width + width, value);
	}

	// Verneed: version, one auxiliary record, the library, where that record is; Vernaux: weak, its name.
	view.setUint16(540, 1, little);
	view.setUint16(542, 1, little);
	view.setUint32(544, 1, little);
	view.setUint32(548, 16, little);
	view.setUint16(560, 2, little);
	view.setUint32(564, 25, little);
	return bytes;
}

for (const bits of [32, 64] as const) {
	for (const order of ['little', 'big'] as const) {
		ava(`reads ${bits} bits, ${order} endian`, t => {
			const elf = decodeElf(small(bits, order));
			t.like(elf, {bits, byteOrder: order, type: 3, machine: 62, needed: ['libm.so.6'], soname: 'libx.so'});
			t.like(elf.runpath, {text: '/a:/b', offset: 519, size: 5});
			t.deepEqual(neededVersions(elf), [{library: 'libm.so.6', version: 'M_2', weak: true}]);
		});
	}
}

ava('hostile bytes are refused, never believed', t => {
	const sample = fc.constantFrom(small(32, 'little'), small(64, 'little'), small(64, 'big'));
	const hits = fc.array(fc.tuple(fc.nat(599), fc.nat(255)), {minLength: 1, maxLength: 12});
	fc.assert(
		fc.property(sample, hits, fc.integer({min: 4, max: 600}), (whole, changes, length) => {
			const bytes = Buffer.from(whole.subarray(0, length));
			for (const [at, value] of changes) {
				bytes[at] = value;
			}

			try {
				const elf = decodeElf(bytes);
				isShared(elf, 1, 5);
				neededVersions(elf);
			} catch (error) {
				t.true(error instanceof ArtifactError, String(error));
			}
		}),
		{numRuns: 2000},
	);
	t.throws(() => decodeElf(Buffer.from('\x7fELF')), {instanceOf: ArtifactError, code: 'ELF_DAMAGED'});
	t.throws(() => decodeElf(Buffer.alloc(0)), {instanceOf: ArtifactError, code: 'ELF_DAMAGED'});
});

/** A table of versions in a file of `records` of 8 bytes, each of which begins another list of all that follow. */
function nestedLists(records: number): Buffer {
	const [segments, dynamic, table] = [64, 64 + 2 * 56, 512];
	const bytes = Buffer.alloc(table + records * 8 + 64);
	bytes.set(Buffer.from('7f454c4602010100', 'hex'));
	bytes.writeUInt16LE(3, 16);
	bytes.writeUInt16LE(62, 18);
	bytes.writeUInt32LE(1, 20);
	bytes.writeBigUInt64LE(BigInt(segments), 32);
	bytes.writeUInt16LE(64, 52);
	bytes.writeUInt16LE(56, 54);
	bytes.writeUInt16LE(2, 56);
	const segment = (at: number, type: number, start: number, size: number) => {
		bytes.writeUInt32LE(type, at);
		for (const field of [8, 16]) {
			bytes.writeBigUInt64LE(BigInt(start), at + field);
		}

		for (const field of [32, 40]) {
			bytes.writeBigUInt64LE(BigInt(size), at + field);
		}
	};
	segment(segments, 1, 0, bytes.length);
	const entries = [
		[5, 0],
		[10, 64],
		[0x6f_ff_ff_fc, table],
		[0, 0],
	] as const;
	segment(segments + 56, 2, dynamic, entries.length * 16);
	for (const [at, [tag, value]] of entries.entries()) {
		bytes.writeBigUInt64LE(BigInt(tag), dynamic + at * 16);
		bytes.writeBigUInt64LE(BigInt(value), dynamic + at * 16 + 8);
	}

	// Whichever field of a record is read, it says 8: the next record, or the first of the list within.
	for (let at = 0; at < records * 2; at++) {
		bytes.writeUInt32LE(8, table + at * 4);
	}

	return bytes;
}

ava('lists of versions within lists of versions are refused in no time', t => {
	t.timeout(20_000);
	const elf = decodeElf(nestedLists(200_000));
	const begin = performance.now();
	t.throws(() => isShared(elf, 1, 5), {instanceOf: ArtifactError, code: 'ELF_DAMAGED', message: /without an end/});
	t.true(performance.now() - begin < 5000, 'their number is a square: 20 billion records');
	t.true(isShared(decodeElf(nestedLists(50)), 1, 5));
});
