import {type ExecFileSyncOptionsWithStringEncoding, execFileSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {debLibraries} from '../../../src/formats/deb/libraries.ts';
import {rpmLibraries} from '../../../src/formats/rpm/libraries.ts';
import {noLibraryWishes} from '../../../src/model/libraries.ts';
import type {NeededLibrary} from '../../../src/model/package.ts';
import {hostPath, installPath} from '../../../src/model/paths.ts';
import {type Entry, treeOf} from '../../../src/model/tree.ts';
import {needsOfTree} from '../../../src/operations/needs/tree-needs.ts';
import {pkg} from '../../helpers/package.ts';
import {withReason, withTools} from '../../helpers/tools.ts';
import {room} from '../../helpers/venv.ts';

// What a package of real modules and programs asks for, beside what dpkg-shlibdeps and rpm's elfdeps say of the same files.

const modules = '/usr/lib/python3.11/lib-dynload';
const elfdeps = '/usr/lib/rpm/elfdeps';
const isBookworm = /^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'));
/** Modules of the interpreter that are linked with libraries of other packages, and programs of packages that are always there. */
const files = [
	...(existsSync(modules) ? readdirSync(modules).map(name => join(modules, name)) : []),
	...['/usr/bin/dpkg-deb', '/usr/bin/tar', '/usr/bin/perl', '/bin/bash'].filter(existsSync),
].filter(file => file.endsWith('.so') || !file.startsWith(modules));

const test = withTools('dpkg-shlibdeps', elfdeps);
const onBookworm = isBookworm && existsSync(modules) ? test : withReason('Debian 12 with its Python');

/** The files in a package: programs in its bin, modules where the interpreter looks. */
function laid(
	folder: string,
	some: readonly string[],
): {readonly root: string; readonly libraries: readonly NeededLibrary[]} {
	const entries = some.map((file): Entry => {
		const isModule = file.endsWith('.so');
		const place = isModule ? '/opt/app/lib/python3.11/site-packages/it' : '/opt/app/bin';
		const path = installPath(`${place}/${file.split('/').at(-1)}`);
		mkdirSync(dirname(`${folder}${path}`), {recursive: true});
		copyFileSync(file, `${folder}${path}`);
		const {size} = statSync(file);
		return {
			kind: 'file',
			path,
			mode: isModule ? 0o644 : 0o755,
			content: {kind: 'staged', root: hostPath(folder), path, size},
		};
	});
	const {libraries} = needsOfTree({
		tree: treeOf(entries),
		prefix: installPath('/opt/app'),
		python: {
			builder: hostPath('/usr/bin/python3.11'),
			builderPrefix: hostPath('/usr'),
			target: installPath('/usr/bin/python3.11'),
			minor: '3.11',
			version: '3.11.2',
		},
		arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
		wishes: noLibraryWishes,
	});
	return {root: folder, libraries};
}

function packageWith(libraries: readonly NeededLibrary[]) {
	const made = pkg({});
	return {...made, needs: {...made.needs, libraries}};
}

/** Depends as dpkg-shlibdeps gives them for files. */
function byShlibdeps(t: ExecutionContext, paths: readonly string[]): string[] {
	const folder = room(t);
	mkdirSync(join(folder, 'debian'));
	const control = 'Source: it\nMaintainer: Jo <jo@example.org>\n\nPackage: it\nArchitecture: any\n';
	writeFileSync(join(folder, 'debian/control'), control);
	const options: ExecFileSyncOptionsWithStringEncoding = {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	};
	const said = execFileSync('dpkg-shlibdeps', ['-O', ...paths], options);
	return said.trim().replace('shlibs:Depends=', '').split(', ').sort();
}

function placesOf(root: string, libraries: readonly NeededLibrary[]): string[] {
	return [...new Set(libraries.flatMap(({by}) => by))].map(path => `${root}${path}`);
}

onBookworm('a deb depends on what dpkg-shlibdeps says, all files together', t => {
	const {root, libraries} = laid(room(t), files);
	t.deepEqual(debLibraries(packageWith(libraries), 'debian-12').relations, byShlibdeps(t, placesOf(root, libraries)));
});

for (const name of ['_sqlite3', '_dbm']) {
	const file = files.find(one => one.includes(`/${name}.cpython`));
	(file === undefined ? withReason(`${name} of Debian’s Python`) : onBookworm)(
		`a deb depends on what dpkg-shlibdeps says of ${name}`,
		t => {
			const {root, libraries} = laid(room(t), [file ?? '']);
			const expected = byShlibdeps(t, placesOf(root, libraries));
			t.deepEqual(debLibraries(packageWith(libraries), 'debian-12').relations, expected);
		},
	);
}

test('an rpm requires what elfdeps says', t => {
	const {root, libraries} = laid(room(t), files);
	const paths = placesOf(root, libraries);
	for (const path of paths) {
		// The generator asks nothing of what may not be executed.
		execFileSync('chmod', ['+x', path]);
	}

	const said = execFileSync(elfdeps, ['--requires'], {input: `${paths.join('\n')}\n`, encoding: 'utf8'});
	const expected = [...new Set(said.split('\n').filter(line => line !== ''))].sort();
	t.true(expected.length > 10);
	t.deepEqual([...rpmLibraries(packageWith(libraries)).capabilities].sort(), expected);
});

onBookworm('what was renamed for 64-bit times stands with both names where the target has the new one', t => {
	const file = files.find(one => one.includes('/_ssl.'));
	const {libraries} = laid(room(t), [file ?? '']);
	const {relations} = debLibraries(packageWith(libraries), 'debian-13');
	t.true(
		relations.some(line => /^libssl3t64 \(>= 3[\d.]*\) \| libssl3 \(>= 3[\d.]*\)$/.test(line)),
		relations.join(', '),
	);
});

test('every dpkg target has a table, which knows glibc', async t => {
	const {targets} = await import('../../../src/model/targets.ts');
	const libc: NeededLibrary = {
		soname: 'libc.so.6',
		bits: 64,
		asked: [{version: 'GLIBC_2.14', symbol: 'memcpy'}],
		by: [installPath('/opt/app/bin/x')],
		need: 'certain',
		declared: {},
	};
	for (const {id} of targets.filter(({packager}) => packager === 'dpkg')) {
		t.deepEqual(debLibraries(packageWith([libc]), id).relations, ['libc6 (>= 2.14)'], id);
	}
});
