/** The names of libraries that a tree may load while it runs, gathered from files that come in chunks of any size. */

import test from 'ava';
import fc from 'fast-check';
import {DynamicLoads} from '../../../src/check/survey/dynamic-loads.ts';
import {surveyedElf} from '../../../src/check/survey/elf-files.ts';
import {decodeElf, isElf} from '../../../src/codecs/elf.ts';
import {smallElf} from '../../helpers/elf.ts';
import {type LiteralEntry, pkg} from '../../helpers/package.ts';
import {readLiteral} from '../../helpers/tree.ts';

const site = '/opt/app/lib/python3.11/site-packages';

function loadsOf(files: Readonly<Record<string, LiteralEntry>>, chunk = 65_536) {
	const loads = new DynamicLoads();
	const literals = pkg(files).tree.entries.flatMap(entry =>
		entry.kind === 'file' ? [{entry, bytes: readLiteral(entry.content)}] : [],
	);
	for (const {entry, bytes} of literals) {
		const taker = loads.open(entry);
		for (let at = 0; at < bytes.length; at += chunk) {
			// What is handed over may change after the call.
			const lent = Buffer.from(bytes.subarray(at, at + chunk));
			taker?.push(lent);
			lent.fill(0x78);
		}

		taker?.close();
	}

	return loads.finish(
		literals.filter(({bytes}) => isElf(bytes)).map(({entry, bytes}) => surveyedElf(entry.path, decodeElf(bytes))),
	);
}

function named(code: string, chunk?: number): string[] {
	return loadsOf({[`${site}/a.py`]: code}, chunk).map(({name}) => name);
}

/** An ELF file with strings, as the sections behind its tables have them. */
function elfWith(strings: readonly string[], needed: readonly string[] = []): Buffer {
	return Buffer.concat([smallElf({needed}), Buffer.from(['', ...strings, ''].join('\0'))]);
}

for (const [code, name] of [
	['ctypes.CDLL("libfoo.so.1")', 'libfoo.so.1'],
	["lib = CDLL('libfoo.so.1', mode=ctypes.RTLD_GLOBAL)", 'libfoo.so.1'],
	['ctypes.CDLL(\n    name="libfoo.so.1",\n)', 'libfoo.so.1'],
	['ctypes.PyDLL(r"/usr/lib/libfoo.so")', '/usr/lib/libfoo.so'],
	['ctypes.cdll.LoadLibrary("libfoo-2.0.so.0")', 'libfoo-2.0.so.0'],
	['ctypes.CDLL(ctypes.util.find_library("foo"))', 'libfoo.so'],
	['util.find_library("foo-2.0")', 'libfoo-2.0.so'],
	['ffi.dlopen("libfoo.so")', 'libfoo.so'],
	['ffi.dlopen("foo", ffi.RTLD_NOW)', 'libfoo.so'],
] as const) {
	test(`Python: ${JSON.stringify(code)}`, t => {
		t.deepEqual(named(`import ctypes\n${code}\n`), [name]);
	});
}

for (const code of [
	'ctypes.CDLL(None)',
	'ctypes.CDLL(path)',
	'ctypes.CDLL("lib" + name + ".so")',
	'ctypes.CDLL(f"lib{name}.so")',
	'ctypes.CDLL("foo")',
	'ctypes.CDLL("libfoo.dylib")',
	'ctypes.WinDLL("libfoo.so")',
	'windll.LoadLibrary("kernel32")',
	'find_library("libfoo")',
	'find_library("CoreFoundation")',
	'find_library("kernel32")',
	'my_find_library("foo")',
	'# ctypes.CDLL("libfoo.so")',
	'    >>> ffi.dlopen("foo")',
	`ctypes.CDLL("lib${'o'.repeat(200)}.so")`,
]) {
	test(`Python, nothing that can be told: ${code.slice(0, 40)}`, t => {
		t.deepEqual(named(`import ctypes\n${code}\n`), []);
	});
}

test('the standard library is left out, what was installed beside it and own code are not', t => {
	const code = 'ctypes.CDLL("libfoo.so.1")';
	const found = loadsOf({
		'/opt/app/python/lib/python3.11/ctypes/util.py': code,
		'/opt/app/python/lib/python3.11/site-packages/x.py': code,
		'/opt/app/libexec/y.py': code,
		'/opt/app/z.txt': code,
	});
	t.deepEqual(found, [
		{
			name: 'libfoo.so.1',
			by: ['/opt/app/libexec/y.py', '/opt/app/python/lib/python3.11/site-packages/x.py'] as never,
			files: 2,
		},
	]);
});

test('ELF: sonames, where dlopen is known; not what the file itself is and needs', t => {
	const strings = [
		'libfoo.so.1',
		'x libno.so',
		'libno.sox',
		'libno.so.x',
		'libno.so.1.debug',
		'libbar.so',
		'libz.so.1',
	];
	const found = loadsOf({
		[`${site}/a.so`]: elfWith([...strings, 'dlopen'], ['libz.so.1']),
		[`${site}/b.so`]: elfWith(strings),
		[`${site}/c.txt`]: Buffer.from(['', ...strings, 'dlopen', ''].join('\0')),
	});
	t.deepEqual(
		found.map(({name, by}) => [name, ...by]),
		['libbar.so', 'libfoo.so.1'].map(name => [name, `${site}/a.so`]),
	);
});

test('ELF: the names that a library had before auditwheel bundled it are no loads', t => {
	const elf = elfWith(['libkrb5.so.3', 'libfribidi.so.0', 'dlopen'], ['libkrb5-fcafa220.so.3.3']);
	t.deepEqual(
		loadsOf({[`${site}/a.so`]: elf}).map(({name}) => name),
		['libfribidi.so.0'],
	);
});

test('what is found does not depend on the chunks', t => {
	const code = `${'x = 1\n'.repeat(40)}import ctypes\n# ctypes.CDLL("libno.so")\nctypes.CDLL("libfoo.so.1")\n${'y = 2\n'.repeat(200)}\nfind_library(\n'bar')\n`;
	const strings = ['a'.repeat(300), 'libfoo.so.1', 'b'.repeat(700), 'libbar.so.2', 'c'.repeat(600), 'dlopen'];
	fc.assert(
		fc.property(fc.integer({min: 1, max: 1500}), chunk => {
			t.deepEqual(named(code, chunk), ['libbar.so', 'libfoo.so.1']);
			const elf = loadsOf({[`${site}/a.so`]: elfWith(strings)}, chunk);
			t.deepEqual(
				elf.map(({name}) => name),
				['libbar.so.2', 'libfoo.so.1'],
			);
		}),
	);
});

test('files made to do harm cost little', t => {
	const start = process.cpuUsage();
	const many = Array.from({length: 50_000}, (_, at) => `CDLL("lib${at}.so")`).join('\n');
	const strings = Array.from({length: 50_000}, (_, at) => `lib${at}.so`);
	t.is(named(many).length, 200);
	t.is(loadsOf({[`${site}/a.so`]: elfWith([...strings, 'dlopen'])}).length, 200);
	t.deepEqual(named('CDLL('.repeat(2_000_000)), []);
	t.deepEqual(named('CDLL("'.repeat(2_000_000)), []);
	t.deepEqual(loadsOf({[`${site}/a.so`]: elfWith(['lib.so.'.repeat(1_000_000), 'dlopen'])}), []);
	t.true(process.cpuUsage(start).user < 5_000_000);
});
