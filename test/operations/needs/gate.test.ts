import test, {type ExecutionContext} from 'ava';
import {debLibraries} from '../../../src/formats/deb/libraries.ts';
import {rpmLibraries} from '../../../src/formats/rpm/libraries.ts';
import {VenvpackError} from '../../../src/model/errors.ts';
import type {Event} from '../../../src/model/events.ts';
import {type LibraryWishes, noLibraryWishes} from '../../../src/model/libraries.ts';
import {hostPath, installPath} from '../../../src/model/paths.ts';
import type {FormatPlan, Plan} from '../../../src/model/plan.ts';
import {targets} from '../../../src/model/targets.ts';
import {refuseUnloadable} from '../../../src/operations/needs/gate.ts';
import {needsOfTree, type TreeNeeds} from '../../../src/operations/needs/tree-needs.ts';
import {promisedGlibc, tellBrokenPromises} from '../../../src/operations/needs/wheel-promises.ts';
import {type SmallElf, smallElf} from '../../helpers/elf.ts';
import {pkg} from '../../helpers/package.ts';
import {type Literal, tree} from '../../helpers/tree.ts';

// What a build refuses to pack, and what it does not: small trees of files that say what real ones say.

const site = '/opt/app/lib/python3.11/site-packages';
const module = `${site}/it/core.cpython-311-x86_64-linux-gnu.so`;
const python = {
	builder: hostPath('/usr/bin/python3.11'),
	builderPrefix: hostPath('/usr'),
	target: installPath('/usr/bin/python3.11'),
	minor: '3.11',
	version: '3.11.2',
};

function needsOf(
	files: Readonly<Record<string, Literal | SmallElf>>,
	wishes: LibraryWishes = noLibraryWishes,
): TreeNeeds {
	const literals = Object.entries(files).map(([path, one]): [string, Literal] => [
		path,
		typeof one === 'string' || one instanceof Uint8Array || 'link' in one ? one : smallElf(one),
	]);
	const prefix = installPath('/opt/app');
	return needsOfTree({tree: tree(Object.fromEntries(literals)), prefix, python, arch: 'x86_64', wishes});
}

/** As much of a plan as is asked. */
function planFor(id: string): Plan {
	const target = targets.find(one => one.id === id);
	return {formats: [{name: 'dir', target} as FormatPlan]} as unknown as Plan;
}

function refusal(t: ExecutionContext, act: () => unknown): string {
	const error = t.throws(act, {instanceOf: VenvpackError});
	return `${error?.code}: ${error?.message}`;
}

function packageOf({libraries}: TreeNeeds) {
	const made = pkg({});
	return {...made, needs: {...made.needs, libraries}};
}

test('a newer glibc than the target’s: the file, the version, the target', t => {
	const needs = needsOf({[module]: {glibc: 'GLIBC_2.38'}});
	t.is(needs.glibc, '2.38');
	t.is(
		refusal(t, () => refuseUnloadable(needs, planFor('debian-12'))),
		`GLIBC_TOO_NEW: ${module} asks for glibc 2.38, and debian-12 has 2.36`,
	);
	t.notThrows(() => refuseUnloadable(needs, planFor('debian-13')));
});

test('a module for another machine, where the interpreter looks', t => {
	const abi3 = `${site}/it/core.abi3.so`;
	t.is(
		refusal(t, () => refuseUnloadable(needsOf({[abi3]: {machine: 183}}), planFor('debian-12'))),
		`LIBRARY_MACHINE: ${abi3} is for aarch64, and the package for x86_64 (for debian-12)`,
	);
});

test('a module for musl beside those for glibc', t => {
	const musl = `${site}/it/musl.abi3.so`;
	const needs = needsOf({[module]: {glibc: 'GLIBC_2.17'}, [musl]: {needed: ['libc.musl-x86_64.so.1']}});
	t.regex(
		refusal(t, () => refuseUnloadable(needs, planFor('debian-12'))),
		/^LIBRARY_MUSL: .*musl\.abi3\.so wants the C library of musl/,
	);
	t.deepEqual(
		needs.libraries.map(({soname}) => soname),
		['libc.so.6'],
	);
});

test('modules for another Python only', t => {
	const other = `${site}/it/core.cpython-312-x86_64-linux-gnu.so`;
	t.regex(
		refusal(t, () => refuseUnloadable(needsOf({[other]: {}}), planFor('debian-12'))),
		/^EXTENSION_PYTHON: .* is for Python 3\.12 on x86_64-linux-gnu, the venv for Python 3\.11/,
	);
	t.notThrows(() => refuseUnloadable(needsOf({[other]: {}, [module]: {}}), planFor('debian-12')));
});

test('a module for macOS, where none is for this machine', t => {
	const mac = `${site}/it/core.cpython-311-darwin.so`;
	const bytes = Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(100)]);
	t.regex(
		refusal(t, () => refuseUnloadable(needsOf({[mac]: bytes}), planFor('debian-12'))),
		/^LIBRARY_MACHINE: .*darwin\.so is a library of macOS/,
	);
	t.notThrows(() => refuseUnloadable(needsOf({[mac]: bytes, [module]: {}}), planFor('debian-12')));
});

