import {mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {cleanRoot} from '../helpers/clean-root.ts';
import {withReason, withTools} from '../helpers/tools.ts';
import {uvOfTests} from '../helpers/uv.ts';
import {digestOf, falseRows, holding, wheelShelf} from '../helpers/venv.ts';

// The newest Python that venvpack knows is younger than most machines. So its venvs are made, relocated and packaged in a root of
// the suite that has it, with the built command line, by that Python itself, which also judges the bytecode.

const suite = 'forky';
const python = '/usr/bin/python3.14';
const packages = ['python3.14', 'python3.14-venv', 'python3-virtualenv', 'libstdc++6'];
const uv = await uvOfTests();
const test = uv === undefined ? withReason('uv') : withTools('root', 'debootstrap', 'unshare', 'mount');

const withUv = (at: string) => `uv pip install -q --no-index --find-links /shelf --python ${at}/bin/python demo`;
/** Shell commands that make a venv and install `demo`. */
const creators: Readonly<Record<string, (at: string) => string>> = {
	'venv with pip': at =>
		`${python} -m venv ${at} && ${at}/bin/pip install -q --no-index --find-links /shelf --no-cache-dir demo`,
	'venv --copies': at => `${python} -m venv --copies --without-pip ${at} && ${withUv(at)}`,
	virtualenv: at => `virtualenv -q --no-seed -p ${python} ${at} && ${withUv(at)}`,
	'uv venv': at => `uv venv -q -p ${python} ${at} && ${withUv(at)}`,
	'uv venv --relocatable': at => `uv venv -q --relocatable -p ${python} ${at} && ${withUv(at)}`,
};

/** What only this Python compiles, or marshals: templates, annotations that wait, constant slices, exceptions in a row. */
const modern = `
def shorten(text: Later, found={}):
    try:
        return t'{text[1:2]!r} of {text[:]}'
    except KeyError, ValueError:
        return text[1:2:3] in {None, 'one', ('two', None), 3.5, b'four', ...}
class Later[T = int]:
    inner: Later
`;

/** A root with this Python, and what a shell command says in it. Fails where the command does. */
async function machine(t: ExecutionContext) {
	const root = await cleanRoot(suite, {
		packages,
		bound: {
			'/shelf': wheelShelf(),
			'/usr/local/bin/node': process.execPath,
			'/usr/local/bin/uv': uv ?? '',
			'/usr/local/lib/venvpack': fileURLToPath(new URL('../..', import.meta.url)),
		},
	});
	t.teardown(root.close);
	const does = async (command: string) => {
		const {code, output} = await root.run(command, {timeout: 300});
		t.is(code, 0, `${command}\n${output}`);
		return output;
	};
	return {
		on: (path: string) => join(root.path, path),
		does,
		venvpack: async (args: string) => does(`cd /root && node /usr/local/lib/venvpack/dist/cli/main.js ${args}`),
	};
}

type Machine = Awaited<ReturnType<typeof machine>>;

async function venvAt({does, on}: Machine, at: string, creator: string): Promise<void> {
	mkdirSync(join(on(at), '..'), {recursive: true});
	await does(creators[creator]?.(at) ?? 'false');
	writeFileSync(join(on(packagesIn(at)), 'modern.py'), modern);
}

function packagesIn(venv: string): string {
	return `${venv}/lib/python3.14/site-packages`;
}

/** Whether each source has a pyc that holds what this Python makes of it there; prints the magic, and how many there are. */
const judge = `
import importlib.util as util, marshal, pathlib, sys, types, warnings
warnings.simplefilter('ignore')
def names(code):
    yield code.co_filename
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from names(each)
sources = sorted(pathlib.Path(sys.argv[1]).rglob('*.py'))
for path in sources:
    source, pyc = path.read_bytes(), pathlib.Path(util.cache_from_source(path)).read_bytes()
    assert pyc[:16] == util.MAGIC_NUMBER + bytes([1, 0, 0, 0]) + util.source_hash(source), path
    code = marshal.loads(pyc[16:])
    assert code == compile(source, str(path), 'exec', dont_inherit=True), path
    assert set(names(code)) == {str(path)}, path
print(int.from_bytes(util.MAGIC_NUMBER[:2], 'little'), len(sources))
`;

/** It runs at `prefix`, from its bytecode and from nowhere else; a run that may write writes nothing. */
async function worksAt(t: ExecutionContext, here: Machine, prefix: string): Promise<void> {
	const {does, on} = here;
	const before = digestOf(on(prefix));
	const library = packagesIn(prefix);
	t.deepEqual(JSON.parse(await does(`cd / && ${prefix}/bin/demo`)), [
		prefix,
		`${library}/demo.py`,
		`${library}/demo_data/__init__.py`,
	]);
	t.is((await does(`. ${prefix}/bin/activate && command -v demo`)).trim(), `${prefix}/bin/demo`);
	const heard = await does(
		`cd / && ${prefix}/bin/python -v -c 'import demo, modern; print(modern.shorten("abc"))' 2>&1`,
	);
	for (const name of ['demo', 'modern']) {
		t.true(heard.includes(`code object from '${library}/__pycache__/${name}.cpython-314.pyc'`), name);
	}

	t.regex(heard, /Template\(/);
	writeFileSync(on('/judge.py'), judge);
	const [magic, count] = (await does(`${python} -IB /judge.py ${library}`)).split(' ').map(Number);
	t.is(magic, 3627);
	t.true((count ?? 0) >= 3);
	t.deepEqual(digestOf(on(prefix)), before);
	t.deepEqual(falseRows(on(prefix)), []);
	t.is(readFileSync(on(`${prefix}/pyvenv.cfg`), 'utf8'), configuration);
}

const configuration = 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.14\n';

for (const creator of Object.keys(creators)) {
	test.serial(`a copy of what ${creator} of Python 3.14 made`, async t => {
		const here = await machine(t);
		const {on, venvpack} = here;
		await venvAt(here, '/srv/old/.venv', creator);
		const before = digestOf(on('/srv/old/.venv'));
		await venvpack('relocate /srv/old/.venv --prefix /opt/app --out /opt/app');
		await venvpack('relocate /srv/old/.venv --prefix /opt/app --out /root/again');
		t.deepEqual(digestOf(on('/srv/old/.venv')), before);
		t.deepEqual(digestOf(on('/root/again')), digestOf(on('/opt/app')), 'the same bytes each time');
		renameSync(on('/srv/old'), on('/srv/gone'));
		await worksAt(t, here, '/opt/app');
		t.deepEqual(holding(on('/opt/app'), '/srv/old'), []);
	});
}

test.serial('a venv of Python 3.14 that was moved, mended in its place', async t => {
	const here = await machine(t);
	const {on, venvpack} = here;
	await venvAt(here, '/srv/made', 'venv --copies');
	renameSync(on('/srv/made'), on('/srv/venv'));
	await venvpack('relocate /srv/venv --prefix /srv/venv --in-place');
	await worksAt(t, here, '/srv/venv');
	t.deepEqual(holding(on('/srv/venv'), '/srv/made'), []);
	t.deepEqual(readdirSync(on('/srv')), ['venv']);
});

test.serial('a package of a venv of Python 3.14', async t => {
	const here = await machine(t);
	const {on, does, venvpack} = here;
	await venvAt(here, '/srv/old/.venv', 'uv venv');
	const target = '--name demo --version 1.0 --prefix /opt/demo --format tar.gz --out out --verify-run';
	await venvpack(`build --venv /srv/old/.venv ${target}`);
	renameSync(on('/srv/old'), on('/srv/gone'));
	await does('tar -C / -xzf /root/out/*.tar.gz');
	await worksAt(t, here, '/opt/demo');
	t.deepEqual(holding(on('/opt/demo'), '/srv/old'), []);
});

const alone = `
import ctypes, json, multiprocessing, sqlite3, ssl, subprocess, sys, sysconfig
with open('/proc/self/maps') as maps:
    mapped = {line.split(None, 5)[-1].strip() for line in maps if '.so' in line or '/python' in line}
child = subprocess.run([sys.executable, '-c', 'import sys; print(sys.base_prefix)'], capture_output=True, text=True)
print(json.dumps([sys.prefix, sys.base_prefix, child.stdout.strip(), sysconfig.get_path('purelib')]))
print('\\n'.join(sorted(mapped)))
`;

test.serial('a package of a venv with Python 3.14 inside runs where there is none', async t => {
	const here = await machine(t);
	const {on, does, venvpack} = here;
	await venvAt(here, '/srv/old/.venv', 'uv venv');
	const target = '--name demo --version 1.0 --prefix /opt/demo --format tar.gz --out out';
	// The first target that venvpack knows with a glibc as new as that of the suite.
	await venvpack(`build --venv /srv/old/.venv ${target} --bundle-python --target ubuntu-26.04`);
	renameSync(on('/srv/old'), on('/srv/gone'));
	await does('tar -C / -xzf /root/out/*.tar.gz && rm -rf /usr/bin/python3* /usr/lib/python3*');
	const before = digestOf(on('/opt/demo'));
	t.is((JSON.parse(await does('cd / && /opt/demo/bin/demo')) as string[])[0], '/opt/demo');
	writeFileSync(on('/alone.py'), alone);
	const [places = '', ...mapped] = (await does('cd / && env -i /opt/demo/bin/python3 /alone.py')).trim().split('\n');
	t.deepEqual(JSON.parse(places), ['/opt/demo', '/opt/demo', '/opt/demo', packagesIn('/opt/demo')]);
	const ofGlibc = /\/(?:ld-linux[\w.-]*|lib(?:c|m|dl|pthread|rt|resolv)\.so\.\d+)$/;
	t.deepEqual(
		mapped.filter(file => !file.startsWith('/opt/demo/') && !ofGlibc.test(file)),
		[],
	);
	t.deepEqual(digestOf(on('/opt/demo')), before, 'nothing is compiled anew');
	t.deepEqual(holding(on('/opt/demo'), '/srv/old'), []);
});
