import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {decodeElf} from '../../src/codecs/elf.ts';
import {RelocationError} from '../../src/model/errors.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import type {Carried, Staged} from '../../src/model/staged.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {withTools} from '../helpers/tools.ts';
import {builder, readLiteral, staged} from '../helpers/tree.ts';

const test = withTools('gcc', 'ldd', 'readelf');

// How files of a tree with an interpreter inside find the libraries that came along with it.

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(join(tmpdir(), 'venvpack-carried-'));
	t.teardown(() => rmSync(made, {recursive: true}));
	return made;
}

interface Compiled {
	readonly source?: string;
	readonly args?: readonly string[];
	/** Sonames, as libraries that are nowhere. */
	readonly needs?: readonly string[];
}

function compiled(t: ExecutionContext, {source = 'int x;', args = ['-shared'], needs = []}: Compiled): Buffer {
	const place = folder(t);
	const gcc = (file: string, input: string, ...more: string[]) =>
		execFileSync('gcc', ['-x', 'c', '-', '-x', 'none', '-Wl,--no-as-needed', '-o', file, ...more], {input});
	const stubs = needs.map(soname => {
		const stub = join(place, soname);
		gcc(stub, 'int answer(void) { return 42; }', '-shared', `-Wl,-soname,${soname}`);
		return stub;
	});
	const file = join(place, 'made');
	gcc(file, source, ...stubs, ...args);
	return readFileSync(file);
}

const prefix = '/opt/app';
const bundle = {relocatable: false, bundle: {libraries: true, keep: []}};
const {builderPrefix} = builder.python;

/** A tree at /opt/app, relocated; what lies in lib of it came along. */
function relocated(files: Readonly<Record<string, Buffer>>, differing: Partial<Staged> = {}): Record<string, Buffer> {
	const placed = Object.fromEntries(Object.entries(files).map(([place, bytes]) => [`${prefix}/${place}`, bytes]));
	const own = Object.keys(placed).filter(path => !path.includes('site-packages') && !path.endsWith('/bin/mine'));
	const carried = own.map((path): [InstallPath, Carried] => [installPath(path), 'library']);
	const python = {...builder.python, target: installPath(`${prefix}/bin/python3.11`)};
	const given = staged(placed, {layout: bundle, carried: new Map(carried), python, ...differing});
	const {tree} = relocate(given, readLiteral);
	return Object.fromEntries(
		tree.entries.flatMap(entry =>
			entry.kind === 'file' ? [[entry.path.slice(prefix.length + 1), Buffer.from(readLiteral(entry.content))]] : [],
		),
	);
}

const runpathOf = (bytes: Buffer | undefined) => {
	const elf = decodeElf(bytes ?? Buffer.alloc(0));
	return (elf.runpath ?? elf.rpath)?.text;
};

/** Lays the files out where nothing has been before, as a moved tree, and starts one. */
function run(t: ExecutionContext, files: Readonly<Record<string, Buffer>>, program: string) {
	const place = join(folder(t), 'some where', 'é');
	for (const [path, bytes] of Object.entries(files)) {
		mkdirSync(dirname(join(place, path)), {recursive: true});
		writeFileSync(join(place, path), bytes, {mode: 0o755});
	}

	return spawnSync(join(place, program), {env: {}}).status;
}

const ask = 'int answer(void); int main(void) { return answer(); }';
const answer = 'int answer(void) { return 42; }';

test('a program, a module and a library that need one: each by its own place, wherever the tree lies', t => {
	const files = relocated({
		'bin/python3.11': compiled(t, {source: ask, args: [], needs: ['libnear.so.1']}),
		'lib/libnear.so.1': compiled(t, {args: ['-shared', '-Wl,-soname,libnear.so.1'], needs: ['libdeep.so.2']}),
		'lib/libdeep.so.2': compiled(t, {source: answer, args: ['-shared', '-Wl,-soname,libdeep.so.2']}),
		'lib/python3.11/lib-dynload/_m.so': compiled(t, {needs: ['libdeep.so.2']}),
	});
	t.deepEqual(
		Object.entries(files).map(([path, bytes]) => [path, runpathOf(bytes)]),
		[
			['bin/python3.11', '$ORIGIN/../lib'],
			['lib/libdeep.so.2', undefined],
			['lib/libnear.so.1', '$ORIGIN'],
			['lib/python3.11/lib-dynload/_m.so', '$ORIGIN/../..'],
		],
	);
	t.is(run(t, files, 'bin/python3.11'), 42);
});

