import test from 'ava';
import {providersOf} from '../../src/check/loader.ts';
import {installPath} from '../../src/model/paths.ts';
import type {ElfFile} from '../../src/model/survey.ts';
import {type Literal, tree} from '../helpers/tree.ts';

/** Where each library that is needed comes from: `user soname` → a path, `host`, or `hidden PATH`. */
function found(files: Readonly<Record<string, Partial<ElfFile>>>, links: Record<string, Literal> = {}) {
	const elf = Object.entries(files).map(([path, said]) => ({...plain, path: installPath(path), ...said}));
	const whole = tree({...Object.fromEntries(Object.keys(files).map(path => [path, 'ELF'])), ...links});
	return Object.fromEntries(
		providersOf({elf}, whole).flatMap(({file, needs}) =>
			needs.map(({soname, path, hidden}) => [
				`${file.path} ${soname}`,
				path ?? (hidden.length > 0 ? `hidden ${hidden.join(' ')}` : 'host'),
			]),
		),
	);
}

const plain: Omit<ElfFile, 'path'> = {
	bits: 64,
	byteOrder: 'little',
	type: 3,
	machine: 62,
	interpreter: undefined,
	soname: undefined,
	needed: [],
	runpath: undefined,
	isRpath: false,
	versions: [],
	dynamic: true,
};
const user = {needed: ['libx.so.1']};
const library = {soname: 'libx.so.1'};

test('what nobody in the tree has is the machine’s', t => {
	t.deepEqual(found({'/a/user.so': {needed: ['libc.so.6']}}), {'/a/user.so libc.so.6': 'host'});
});

test('RUNPATH says where, from the file’s own folder', t => {
	for (const runpath of ['$ORIGIN/../x.libs', '/none:\x24{ORIGIN}/../x.libs', '/a/x.libs']) {
		const files = {'/a/x/user.so': {...user, runpath}, '/a/x.libs/libx.so.1': library};
		t.deepEqual(found(files), {'/a/x/user.so libx.so.1': '/a/x.libs/libx.so.1'}, runpath);
	}
});

test('a library through a link, of the file or of a folder', t => {
	const files = {'/a/user.so': {...user, runpath: '$ORIGIN/l'}, '/a/lib/libx.so.1.2': {}};
	const links = {'/a/l': {link: 'lib'}, '/a/lib/libx.so.1': {link: 'libx.so.1.2'}};
	t.deepEqual(found(files, links), {'/a/user.so libx.so.1': '/a/lib/libx.so.1.2'});
});

test('a library where the loader does not look is hidden', t => {
	t.deepEqual(found({'/a/user.so': user, '/a/libx.so.1': library}), {'/a/user.so libx.so.1': 'hidden /a/libx.so.1'});
});

test('a library of another machine is none', t => {
	const files = {'/a/user.so': {...user, runpath: '$ORIGIN'}, '/a/libx.so.1': {...library, machine: 183}};
	t.deepEqual(found(files), {'/a/user.so libx.so.1': 'host'});
});

test('the default folders are looked at by everybody', t => {
	const files = {'/a/user.so': user, '/usr/lib/x86_64-linux-gnu/libx.so.1': library};
	t.deepEqual(found(files), {'/a/user.so libx.so.1': '/usr/lib/x86_64-linux-gnu/libx.so.1'});
});

test('RPATH is inherited, RUNPATH is not', t => {
	const files = (isRpath: boolean) => ({
		'/a/bin/app': {needed: ['libmiddle.so'], runpath: '$ORIGIN/../lib', isRpath},
		'/a/lib/libmiddle.so': user,
		'/a/lib/libx.so.1': library,
	});
	t.is(found(files(true))['/a/lib/libmiddle.so libx.so.1'], '/a/lib/libx.so.1');
	t.is(found(files(false))['/a/lib/libmiddle.so libx.so.1'], 'hidden /a/lib/libx.so.1');
});

test('RPATH is not inherited by a library that has a RUNPATH', t => {
	const files = {
		'/a/bin/app': {needed: ['libmiddle.so'], runpath: '$ORIGIN/../lib', isRpath: true},
		'/a/lib/libmiddle.so': {...user, runpath: '/elsewhere'},
		'/a/lib/libx.so.1': library,
	};
	t.is(found(files)['/a/lib/libmiddle.so libx.so.1'], 'hidden /a/lib/libx.so.1');
});

test('what whoever loads a library has loaded under that name is found', t => {
	const files = {
		'/a/user.so': {needed: ['libmiddle.so', 'libx.so.1'], runpath: '$ORIGIN/lib'},
		'/a/lib/libmiddle.so': user,
		'/a/lib/libx.so.1': library,
	};
	t.is(found(files)['/a/lib/libmiddle.so libx.so.1'], '/a/lib/libx.so.1');
});

test('libraries that need each other come to an end', t => {
	const files = {
		'/a/liby.so': {needed: ['libz.so', 'libgone.so'], runpath: '$ORIGIN', isRpath: true},
		'/a/libz.so': {needed: ['liby.so', 'libgone.so']},
	};
	t.is(found(files)['/a/libz.so libgone.so'], 'host');
	t.is(found(files)['/a/libz.so liby.so'], '/a/liby.so');
});
