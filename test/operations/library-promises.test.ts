import test from 'ava';
import type {Declared} from '../../src/model/package.ts';
import {installPath} from '../../src/model/paths.ts';
import type {ElfFile, Survey} from '../../src/model/survey.ts';
import {libraryPromises} from '../../src/operations/running/promises.ts';
import {unprovable} from '../../src/operations/running/unprovable.ts';
import {withTools} from '../helpers/tools.ts';

function declared(...requires: string[]): Declared {
	return {
		relations: {requires},
		scripts: new Map(),
		conffiles: [],
		owners: new Map(),
		digests: undefined,
		signatures: [],
		fields: new Map(),
	};
}

const failure = 'ImportError: libnope.so.1: cannot open shared object file: No such file or directory';
const holding = (...elf: Partial<ElfFile>[]) => ({elf}) as unknown as Survey;

test('an rpm names the libraries that it asks for', async t => {
	const promises = await libraryPromises({format: 'rpm', declared: declared('libnope.so.1()(64bit)', '/bin/sh')});
	t.is(promises('libnope.so.1'), 'libnope.so.1()(64bit)');
	t.is(promises('libno.so.1'), undefined);
	t.regex(unprovable(failure, promises, holding()) ?? '', /^libnope\.so\.1 is not on this machine/);
	t.is(unprovable('any other failure', promises, holding()), undefined);
});

test('a library that the tree holds is the packaging’s affair, whatever is declared', async t => {
	const promises = await libraryPromises({format: 'rpm', declared: declared('libnope.so.1()(64bit)')});
	const path = installPath('/opt/app/lib/libnope.so.1');
	t.is(unprovable(failure, promises, holding({path, soname: undefined})), undefined);
});

test('a tarball promises nothing', async t => {
	const promises = await libraryPromises({format: 'tar.gz', declared: declared('libnope1')});
	t.is(promises('libnope.so.1'), undefined);
});

withTools('dpkg-query')('a deb promises what is not installed here', async t => {
	const some = await libraryPromises({format: 'deb', declared: declared('libc6 (>= 2.3)', 'libnope1 | libnope2')});
	t.is(some('libnope.so.1'), 'libnope1 | libnope2');
	const none = await libraryPromises({format: 'deb', declared: declared('libc6 (>= 2.3)', 'libnope1 | libc6')});
	t.is(none('libnope.so.1'), undefined);
});