test('a program that was built here and is linked with libpython, as a web server is', t => {
	const lib = 'libpython3.11.so.1.0';
	for (const args of [[`-Wl,-rpath,${builderPrefix}/lib`], []]) {
		const files = relocated({
			'bin/mine': compiled(t, {source: ask, args, needs: [lib]}),
			[`lib/${lib}`]: compiled(t, {source: answer, args: ['-shared', `-Wl,-soname,${lib}`]}),
		});
		t.is(runpathOf(files['bin/mine']), '$ORIGIN/../lib');
		t.is(run(t, files, 'bin/mine'), 42);
	}
});

test('a module that was built here finds it deep in site-packages, before what the machine has', t => {
	const path = 'lib/python3.11/site-packages/a/b.so';
	const files = relocated({
		[path]: compiled(t, {needs: ['libz.so.1'], args: ['-shared', '-Wl,-rpath,/opt/x:/usr/lib']}),
		'lib/libz.so.1': compiled(t, {args: ['-shared', '-Wl,-soname,libz.so.1']}),
	});
	t.is(runpathOf(files[path]), '$ORIGIN/../../..:/opt/x');
});

test('what came byte for byte out of a wheel stays', t => {
	const path = 'lib/python3.11/site-packages/a/b.so';
	const bytes = compiled(t, {needs: ['libz.so.1']});
	const downloaded = new Map([[installPath(`${prefix}/${path}`), 'x']]);
	const files = relocated({[path]: bytes, 'lib/libz.so.1': compiled(t, {})}, {downloaded});
	t.deepEqual(files[path], bytes);
});

test('without an interpreter inside, nothing gets a RUNPATH', t => {
	const bytes = compiled(t, {source: ask, args: [], needs: ['libz.so.1']});
	const files = relocated(
		{'bin/mine': bytes, 'lib/libz.so.1': compiled(t, {})},
		{layout: {relocatable: false}, carried: new Map()},
	);
	t.deepEqual(files['bin/mine'], bytes);
});

test('the builder’s folder becomes that of the tree, other folders of a system interpreter stay', t => {
	const pyenv = compiled(t, {args: ['-shared', `-Wl,-rpath,${builderPrefix}/lib`]});
	const path = 'lib/python3.11/lib-dynload/_m.so';
	t.is(runpathOf(relocated({[path]: pyenv})[path]), '$ORIGIN/../..');
	const system = compiled(t, {args: ['-shared', '-Wl,-rpath,/usr/lib/app:/usr/lib/x86_64-linux-gnu']});
	const python = {...builder.python, builderPrefix: hostPath('/usr'), target: installPath(`${prefix}/bin/python3.11`)};
	t.is(runpathOf(relocated({[path]: system}, {python})[path]), '/usr/lib/app');
});

test('a RUNPATH that leads there in other words is not written anew', t => {
	const own = compiled(t, {args: ['-shared', '-Wl,-rpath,$ORIGIN/../lib'], needs: ['libz.so.1']});
	const files = {'lib/libown.so.1': own, 'lib/libz.so.1': compiled(t, {})};
	t.deepEqual(relocated(files)['lib/libown.so.1'], own);
});

test('no room: the file, its library, what lacks, and patchelf', t => {
	const bare = compiled(t, {args: ['-shared', '-nostdlib'], needs: ['libz.so.1']});
	const error = t.throws(() => relocated({'lib/libbare.so.1': bare, 'lib/libz.so.1': compiled(t, {})}), {
		instanceOf: RelocationError,
	});
	t.is(error?.code, 'RUNPATH_NO_ROOM');
	t.is(
		error?.message,
		'/opt/app/lib/libbare.so.1 needs libz.so.1, which came along, and has no room for the RUNPATH $ORIGIN: 8 bytes lack among its strings',
	);
	t.regex(error?.hint ?? '', /patchelf --set-rpath '\$ORIGIN'/);
});

test('a library that came along, with a private folder of its machine: where there is no room for both, its own place', t => {
	const theirs = '/usr/lib/x86_64-linux-gnu/pulseaudio';
	const own = compiled(t, {args: ['-shared', `-Wl,-rpath,${theirs}`], needs: ['libz.so.1']});
	t.is(runpathOf(relocated({'lib/libown.so.1': own, 'lib/libz.so.1': compiled(t, {})})['lib/libown.so.1']), '$ORIGIN');
});

test('no room in a module that was built here: the machine’s own will do', t => {
	const path = 'lib/python3.11/site-packages/b.so';
	const bare = compiled(t, {args: ['-shared', '-nostdlib'], needs: ['libz.so.1']});
	t.deepEqual(relocated({[path]: bare, 'lib/libz.so.1': compiled(t, {})})[path], bare);
});
