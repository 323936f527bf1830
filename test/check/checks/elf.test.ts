import test from 'ava';
import {elf} from '../../../src/check/checks/elf.ts';
import {targets} from '../../../src/model/targets.ts';
import {type ArtifactOptions, artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';
import {type SmallElf, smallElf} from '../../helpers/elf.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const extension = `${site}/demo/fast.cpython-311-x86_64-linux-gnu.so`;
const deb = (...requires: string[]): ArtifactOptions => ({
	format: 'deb',
	declared: {relations: {requires: ['python3.11', ...requires]}},
});

const loaded = test.macro({
	exec: async (
		t,
		said: SmallElf,
		expected: string[],
		more: {path?: string; options?: ArtifactOptions; beside?: object} = {},
	) => {
		const {path = extension, options = {}, beside = {}} = more;
		const findings = await findingsOf(elf, artifact(goodVenv({[path]: smallElf(said), ...beside}), options));
		t.deepEqual(told(findings), expected);
	},
	title: (name = '') => name,
});

test('an extension module of this Python and machine', loaded, {needed: ['libm.so.6'], glibc: 'GLIBC_2.28'}, []);
test('an abi3 module', loaded, {glibc: 'GLIBC_2.17'}, [], {path: `${site}/demo/_rust.abi3.so`});

// Machines
test('another machine than the package’s', loaded, {machine: 183}, [`ELF_WRONG_MACHINE error ${extension}`]);
test(
	'a program in bin for another machine',
	loaded,
	{machine: 183, type: 2},
	['ELF_WRONG_MACHINE error /opt/app/bin/ruff'],
	{
		path: '/opt/app/bin/ruff',
	},
);
test('a program for another machine as data', loaded, {machine: 183, type: 2}, [], {path: `${site}/demo/data/arm`});
test(
	'a library that a module needs, for another machine',
	loaded,
	{needed: ['libx.so.1']},
	[`ELF_WRONG_MACHINE error ${site}/demo.libs/libx.so.1`],
	{
		beside: {[`${site}/demo.libs/libx.so.1`]: smallElf({machine: 183, soname: 'libx.so.1'})},
	},
);

// Other Pythons
const other = `${site}/demo/fast.cpython-310-x86_64-linux-gnu.so`;
test('only for another minor', loaded, {}, [`ELF_OTHER_PYTHON error ${other}`], {path: other});
test('for another minor beside the right one', loaded, {}, [], {path: other, beside: {[extension]: smallElf()}});
test(
	'for another platform',
	loaded,
	{machine: 183},
	[`ELF_OTHER_PYTHON error ${site}/demo/f.cpython-311-aarch64-linux-gnu.so`],
	{
		path: `${site}/demo/f.cpython-311-aarch64-linux-gnu.so`,
		beside: {[`${site}/other/f.cpython-311-x86_64-linux-gnu.so`]: smallElf()},
	},
);

// C libraries
test('for musl', loaded, {needed: ['libc.musl-x86_64.so.1']}, [`ELF_MUSL error ${extension}`], {
	beside: {[`${site}/other/x.abi3.so`]: smallElf({glibc: 'GLIBC_2.17'})},
});
test('all for musl', loaded, {needed: ['libc.musl-x86_64.so.1']}, []);
test(
	'a newer glibc than any distribution with that Python has',
	loaded,
	{glibc: 'GLIBC_2.41'},
	[`ELF_GLIBC_TOO_NEW error ${extension}`],
	{
		options: deb(),
	},
);
test(
	'a newer glibc than the package asks for',
	loaded,
	{glibc: 'GLIBC_2.34'},
	[`ELF_GLIBC_UNDECLARED warning ${extension}`],
	{
		options: deb('libc6 (>= 2.31)'),
	},
);
test('a glibc that the package asks for', loaded, {glibc: 'GLIBC_2.41'}, [], {options: deb('libc6 (>= 2.41)')});
test(
	'a glibc of the version that names a distribution',
	loaded,
	{glibc: 'GLIBC_2.32'},
	[`ELF_GLIBC_TOO_NEW error ${extension}`],
	{
		options: {...deb(), metadata: {version: '1.0~deb11u1'}},
	},
);
test('a glibc of the target that the user names', async t => {
	const subject = artifact(goodVenv({[extension]: smallElf({glibc: 'GLIBC_2.35'})}), deb());
	const found = async (id: string) =>
		told(await findingsOf(elf, subject, {target: targets.find(one => one.id === id)}));
	t.deepEqual(await found('debian-12'), []);
	t.deepEqual(await found('debian-11'), [`ELF_GLIBC_TOO_NEW error ${extension}`]);
});

// Where libraries are
test('a RUNPATH of the builder', loaded, {runpath: '$ORIGIN/../lib:/home/ada/lib'}, [
	`ELF_RUNPATH_ABSOLUTE warning ${extension}`,
]);
test(
	'a RUNPATH of the distribution, of the prefix and relative ones',
	loaded,
	{
		runpath: '/usr/lib/x86_64-linux-gnu:/opt/app/lib:$ORIGIN',
	},
	[],
);
test('libpython', loaded, {needed: ['libpython3.11.so.1.0']}, [`ELF_LIBPYTHON_MISSING note ${extension}`]);
test(
	'libpython through a RUNPATH of the builder',
	loaded,
	{needed: ['libpython3.11.so.1.0'], runpath: '/root/py/lib'},
	[`ELF_RUNPATH_ABSOLUTE warning ${extension}`, `ELF_LIBPYTHON_MISSING error ${extension}`],
);
test('libpython of another minor', loaded, {needed: ['libpython3.12.so.1.0']}, [
	`ELF_LIBPYTHON_MISSING error ${extension}`,
]);
test('libpython, declared', loaded, {needed: ['libpython3.11.so.1.0']}, [], {
	options: deb('libpython3.11 (>= 3.11.2)'),
});
test('libpython in the tree', loaded, {needed: ['libpython3.11.so.1.0']}, [], {
	beside: {'/opt/app/lib/libpython3.11.so.1.0': smallElf({soname: 'libpython3.11.so.1.0'})},
});

test(
	'a library of nobody, where the package declares none',
	loaded,
	{needed: ['libpq.so.5']},
	[`ELF_LIBRARY_UNDECLARED note ${extension}`],
	{
		options: deb(),
	},
);
test(
	'a library of nobody, where it declares others',
	loaded,
	{needed: ['libpq.so.5']},
	[`ELF_LIBRARY_UNDECLARED warning ${extension}`],
	{
		options: deb('libxml2 (>= 2.9)'),
	},
);
test('a library that a deb declares', loaded, {needed: ['libpq.so.5', 'libssl.so.3', 'libxml2.so.2']}, [], {
	options: deb('libpq5', 'libssl3t64 (>= 3.0) | libssl3', 'libxml2'),
});
test('a library that an rpm declares', loaded, {needed: ['libpq.so.5']}, [], {
	options: {format: 'rpm', declared: {relations: {requires: ['libpq.so.5()(64bit)', 'libc.so.6(GLIBC_2.34)(64bit)']}}},
});
test('a library, where the format has no relations', loaded, {needed: ['libpq.so.5']}, [], {
	options: {carries: {relations: false}},
});
test('a library in the tree', loaded, {needed: ['libx.so.1']}, [], {
	options: deb(),
	beside: {[`${site}/demo.libs/libx.so.1`]: smallElf({soname: 'libx.so.1'})},
});

test('the RUNPATH of a downloaded wheel is a note', async t => {
	const bytes = smallElf({runpath: '/src/build/lib'});
	const files = {[extension]: bytes};
	const subject = artifact(
		goodVenv({...files, [`${site}/demo-1.0.dist-info/RECORD`]: recordOf(files, `${site}/demo-1.0.dist-info/RECORD`)}),
	);
	t.deepEqual(told(await findingsOf(elf, subject)), [`ELF_RUNPATH_ABSOLUTE note ${extension}`]);
});
