import {execFileSync} from 'node:child_process';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {decodeElf, isElf} from '../../../src/codecs/elf.ts';
import {scanTree} from '../../../src/host/scan.ts';
import type {PythonMove} from '../../../src/model/moves.ts';
import {hostPath, installPath} from '../../../src/model/paths.ts';
import type {Carried} from '../../../src/model/staged.ts';
import {isOfGlibc} from '../../../src/stage/bundle/glibc.ts';
import {type CarriedLibraries, carriedLibraries} from '../../../src/stage/bundle/libraries.ts';
import {Loader} from '../../../src/stage/bundle/loader.ts';
import {pythonOf, withTools} from '../../helpers/tools.ts';

const test = withTools('gcc', 'ldd');

const prefix = installPath('/opt/app');

function folder(t: ExecutionContext): string {
	const made = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-libraries-')));
	t.teardown(() => rmSync(made, {recursive: true}));
	return made;
}

/** `files` of this machine at their places below /opt/app; all but those in bin came along of the interpreter. */
function collected(
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
	{libraries = true, builderPrefix = '/nowhere'} = {},
): CarriedLibraries {
	const root = folder(t);
	for (const [place, file] of Object.entries(files)) {
		const path = join(root, prefix, place);
		mkdirSync(dirname(path), {recursive: true});
		copyFileSync(file, path);
	}

	mkdirSync(join(root, prefix, 'lib'), {recursive: true});
	const tree = scanTree({root: hostPath(root), from: prefix});
	const own = tree.entries.filter(({kind, path}) => kind === 'file' && !path.includes('/bin/'));
	const python: PythonMove = {
		builder: hostPath(`${builderPrefix}/bin/python3.11`),
		builderPrefix: hostPath(builderPrefix),
		target: installPath('/opt/app/bin/python3.11'),
		minor: '3.11',
		version: '3.11.7',
	};
	return carriedLibraries({
		...{tree, prefix, python, libraries},
		carried: new Map(own.map(({path}): [typeof path, Carried] => [path, 'interpreter'])),
		downloaded: new Map(),
	});
}