test('data for other machines may lie in the tree', t => {
	const files = {[module]: {}, [`${site}/it/data/helper`]: {machine: 183}, [`${site}/it/data/win.dll`]: 'MZ'};
	t.notThrows(() => refuseUnloadable(needsOf(files), planFor('debian-12')));
});

test('a module that is cut off or has absurd headers; elsewhere it is data', t => {
	const whole = smallElf({needed: ['libx.so.1']});
	const absurd = Buffer.from(whole);
	absurd.writeUInt16LE(60_000, 56);
	for (const bytes of [whole.subarray(0, 300), absurd, whole.subarray(0, 60)]) {
		t.regex(
			refusal(t, () => refuseUnloadable(needsOf({[module]: bytes}), planFor('debian-12'))),
			/^LIBRARY_DAMAGED: .*core\.cpython-311-x86_64-linux-gnu\.so cannot be loaded/,
		);
		const asData = needsOf({[`${site}/it/data/core`]: bytes});
		t.deepEqual(asData.libraries, []);
		t.notThrows(() => refuseUnloadable(asData, planFor('debian-12')));
	}
});

test('a library that no package of the target brings: the file, the soname, the target, and the choices', t => {
	const needs = needsOf({[module]: {needed: ['libnowhere.so.7']}});
	const error = t.throws(() => debLibraries(packageOf(needs), 'debian-12'), {instanceOf: VenvpackError});
	t.is(error?.code, 'LIBRARY_UNKNOWN');
	t.is(error?.message, `${module} needs libnowhere.so.7, and no package of debian-12 brings it`);
	t.regex(error?.hint ?? '', /auditwheel repair.*declare = \{"libnowhere\.so\.7" = .*ignore = \["libnowhere\.so\.7"\]/);
});

test('what only a plugin asks for, and nobody is known to bring, is left out', t => {
	const needs = needsOf({[`${site}/it/plugins/db.so`]: {needed: ['libnowhere.so.7', 'libpq.so.5']}});
	const made = debLibraries(packageOf(needs), 'debian-12');
	t.deepEqual(
		made.left.map(({soname}) => soname),
		['libnowhere.so.7'],
	);
	t.regex(made.relations.join(), /^libpq5/);
	t.deepEqual(rpmLibraries(packageOf(needs)).capabilities, ['libpq.so.5()(64bit)', 'rtld(GNU_HASH)']);
});

test('what lies in the tree, where the loader finds it, is not asked for', t => {
	const files = {
		[module]: {needed: ['libx.so.1', 'libpq.so.5'], runpath: '$ORIGIN/../it.libs'},
		[`${site}/it.libs/libx.so.1`]: {soname: 'libx.so.1'},
	};
	t.deepEqual(
		needsOf(files).libraries.map(({soname}) => soname),
		['libpq.so.5'],
	);
});

test('[libraries]: what is declared, for each format, and what is ignored', t => {
	const declare = {'libnowhere.so.7': {deb: 'libnowhere7 (>= 7.1)', rpm: 'nowhere-libs >= 7.1'}};
	const needs = needsOf({[module]: {needed: ['libnowhere.so.7', 'libcuda.so.1']}}, {declare, ignore: ['libcuda.so.*']});
	t.deepEqual(debLibraries(packageOf(needs), 'debian-12').relations, ['libnowhere7 (>= 7.1)']);
	t.deepEqual(rpmLibraries(packageOf(needs)).relations, ['nowhere-libs >= 7.1']);
	const wrong = needsOf({[module]: {needed: ['libx.so.1']}}, {declare: {'libx.so.1': {deb: 'Lib X'}}, ignore: []});
	t.regex(
		refusal(t, () => debLibraries(packageOf(wrong), 'debian-12')),
		/^DEB_RELATION_INVALID: "Lib X" in libraries\.declare, for libx\.so\.1/,
	);
});

test('what the tags of a wheel promise, and a file that asks for more', t => {
	t.is(promisedGlibc('it-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'), '2.17');
	t.is(promisedGlibc('it-1.0-cp311-cp311-manylinux1_x86_64.whl'), '2.5');
	t.is(promisedGlibc('it-1.0-py3-none-any.whl'), '');
	const wheel = 'it-1.0-cp311-cp311-manylinux_2_17_x86_64.whl';
	const record = 'it/core.cpython-311-x86_64-linux-gnu.so,,\n';
	const files = tree({[module]: smallElf({glibc: 'GLIBC_2.28'}), [`${site}/it-1.0.dist-info/RECORD`]: record});
	const needs = needsOf({[module]: {glibc: 'GLIBC_2.28'}});
	const heard: Event[] = [];
	const distribution = {name: 'it', version: '1.0', wheel} as Parameters<
		typeof tellBrokenPromises
	>[1]['distributions'][0];
	tellBrokenPromises(needs, {tree: files, distributions: [distribution]}, event => heard.push(event));
	t.deepEqual(heard, [
		{
			kind: 'warning',
			code: 'WHEEL_GLIBC',
			message: `the tags of it (${wheel}) promise that glibc 2.17 is enough, and ${module} asks for 2.28`,
		},
	]);
});
