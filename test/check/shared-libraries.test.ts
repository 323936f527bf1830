import test from 'ava';
import {DeclaredLibraries} from '../../src/check/shared-libraries.ts';
import type {LibraryTable} from '../../src/model/library-table.ts';

const table: LibraryTable = {
	target: 'debian-12',
	relationsOf: soname => (soname === 'libodd.so.1' ? ['odd-runtime (>= 2)', 'libelse1'] : undefined),
};

test('by names where they tell, without asking the table', t => {
	const libraries = new DeclaredLibraries(['libc6 (>= 2.34)', 'libpq5 | libpq5t64', 'zlib1g (>= 1:1.2.3.4)'], () => {
		throw new RangeError('not asked');
	});
	t.true(libraries.any);
	t.true(['libpq.so.5', 'libz.so.1', 'libc.so.6'].every(soname => libraries.brings(soname)));
});

test('by the table of the target where a name does not follow from the soname', t => {
	const libraries = new DeclaredLibraries(['libc6 (>= 2.34)', 'odd-runtime (>= 2)'], () => table);
	t.true(libraries.brings('libodd.so.1'));
	t.false(libraries.brings('libpq.so.5'));
	t.false(new DeclaredLibraries(['libc6 (>= 2.34)'], () => table).brings('libodd.so.1'));
	t.false(new DeclaredLibraries(['libc6 (>= 2.34)', 'odd-runtime']).brings('libodd.so.1'));
});
