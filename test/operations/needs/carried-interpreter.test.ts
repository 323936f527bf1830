import test from 'ava';
import {InputError} from '../../../src/model/errors.ts';
import {noLibraryWishes} from '../../../src/model/libraries.ts';
import {hostPath, installPath} from '../../../src/model/paths.ts';
import type {FormatPlan, Plan} from '../../../src/model/plan.ts';
import {targets} from '../../../src/model/targets.ts';
import {refuseUnloadable} from '../../../src/operations/needs/gate.ts';
import {needsOfTree, type TreeNeeds} from '../../../src/operations/needs/tree-needs.ts';
import {type SmallElf, smallElf} from '../../helpers/elf.ts';
import {tree} from '../../helpers/tree.ts';

// What a tree with an interpreter inside asks of its machine.

const prefix = installPath('/opt/app');
const program = '/opt/app/bin/python3.11';
const modules = '/opt/app/lib/python3.11/lib-dynload';
const site = '/opt/app/lib/python3.11/site-packages';

function needsOf(files: Readonly<Record<string, SmallElf>>): TreeNeeds {
	const entries = Object.entries(files).map(([path, one]) => [path, smallElf(one)] as const);
	const {entries: made} = tree(Object.fromEntries(entries));
	const executable = made.map(entry => (entry.path === program ? {...entry, mode: 0o755} : entry));
	const python = {
		builder: hostPath('/home/ada/bin/python3.11'),
		builderPrefix: hostPath('/home/ada'),
		target: installPath(program),
		minor: '3.11',
		version: '3.11.7',
	};
	return needsOfTree({tree: {entries: executable}, prefix, python, arch: 'x86_64', wishes: noLibraryWishes});
}

const planFor = (id: string) =>
	({formats: [{name: 'dir', target: targets.find(one => one.id === id)} as FormatPlan]}) as unknown as Plan;
const asked = ({libraries}: TreeNeeds) => libraries.map(({soname, need}) => `${soname} ${need}`);

test('what came along is not asked for; what did not, is, and by a module of the standard library for certain', t => {
	const ssl = `${modules}/_ssl.cpython-311-x86_64-linux-gnu.so`;
	const files = {
		[program]: {type: 2, needed: ['libpython3.11.so.1.0'], runpath: '$ORIGIN/../lib', glibc: 'GLIBC_2.34'},
		'/opt/app/lib/libpython3.11.so.1.0': {soname: 'libpython3.11.so.1.0', glibc: 'GLIBC_2.35'},
		[ssl]: {needed: ['libssl.so.3'], runpath: '$ORIGIN/../..'},
	};
	t.deepEqual(asked(needsOf(files)), ['libc.so.6 certain', 'libssl.so.3 certain']);
	t.is(needsOf(files).glibc, '2.35');
	const carried = {
		...files,
		'/opt/app/lib/libssl.so.3': {soname: 'libssl.so.3', needed: ['libcrypto.so.3'], runpath: '$ORIGIN'},
	};
	t.deepEqual(asked(needsOf(carried)), ['libc.so.6 certain', 'libcrypto.so.3 certain']);
});

test('a module of a wheel that would not find what came along asks the machine for it', t => {
	const files = {
		[program]: {type: 2, needed: ['libz.so.1'], runpath: '$ORIGIN/../lib'},
		'/opt/app/lib/libz.so.1': {soname: 'libz.so.1'},
		[`${site}/it.cpython-311-x86_64-linux-gnu.so`]: {needed: ['libz.so.1']},
	};
	const [zlib] = needsOf(files).libraries;
	t.is(zlib?.soname, 'libz.so.1');
	t.deepEqual(zlib?.by, [installPath(`${site}/it.cpython-311-x86_64-linux-gnu.so`)]);
});

test('a glibc that the target does not have: the interpreter is the reason, whatever wheels ask for', t => {
	const files = {
		[program]: {type: 2, glibc: 'GLIBC_2.34'},
		'/opt/app/lib/libcrypt.so.1': {soname: 'libcrypt.so.1', glibc: 'GLIBC_2.36'},
		[`${modules}/_crypt.cpython-311-x86_64-linux-gnu.so`]: {needed: ['libcrypt.so.1'], runpath: '$ORIGIN/../..'},
		[`${site}/a.cpython-311-x86_64-linux-gnu.so`]: {glibc: 'GLIBC_2.38'},
	};
	const error = t.throws(() => refuseUnloadable(needsOf(files), planFor('el8')), {instanceOf: InputError});
	t.is(error?.code, 'GLIBC_TOO_NEW');
	t.is(
		error?.message,
		'the interpreter that comes along, /opt/app/bin/python3.11, asks for glibc 2.36 by /opt/app/lib/libcrypt.so.1 (1 more of its files is too new), and el8 has 2.28',
	);
	const wheel = t.throws(() => refuseUnloadable(needsOf(files), planFor('debian-12')), {instanceOf: InputError});
	t.regex(wheel?.message ?? '', /^\/opt\/app\/lib\/python3\.11\/site-packages\/a\..* asks for glibc 2\.38/);
	t.notThrows(() => refuseUnloadable(needsOf(files), planFor('debian-13')));
});
