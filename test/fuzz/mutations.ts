import type {Random} from './random.ts';

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** One to four changes of any kind. */
export function mutated(bytes: Buffer, random: Random): Buffer {
	let changed: Buffer = Buffer.from(bytes);
	for (let left = 1 + random.below(4); left > 0 && changed.length > 0; left--) {
		changed = random.pick(mutations)(changed, random);
	}

	return changed;
}

const mutations: readonly Mutation[] = [
	flipBits,
	flipBits,
	fillRun,
	putNumber,
	putNumber,
	putDigits,
	putDigits,
	putText,
	cut,
	cutAtStructure,
	duplicateRange,
	removeRange,
	moveRange,
	insertText,
];

function flipBits(bytes: Buffer, random: Random): Buffer {
	for (let left = 1 + random.below(8); left > 0; left--) {
		const at = random.below(bytes.length);
		bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
	}

	return bytes;
}

function fillRun(bytes: Buffer, random: Random): Buffer {
	const at = random.below(bytes.length);
	const length = 1 + random.below(64);
	const filling = random.pick([() => 0, () => 0xff, () => 0x20, () => random.below(256)]);
	for (let index = at; index < Math.min(at + length, bytes.length); index++) {
		bytes[index] = filling();
	}

	return bytes;
}

const absurd = [
	0n,
	1n,
	0x7f_ffn,
	0xff_ffn,
	0x7f_ff_ff_ffn,
	0x80_00_00_00n,
	0xff_ff_ff_ffn,
	2n ** 53n,
	2n ** 63n,
	2n ** 64n - 1n,
];

/** Sizes, counts and offsets are numbers of two, four or eight bytes, mostly at a multiple of that. */
function putNumber(bytes: Buffer, random: Random): Buffer {
	const width = random.pick([2, 4, 4, 8]);
	const step = random.chance(70) ? width : 1;
	const at = Math.floor(random.below(bytes.length) / step) * step;
	const value = BigInt.asUintN(width * 8, random.pick(absurd) - BigInt(random.below(3)));
	const digits = Buffer.from(value.toString(16).padStart(width * 2, '0'), 'hex');
	(random.chance(50) ? digits : digits.reverse()).copy(bytes, at);
	return bytes;
}

/** Numbers of tar, ar and cpio are digits. */
function putDigits(bytes: Buffer, random: Random): Buffer {
	const isDigit = (at: number) => /[\da-f]/i.test(String.fromCharCode(bytes[at] ?? 0));
	const start = random.below(bytes.length);
	for (let at = start; at < Math.min(start + 512, bytes.length); at++) {
		if (isDigit(at) && isDigit(at + 1) && isDigit(at + 2)) {
			let end = at;
			while (isDigit(end) && end < at + 12) {
				end++;
			}

			bytes.write(random.pick(['7', '9', 'f', '0', ' ', '-', '1', '\0']).repeat(end - at), at, 'latin1');
			return bytes;
		}
	}

	return bytes;
}

const texts = [
	...[
		'../',
		'../../canary/x',
		'/',
		'/etc/passwd',
		'./',
		'.',
		'..',
		'\0',
		'\n',
		'\r\n',
		'\\',
		'\xff\xfe',
		'\xed\xa0\x80',
	],
	...['a'.repeat(300), 'a/'.repeat(300), '../'.repeat(50), 'TRAILER!!!', '.dist-info/', 'venvpack.json', 'pyvenv.cfg'],
	...[
		'"'.repeat(99),
		'%s%n',
		'\u202e',
		'-1',
		'1e999',
		'{"',
		'[[',
		'#!',
		'#!/',
		' = ',
		':',
		',,,',
		'__proto__',
		'constructor',
	],
];

function putText(bytes: Buffer, random: Random): Buffer {
	bytes.write(random.pick(texts), random.below(bytes.length), random.chance(50) ? 'latin1' : 'utf8');
	return bytes;
}

function insertText(bytes: Buffer, random: Random): Buffer {
	const at = random.below(bytes.length);
	return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(texts), 'latin1'), bytes.subarray(at)]);
}

function cut(bytes: Buffer, random: Random): Buffer {
	return bytes.subarray(0, random.below(bytes.length));
}

const starts = [
	'!<arch>\n',
	'`\n',
	'070701',
	'07070X',
	'PK\x01\x02',
	'PK\x03\x04',
	'PK\x05\x06',
	'PK\x06\x06',
	'ustar',
	'\x8e\xad\xe8',
	'\xfd7zXZ',
];

/** Right before, within, or right behind what begins a structure; or at a border of blocks. */
function cutAtStructure(bytes: Buffer, random: Random): Buffer {
	const magic = Buffer.from(random.pick(starts), 'latin1');
	const from = random.below(bytes.length);
	const found = bytes.indexOf(magic, from);
	const border = found < 0 ? Math.floor(from / 512) * 512 : found;
	return bytes.subarray(0, Math.max(0, border + random.pick([-1, 0, 1, 2, 4, 8, 16, 30, 46, 60, 110, 512])));
}

function range(bytes: Buffer, random: Random): {start: number; end: number} {
	const unit = random.pick([1, 1, 4, 16, 512]);
	const start = Math.floor(random.below(bytes.length) / unit) * unit;
	return {start, end: Math.min(bytes.length, start + unit * (1 + random.below(unit === 1 ? 200 : 6)))};
}

function duplicateRange(bytes: Buffer, random: Random): Buffer {
	const {start, end} = range(bytes, random);
	return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
}

function removeRange(bytes: Buffer, random: Random): Buffer {
	const {start, end} = range(bytes, random);
	return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function moveRange(bytes: Buffer, random: Random): Buffer {
	const {start, end} = range(bytes, random);
	bytes.copy(bytes, random.below(bytes.length), start, end);
	return bytes;
}
