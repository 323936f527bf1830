import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import type {Request} from '../../src/model/request.ts';
import type {BuildResult} from '../../src/model/result.ts';
import {build} from '../../src/operations/build.ts';
import {archiveOf} from '../helpers/python-archive.ts';
import {type FoundPython, pythons, withReason, withTools} from '../helpers/tools.ts';
import {uvOfTests} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// A package that carries its interpreter runs where the builder's is not: built with every Python of this machine, it lies at
// its prefix, and nothing of the interpreter that built it can be seen.

const prefix = '/opt/bundled';
const uv = await uvOfTests();
const test = uv === undefined ? withReason('uv') : withTools('root', 'unshare', 'mount');
const room = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-bundle-')));
ava.after.always(() => rmSync(room, {recursive: true, force: true}));

/** Tells what it has loaded from where, a child of each kind included. */
const program = `
import ctypes, json, multiprocessing, sqlite3, ssl, subprocess, sys, zlib
def double(number):
    return 2 * number
def main():
    with open('/proc/self/maps') as maps:
        mapped = {line.split(None, 5)[-1].strip() for line in maps if ' /' in line}
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        doubled = pool.map(double, [21])
    child = subprocess.run([sys.executable, '-c', 'import sys; print(sys.prefix)'], capture_output=True, text=True)
    files = {getattr(module, '__file__', None) for module in sys.modules.values()} - {None}
    print(json.dumps({
        'prefixes': sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, child.stdout.strip()}),
        'doubled': doubled, 'version': '%d.%d.%d' % sys.version_info[:3],
        'sqlite': sqlite3.connect(':memory:').execute('select 40 + 2').fetchone(),
        'loaded': sorted(mapped | {file for file in files if file.startswith('/')}),
    }))
`;

function wheel(): string {
	const named = {name: 'asks'};
	const points = '[console_scripts]\nasks = asks:main\n';
	const file = join(room, wheelName(named));
	const files = {'asks.py': program, 'asks-1.0.dist-info/entry_points.txt': points};
	writeFileSync(file, wheelBytes({...named, files}));
	return file;
}

async function built(python: string, name: string, request: Request = {}): Promise<BuildResult> {
	const out = join(room, name);
	return build(
		{
			...{project: hostPath(wheel()), prefix, python, bundlePython: true, formats: ['dir'], offline: true},
			...{out: hostPath(out), ...request},
		},
		{
			listener: () => undefined,
			environment: {...process.env, SOURCE_DATE_EPOCH: '1000000000', PATH: `${dirname(uv ?? '')}:${process.env.PATH}`},
			version: '9.9.9',
		},
	);
}

/** In mount namespace of its own: the tree at its prefix, the builder's interpreters gone. */
const hidden = `
set -e
tree=$1 prefix=$2 home=$3
shift 3
mount -t tmpfs none /opt
mkdir -p "$prefix"
mount --bind "$tree" "$prefix"
mount -o remount,bind,ro "$prefix"
mount -t tmpfs none "$home"
for folder in /usr/lib/python3*; do if test -d "$folder"; then mount -t tmpfs none "$folder"; fi; done
for program in /usr/bin/python3*; do if test -f "$program"; then mount --bind /dev/null "$program"; fi; done
cd /
exec env -i PATH=/usr/bin:/bin "$@"
`;

interface Said {
	readonly prefixes: readonly string[];
	readonly doubled: readonly number[];
	readonly version: string;
	readonly sqlite: readonly number[];
	readonly loaded: readonly string[];
}

function runsAlone(t: ExecutionContext, result: BuildResult, {version, home}: {version: string; home: string}): void {
	const tree = result.artifacts[0]?.path ?? '';
	const args = ['-m', 'sh', '-c', hidden, 'sh', tree, prefix, home, `${prefix}/bin/asks`];
	const said = JSON.parse(execFileSync('unshare', args, {encoding: 'utf8'})) as Said;
	t.like(said, {prefixes: [prefix], doubled: [42], version, sqlite: [42]});
	const outside = said.loaded.filter(file => !file.startsWith(`${prefix}/`));
	t.deepEqual(
		outside.filter(
			file =>
				!/\/(?:ld-linux[\w.-]*|lib(?:c|m|dl|pthread|rt|util|resolv|nsl)[.-][\w.-]*|locale-archive|C\.utf8\/\w+|gconv-modules\.cache)$/.test(
					file,
				),
		),
		[],
	);
}

/** What is to be hidden for an interpreter: its home, or that of all. */
function homeOf(path: string): string {
	const home = dirname(dirname(realpathSync(path)));
	return home === '/usr' ? '/root' : home;
}

const builds = new Map<string, Promise<BuildResult>>();

/** The first build with each Python, for whoever wants it. */
function firstBuild({path, origin, version}: FoundPython): Promise<BuildResult> {
	const known = builds.get(path) ?? built(path, `${origin}-${version}`);
	builds.set(path, known);
	return known;
}

for (const python of pythons()) {
	test(`an application with ${python.origin} Python ${python.version} inside runs without it`, async t => {
		const result = await firstBuild(python);
		t.true((result.bundle?.kept.bytes ?? 0) < (result.bundle?.whole.bytes ?? 0) / 1.5);
		t.deepEqual(result.findings, []);
		runsAlone(t, result, {version: python.version, home: homeOf(python.path)});
	});
}

for (const python of pythons().slice(-1)) {
	test('building twice gives the same bytes', async t => {
		const [one, another] = [await firstBuild(python), await built(python.path, 'another')];
		t.is(another.tree, one.tree);
		t.deepEqual(another.artifacts[0]?.sha256, one.artifacts[0]?.sha256);
	});
}

/** As uv has them: a folder of python-build-standalone; made of pyenv's, since uv's own cannot be had everywhere. */
function managed({path}: FoundPython): string {
	const {file} = archiveOf(realpathSync(path), room);
	const folder = join(room, 'uv/python');
	mkdirSync(folder, {recursive: true});
	execFileSync('tar', ['--use-compress-program', 'zstd', '-xf', file, '-C', folder, '--strip-components=1']);
	return join(folder, 'bin', readdirSync(join(folder, 'bin')).find(name => /^python3\.\d+$/.test(name)) ?? '');
}

for (const python of pythons()
	.filter(({origin}) => origin === 'pyenv')
	.slice(-1)) {
	test('an interpreter as uv keeps them, laid out by python-build-standalone (made from pyenv’s)', async t => {
		const program = managed(python);
		const result = await built(program, 'managed');
		runsAlone(t, result, {version: python.version, home: homeOf(program)});
	});
}
