import test from 'ava';
import {decodeLibraryTable} from '../../src/codecs/library-table.ts';
import {libraryData, libraryLines} from '../../src/host/library-data.ts';

test('a few libraries of a table are what the whole table says of them', async t => {
	const sonames = ['libc.so.6', 'libssl.so.3', 'libgcc_s.so.1', 'libz.so.1', 'libnowhere.so.9'];
	const whole = decodeLibraryTable(libraryData('debian-12') ?? new Uint8Array(0));
	const lines = (await libraryLines('debian-12', new Set(sonames))) ?? new Uint8Array(0);
	t.true(lines.length < 200_000, `${lines.length} bytes`);
	const few = decodeLibraryTable(lines);
	t.is(few.target, 'debian-12');
	for (const soname of sonames) {
		t.deepEqual(few.relationsOf(soname, []), whole.relationsOf(soname, []), soname);
	}

	t.truthy(few.relationsOf('libssl.so.3', []));
	t.is(few.relationsOf('libxml2.so.2', []), undefined);
});

test('no table: undefined', async t => {
	t.is(await libraryLines('el9', new Set(['libc.so.6'])), undefined);
});
