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
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {hostPath} from '../../src/model/paths.ts';
import {build} from '../../src/operations/build.ts';
import {pathOf, pythonOf, withReason} from '../helpers/tools.ts';
import {uvOfTests} from '../helpers/uv.ts';
import {wheelBytes, wheelName} from '../helpers/wheel.ts';

// Who installed an interpreter with its headers and ensurepip may build with it, where nothing is known of the machine that it
// came from.

const prefix = '/opt/builds';
const python = pythonOf('3.11', 'pyenv');
const uv = await uvOfTests();
const wheels = python ? join(dirname(dirname(realpathSync(python.path))), 'lib/python3.11/ensurepip/_bundled') : '';
const setuptools = existsSync(wheels) ? readdirSync(wheels).find(name => name.startsWith('setuptools-')) : undefined;
const lacking = ['unshare', 'mount', 'gcc', 'openssl'].filter(tool => pathOf(tool) === undefined);
const test = withReason(
	python && uv !== undefined && setuptools !== undefined && lacking.length === 0 && process.getuid?.() === 0
		? ''
		: ['root', 'a Python 3.11 of pyenv', 'uv', ...lacking].join(', '),
);

/** A backend of its own: of what pip needs to build it, only setuptools is no part of Python. */
const backend = `
import os, sysconfig, zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    from setuptools import Distribution, Extension
    build = Distribution({'ext_modules': [Extension('tiny', ['tiny.c'])]}).get_command_obj('build_ext')
    build.inplace = True
    build.ensure_finalized()
    build.run()
    built = 'tiny' + sysconfig.get_config_var('EXT_SUFFIX')
    info = {
        'METADATA': 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n',
        'WHEEL': 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n',
        'RECORD': '',
    }
    with zipfile.ZipFile(os.path.join(wheel_directory, 'tiny-1.0-py3-none-any.whl'), 'w') as wheel:
        wheel.write(built, built)
        for name, text in info.items():
            wheel.writestr('tiny-1.0.dist-info/' + name, text)
    return 'tiny-1.0-py3-none-any.whl'
`;

const extension = `
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(42); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "tiny", "", -1, methods};
PyMODINIT_FUNC PyInit_tiny(void) { return PyModule_Create(&module); }
`;

const sdist = {
	'pyproject.toml':
		'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "tiny"\nversion = "1.0"\n',
	'backend.py': backend,
	'tiny.c': extension,
};

/** Its origin, and whichever value of sysconfig names it. */
const probe = `
import json, sys, sysconfig
values = {**sysconfig.get_config_vars(), **sysconfig.get_paths()}
foreign = {name: value for name, value in values.items() if isinstance(value, str) and any(one in value for one in sys.argv[1:])}
print(json.dumps({'foreign': foreign, **{name: values[name] for name in ('prefix', 'INCLUDEPY', 'LIBDIR', 'BINDIR', 'LIBPL')}}))
`;

/** In a mount namespace of its own: the tree at its prefix, read-only, the builder's interpreters gone, no network. */
const hidden = `
set -e
tree=$1 prefix=$2
shift 2
mount -t tmpfs none /opt
mkdir -p "$prefix"
mount --bind "$tree" "$prefix"
mount -o remount,bind,ro "$prefix"
mount -t tmpfs none /root
for folder in /usr/lib/python3*; do if test -d "$folder"; then mount -t tmpfs none "$folder"; fi; done
for program in /usr/bin/python3*; do if test -f "$program"; then mount --bind /dev/null "$program"; fi; done
cd /
exec env -i PATH=/usr/bin:/bin HOME=/nonexistent SSL_CERT_FILE="$TLS" "$@"
`;

test('a C extension is built by pip and venv, sysconfig tells the truth, and the certificates are those that one names', async t => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-builds-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	const write = (name: string, text: string | Buffer) => {
		mkdirSync(dirname(join(base, name)), {recursive: true});
		writeFileSync(join(base, name), text);
		return join(base, name);
	};
	write(`project/wheels/${wheelName({name: 'app'})}`, wheelBytes({name: 'app'}));
	write(
		'project/venvpack.toml',
		'name = "builds"\nversion = "1"\nfrom = ["app"]\nfind-links = ["wheels"]\nbundle-python = true\nkeep = ["headers", "ensurepip"]\n',
	);
	for (const [name, text] of Object.entries(sdist)) {
		write(`tiny/${name}`, text);
	}

	mkdirSync(join(base, 'house'));
	copyFileSync(join(wheels, setuptools ?? ''), join(base, 'house', setuptools ?? ''));
	const {artifacts} = await build(
		{
			...{project: hostPath(join(base, 'project')), prefix, formats: ['dir'], out: hostPath(join(base, 'dist'))},
			...{python: python?.path ?? '', offline: true},
		},
		{
			listener: () => undefined,
			environment: {...process.env, PATH: [dirname(uv ?? ''), process.env.PATH].join(delimiter)},
			version: '1.2.3',
		},
	);
	const certificate = write('ca.pem', authority(base));
	const onTarget = (...command: string[]) =>
		execFileSync('unshare', ['-mn', 'sh', '-c', hidden, 'sh', artifacts[0]?.path ?? '', prefix, ...command], {
			encoding: 'utf8',
			env: {...process.env, TLS: certificate},
		}).trim();
	const own = `${prefix}/bin/python`;

	const origin = dirname(dirname(realpathSync(python?.path ?? '')));
	const values = JSON.parse(onTarget(own, write('probe.py', probe), dirname(origin), base, 'venvpack-'));
	t.deepEqual(values, {
		foreign: {},
		prefix,
		INCLUDEPY: `${prefix}/include/python3.11`,
		LIBDIR: `${prefix}/lib`,
		BINDIR: `${prefix}/bin`,
		LIBPL: values.LIBPL,
	});
	t.true(values.LIBPL.startsWith(`${prefix}/lib/python3.11/config-3.11`));
	t.is(onTarget(`${prefix}/bin/python3.11-config`, '--includes').split(' ')[0], `-I${prefix}/include/python3.11`);

	onTarget(own, '-m', 'venv', join(base, 'work'));
	const inVenv = join(base, 'work/bin/python');
	t.true(onTarget(inVenv, '-m', 'pip', '--version').includes(`from ${base}/work/lib/python3.11/site-packages/pip`));
	const from = ['--no-cache-dir', '--no-index', '--find-links', join(base, 'house')];
	onTarget(inVenv, '-m', 'pip', 'install', '-q', ...from, join(base, 'tiny'));
	t.is(onTarget(inVenv, '-c', 'import tiny, sys; print(tiny.answer(), sys.base_prefix)'), `42 ${prefix}`);

	const loaded = 'import ssl; print(ssl.create_default_context().cert_store_stats()["x509_ca"])';
	t.is(onTarget(own, '-c', loaded), '1');
});

/** A certificate of an authority, made for the test. */
function authority(folder: string): Buffer {
	const file = join(folder, 'made.pem');
	const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=test', '-days', '1'];
	execFileSync('openssl', [...args, '-keyout', join(folder, 'key.pem'), '-out', file], {stdio: 'ignore'});
	return readFileSync(file);
}