/** What ldd finds for a file: soname → path. */
function byLdd(file: string): Array<[soname: string, path: string]> {
	const said = execFileSync('ldd', [file], {encoding: 'utf8'});
	return said.split('\n').flatMap(line => {
		const [, soname, path] = /^\s*(\S+) => (\/\S+) \(/.exec(line) ?? [];
		return soname !== undefined && path !== undefined ? [[soname, realpathSync(path)] as [string, string]] : [];
	});
}

for (const origin of ['system', 'pyenv'] as const) {
	const python = pythonOf('3.11', origin);
	const question = 'import sysconfig; print(sysconfig.get_config_var("DESTSHARED"))';
	const modules = python ? execFileSync(python.path, ['-c', question], {encoding: 'utf8'}).trim() : '';
	const one = python && existsSync(modules) ? test : withTools(`python3.11 of ${origin}`);
	one(`the libraries that modules of Python 3.11 (${origin}) need are those that ldd finds, but for glibc`, t => {
		const names = readdirSync(modules).filter(name => name.endsWith('.so') && !name.startsWith('_tkinter'));
		const files = Object.fromEntries(names.map(name => [`lib/python3.11/lib-dynload/${name}`, join(modules, name)]));
		const {libraries, absent} = collected(t, files);
		const expected = new Map(
			names.flatMap(name => byLdd(join(modules, name))).filter(([soname]) => !isOfGlibc(soname)),
		);
		const found = libraries.map(({entry, origin: from}): [string, string] => [
			entry.path.slice('/opt/app/lib/'.length),
			from,
		]);
		t.deepEqual(new Map(found), new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
		t.deepEqual(absent, []);
		t.true(found.some(([soname]) => soname.startsWith('libcrypto.so')));
		t.true(libraries.every(({entry: {mode, content}}) => mode === 0o644 && content.kind === 'staged'));
	});
}

/** A shared library of that soname. */
function library(place: string, soname: string, ...args: string[]): string {
	mkdirSync(place, {recursive: true});
	const file = join(place, soname);
	execFileSync(
		'gcc',
		['-x', 'c', '-', '-x', 'none', '-shared', '-Wl,--no-as-needed', `-Wl,-soname,${soname}`, '-o', file, ...args],
		{
			input: `int made_${soname.replaceAll(/\W/g, '_')};`,
		},
	);
	return file;
}

test('by RUNPATH and $ORIGIN; what is needed by what is needed; under the soname, whatever the file is called', t => {
	const place = folder(t);
	const deep = library(join(place, 'deep'), 'libdeep.so.2');
	const real = library(join(place, 'near'), 'libnear.so.1', deep, '-Wl,--enable-new-dtags,-rpath,$ORIGIN/../deep');
	execFileSync('mv', [real, `${real}.0.5`]);
	symlinkSync('libnear.so.1.0.5', real);
	const module = library(
		join(place, 'home/lib/python3.11/lib-dynload'),
		'm.so',
		real,
		'-Wl,-rpath,$ORIGIN/../../../../near',
	);
	const {libraries} = collected(t, {'lib/python3.11/lib-dynload/m.so': module}, {builderPrefix: join(place, 'home')});
	t.deepEqual(
		libraries.map(({entry, origin, as}) => [entry.path, origin.slice(place.length), as]),
		[
			['/opt/app/lib/libdeep.so.2', '/deep/libdeep.so.2', 'library'],
			['/opt/app/lib/libnear.so.1', '/near/libnear.so.1.0.5', 'library'],
		],
	);
});

test('RPATH serves those that are loaded, RUNPATH does not', t => {
	const place = folder(t);
	const deep = library(join(place, 'deep'), 'libdeep.so.2');
	const near = library(join(place, 'near'), 'libnear.so.1', deep);
	const paths = `-rpath,${place}/near:${place}/deep`;
	const all = ['--disable-new-dtags', '--enable-new-dtags'].map(kind => {
		const module = library(join(place, kind), 'm.so', near, `-Wl,${kind},${paths}`);
		const {libraries, absent} = collected(t, {'lib/m.so': module});
		return [libraries.map(({entry}) => entry.path.slice('/opt/app/lib/'.length)), absent.map(({soname}) => soname)];
	});
	t.deepEqual(all, [
		[['libdeep.so.2', 'libnear.so.1'], []],
		[['libnear.so.1'], ['libdeep.so.2']],
	]);
});

test('what nobody has is told, with who needs it; what the tree has already stays', t => {
	const place = folder(t);
	const gone = library(join(place, 'x'), 'libgone.so.1');
	const there = library(join(place, 'x'), 'libthere.so.1');
	const module = library(join(place, 'y'), 'm.so', gone, there);
	rmSync(gone);
	const {libraries, absent} = collected(t, {'lib/m.so': module, 'lib/libthere.so.1': there});
	t.deepEqual(libraries, []);
	t.deepEqual(absent, [{soname: 'libgone.so.1', by: installPath('/opt/app/lib/m.so')}]);
});

test('without bundle-libraries, and for programs that were built here: libpython alone', t => {
	const place = folder(t);
	const other = library(join(place, 'x'), 'libother.so.1');
	const python = library(join(place, 'x'), 'libpython3.11.so.1.0', other, `-Wl,-rpath,${place}/x`);
	const program = join(place, 'program');
	const link = [
		'-x',
		'c',
		'-',
		'-x',
		'none',
		'-Wl,--no-as-needed',
		'-o',
		program,
		python,
		other,
		`-Wl,-rpath,${place}/x`,
	];
	execFileSync('gcc', link, {input: 'int main(void) { return 0; }'});
	const found = (libraries: boolean) =>
		collected(t, {'bin/program': program}, {libraries}).libraries.map(({entry, as}) => [entry.path, as]);
	t.deepEqual(found(false), [['/opt/app/lib/libpython3.11.so.1.0', 'interpreter']]);
	t.deepEqual(found(true), [
		['/opt/app/lib/libother.so.1', 'library'],
		['/opt/app/lib/libpython3.11.so.1.0', 'interpreter'],
	]);
});

test('a library of another machine is passed over, as the loader does', t => {
	const place = folder(t);
	const wanted = library(join(place, 'b'), 'libwanted.so.1');
	const module = library(join(place, 'm'), 'm.so', wanted, `-Wl,-rpath,${place}/a:${place}/b`);
	const foreign = readFileSync(wanted);
	foreign.writeUInt16LE(183, 18);
	mkdirSync(join(place, 'a'));
	writeFileSync(join(place, 'a/libwanted.so.1'), foreign);
	const {libraries} = collected(t, {'lib/m.so': module});
	t.deepEqual(
		libraries.map(({origin}) => origin),
		[hostPath(wanted)],
	);
});

test('libcrypt of glibc is a part of it, that of libxcrypt is not; of two libnsl, one is', t => {
	t.true(isOfGlibc('libnsl.so.1'));
	t.false(isOfGlibc('libnsl.so.2'));
	for (const soname of [
		'libc.so.6',
		'libm.so.6',
		'libresolv.so.2',
		'libnss_files.so.2',
		'libmvec.so.1',
		'ld-linux-x86-64.so.2',
		'ld-linux-aarch64.so.1',
		'ld64.so.2',
	]) {
		t.true(isOfGlibc(soname), soname);
	}

	for (const soname of [
		'libcrypt.so.1',
		'libgcc_s.so.1',
		'libstdc++.so.6',
		'libz.so.1',
		'libnss3.so',
		'libldap.so.2',
	]) {
		t.false(isOfGlibc(soname), soname);
	}

	const threads = byLdd('/bin/sh').find(([soname]) => soname === 'libc.so.6');
	const bytes = threads && readFileSync(threads[1]);
	t.true(bytes && isElf(bytes) && isOfGlibc('libanything.so.1', decodeElf(bytes)));
});

test('a cache of ldconfig that is cut off anywhere is no error', t => {
	const root = folder(t);
	mkdirSync(join(root, 'etc'));
	const whole = existsSync('/etc/ld.so.cache') ? readFileSync('/etc/ld.so.cache') : Buffer.alloc(0);
	for (const length of [0, 10, 20, 47, 48, 60, 300, whole.length - 1]) {
		writeFileSync(join(root, 'etc/ld.so.cache'), whole.subarray(0, Math.max(0, length)));
		const loader = new Loader(root);
		const sh = loader.open('/bin/sh');
		t.is(sh && loader.find('libc.so.6', sh), undefined, String(length));
	}
});
