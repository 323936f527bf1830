import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {RelocationError} from '../../src/model/errors.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {Staged} from '../../src/model/staged.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {withTools} from '../helpers/tools.ts';
import {builder, type Literal, readLiteral, staged, textAt} from '../helpers/tree.ts';

const origin = builder.python.builderPrefix;
const bundle = {libraries: true, keep: []};

interface Given {
	readonly relocatable?: boolean;
	/** sys.base_prefix on the builder. */
	readonly from?: string;
	readonly prefix?: string;
}

/** The tree of an interpreter that is carried from `from`, relocated. */
function carried(
	files: Readonly<Record<string, Literal>>,
	{relocatable = false, from = origin, prefix = '/opt/app'}: Given = {},
) {
	const python = {
		...builder.python,
		builder: hostPath(`${from}/bin/python3.11`),
		builderPrefix: hostPath(from),
		target: installPath(`${prefix}/bin/python3.11`),
	};
	const named = Object.fromEntries(Object.entries(files).map(([path, literal]) => [`${prefix}/${path}`, literal]));
	const differing: Partial<Staged> = {
		python,
		prefix: installPath(prefix),
		layout: {relocatable, bundle},
		carried: new Map(Object.keys(named).map(path => [installPath(path), 'interpreter'])),
	};
	return relocate(staged(named, differing), readLiteral);
}

/** The one file of an interpreter, as it is carried; undefined where it goes. */
function text(path: string, before: string, given: Given = {}): string | undefined {
	return textAt(carried({[path]: before}, given).tree, `${given.prefix ?? '/opt/app'}/${path}`);
}

function bytesOf(path: string, before: Buffer, given: Given = {}): Buffer {
	const {tree} = carried({[path]: before}, given);
	const entry = tree.entries.find(one => one.path === `${given.prefix ?? '/opt/app'}/${path}`);
	return entry?.kind === 'file' ? Buffer.from(readLiteral(entry.content)) : Buffer.alloc(0);
}

// _sysconfigdata

const data = 'lib/python3.11/_sysconfigdata__linux_x86_64-linux-gnu.py';

test('sysconfig data is the same wherever it lies', t => {
	const before = `build_time_vars = {'BINDIR': '${origin}/bin', 'CFLAGS': '-I${origin}/include'}\n`;
	const fixed = text(data, before);
	t.true(fixed?.includes("{'BINDIR': _home + '/bin',\n 'CFLAGS': '-I' + _home + '/include'}"));
	t.is(text(data, before, {relocatable: true}), fixed);
	t.is(text(data, before, {prefix: '/srv/other'}), fixed);
});

test('sysconfig data that computes is refused', t => {
	t.throws(() => text(data, "import os\nbuild_time_vars = {'BINDIR': os.getcwd()}\n"), {
		instanceOf: RelocationError,
		code: 'BUNDLE_TEXT_UNKNOWN',
		message: new RegExp(data),
	});
});

test('a module of that name that a wheel brings is its own', t => {
	const path = '/opt/app/lib/python3.11/site-packages/_sysconfigdata__x.py';
	const {rewritten} = relocate(staged({[path]: 'import os\n'}, {layout: {relocatable: false, bundle}}), readLiteral);
	t.is(rewritten.size, 0);
});

// .pc, Makefile, python-config

const pc = `# See: man pkg-config
prefix=${origin}
exec_prefix=\${prefix}
libdir=${origin}/lib
includedir=\${prefix}/include

Libs.private: -ldl -L${origin}/lib
`;

test('a .pc file names the prefix, or its own folder', t => {
	const fixed = `# See: man pkg-config
prefix=/opt/app
exec_prefix=\${prefix}
libdir=\${exec_prefix}/lib
includedir=\${prefix}/include

Libs.private: -ldl -L\${prefix}/lib
`;
	t.is(text('lib/pkgconfig/python-3.11.pc', pc), fixed);
	t.is(
		text('lib/pkgconfig/python-3.11.pc', pc, {relocatable: true}),
		fixed.replace('prefix=/opt/app', `prefix=\${pcfiledir}/../..`),
	);
});

test('a .pc file of Debian’s', t => {
	t.is(
		text('lib/pkgconfig/python-3.11.pc', 'prefix=/usr\nlibdir=/usr/lib/x86_64-linux-gnu\n', {from: '/usr'}),
		`prefix=/opt/app\nlibdir=\${exec_prefix}/lib\n`,
	);
});

const makefile = `abs_srcdir=	/tmp/python-build.1/Python-3.11.7
abs_builddir=	/tmp/python-build.1/Python-3.11.7
CONFIGURE_LDFLAGS=	-L${origin}/lib
prefix=		${origin}
exec_prefix=	\${prefix}
LIBDIR=		${origin}/lib
RUNSHARED=       LD_LIBRARY_PATH=/tmp/python-build.1/Python-3.11.7
`;
const makefilePath = 'lib/python3.11/config-3.11-x86_64-linux-gnu/Makefile';

test('the Makefile names the prefix once, and no folder of the build', t => {
	t.is(
		text(makefilePath, makefile),
		`abs_srcdir=	/build
abs_builddir=	/build
CONFIGURE_LDFLAGS=	-L$(prefix)/lib
prefix=		/opt/app
exec_prefix=	$(prefix)
LIBDIR=		$(exec_prefix)/lib
RUNSHARED=       LD_LIBRARY_PATH=/build
`,
	);
});

withTools('make')('make finds the prefix of a tree that was moved', t => {
	const folder = folderOf(t);
	const lib = join(folder, 'lib/python3.11/config');
	execFileSync('mkdir', ['-p', lib]);
	writeFileSync(join(lib, 'Makefile'), text(makefilePath, makefile, {relocatable: true}) ?? '');
	const asking = `include ${lib}/Makefile\nx:\n\t@echo $(LIBDIR) $(CONFIGURE_LDFLAGS)\n`;
	const said = execFileSync('make', ['-s', '-f', '-', 'x'], {input: asking, encoding: 'utf8'});
	t.is(said, `${folder}/lib -L${folder}/lib\n`);
});

const config = `#!/bin/sh
installed_prefix ()
{
    RESULT=$(dirname $(cd $(dirname "$1") && pwd -P))
    echo $RESULT
}

prefix_real=$(installed_prefix "$0")
prefix="${origin}"
includedir=$(echo "\${prefix}/include" | sed "s#$prefix#$prefix_real#")
libdir=$(echo "${origin}/lib" | sed "s#$prefix#$prefix_real#")
LIBS="-L${origin}/lib -ldl"
echo "$prefix_real|$includedir|$libdir|$LIBS"
`;

for (const shell of ['dash', 'bash', 'busybox']) {
	withTools(shell)(`python3.11-config finds itself through links and with spaces: ${shell}`, t => {
		const folder = join(folderOf(t), 'some where', 'é');
		execFileSync('mkdir', ['-p', join(folder, 'bin')]);
		writeFileSync(join(folder, 'bin/python3.11-config'), text('bin/python3.11-config', config) ?? '');
		const link = join(folder, '../../python-config');
		execFileSync('ln', ['-s', join(folder, 'bin/python3.11-config'), link]);
		const command = shell === 'busybox' ? ['busybox', 'sh', link] : [shell, link];
		const said = execFileSync(command[0] ?? '', command.slice(1), {encoding: 'utf8'});
		t.is(said, `${folder}|${folder}/include|${folder}/lib|-L${folder}/lib -ldl\n`);
	});
}

test('a python-config that does not look for itself is refused', t => {
	t.throws(() => text('bin/python3.11-config', '#!/bin/sh\necho -L/x\n'), {code: 'BUNDLE_TEXT_UNKNOWN'});
});

// What 3.14 says of itself

const details = {
	schema_version: '1.0',
	base_prefix: '/usr',
	base_interpreter: '/usr/bin/python3.11',
	libpython: {static: '/usr/lib/x86_64-linux-gnu/libpython3.11.a', link_extensions: false},
	c_api: {headers: '/usr/include/python3.11', pkgconfig_path: '/usr/lib/x86_64-linux-gnu/pkgconfig'},
};

function detailsOf(given: Given): unknown {
	const files = {
		'lib/python3.11/build-details.json': JSON.stringify(details),
		'include/python3.11/Python.h': '',
	};
	const {tree} = carried(files, {from: '/usr', ...given});
	return JSON.parse(textAt(tree, '/opt/app/lib/python3.11/build-details.json') ?? '');
}

test('build-details.json names what is in the tree, at the prefix or from itself (PEP 739)', t => {
	t.deepEqual(detailsOf({}), {
		schema_version: '1.0',
		base_prefix: '/opt/app',
		base_interpreter: '/opt/app/bin/python3.11',
		libpython: {link_extensions: false},
		c_api: {headers: '/opt/app/include/python3.11'},
	});
	t.deepEqual(detailsOf({relocatable: true}), {
		schema_version: '1.0',
		base_prefix: '../..',
		base_interpreter: 'bin/python3.11',
		libpython: {link_extensions: false},
		c_api: {headers: 'include/python3.11'},
	});
});

test('build variables as JSON are right at a prefix, and go where that is not known', t => {
	const path = 'lib/python3.11/_sysconfig_vars__linux_x86_64-linux-gnu.json';
	const before = JSON.stringify({BINDIR: `${origin}/bin`, SIZEOF_LONG: 8});
	t.deepEqual(JSON.parse(text(path, before) ?? ''), {BINDIR: '/opt/app/bin', SIZEOF_LONG: 8});
	t.is(text(path, before, {relocatable: true}), undefined);
	t.throws(() => text(path, '{'), {code: 'BUNDLE_TEXT_UNKNOWN'});
});

// Debian's modules

const debianSite = `def getsitepackages(prefixes=None):
            libdirs = [sys.platlibdir]
            if is_virtual_environment:
                sitepackages.append(os.path.join(prefix, "lib",
                                                 "python%d.%d" % sys.version_info[:2],
                                                 "site-packages"))
            sitepackages.append(os.path.join(prefix, "local/lib",
                                             "python%d.%d" % sys.version_info[:2],
                                             "dist-packages"))
            sitepackages.append(os.path.join(prefix, "lib",
                                             "python3",
                                             "dist-packages"))
            # this one is deprecated for Debian
            for libdir in libdirs:
                path = os.path.join(prefix, libdir,
                                    "python%d.%d" % sys.version_info[:2],
                                    "dist-packages")
                sitepackages.append(path)
`;

test('Debian’s site.py knows site-packages again', t => {
	t.is(
		text('lib/python3.11/site.py', debianSite, {from: '/usr'}),
		`def getsitepackages(prefixes=None):
            libdirs = [sys.platlibdir]
            for libdir in libdirs:
                path = os.path.join(prefix, libdir,
                                    "python%d.%d" % sys.version_info[:2],
                                    "site-packages")
                sitepackages.append(path)
`,
	);
});

test('changes of Debian’s that are not known are refused, and the file is named', t => {
	t.throws(() => text('lib/python3.11/site.py', debianSite.replace('"python3"', '"python4"'), {from: '/usr'}), {
		code: 'BUNDLE_TEXT_UNKNOWN',
		message: /^\/opt\/app\/lib\/python3\.11\/site\.py /,
	});
});

test('upstream’s modules stay as they are', t => {
	const site = 'sitepackages.append(os.path.join(prefix, "site-packages"))\n';
	t.is(text('lib/python3.11/site.py', site), site);
	t.is(carried({'lib/python3.11/site.py': site}).rewritten.size, 0);
});

test('setuptools gets none of Debian’s schemes', t => {
	t.is(text('lib/python3.11/_distutils_system_mod.py', '"""Apply Debian-specific patches"""\n'), undefined);
});

// Programs

function folderOf(t: ExecutionContext): string {
	const made = mkdtempSync(join(tmpdir(), 'venvpack-interpreter-'));
	t.teardown(() => rmSync(made, {recursive: true}));
	return made;
}

/** A program that prints what is compiled into it. */
function program(t: ExecutionContext, strings: Readonly<Record<string, string>>): Buffer {
	const file = join(folderOf(t), 'x');
	const lines = Object.entries(strings).map(([name, value]) => `const char *${name} = ${JSON.stringify(value)};`);
	const prints = Object.keys(strings).map(name => `puts(${name});`);
	const source = `#include <stdio.h>\n${lines.join('\n')}\nint main(void) { ${prints.join(' ')} return 0; }\n`;
	execFileSync('gcc', ['-Os', '-x', 'c', '-', '-o', file], {input: source, stdio: ['pipe', 'ignore', 'inherit']});
	return readFileSync(file);
}

function printed(t: ExecutionContext, bytes: Buffer): string[] {
	const file = join(folderOf(t), 'y');
	writeFileSync(file, bytes);
	chmodSync(file, 0o755);
	return execFileSync(file, {encoding: 'utf8'}).trimEnd().split('\n');
}

const withGcc = withTools('gcc');

withGcc('PREFIX is the prefix, or nowhere in a tree that may be moved', t => {
	const before = program(t, {prefix: origin});
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before)), ['/opt/app']);
	const after = bytesOf('bin/python3.11', before, {relocatable: true});
	t.deepEqual(printed(t, after), ['/nonexistent']);
	t.is(after.length, before.length);
	t.false(after.includes('.pyenv'));
});

withGcc('a prefix that does not fit leaves nowhere', t => {
	const prefix = `/opt/${'long'.repeat(20)}`;
	t.deepEqual(printed(t, bytesOf('bin/python3.11', program(t, {prefix: origin}), {prefix})), ['/nonexistent']);
});

withGcc('a string that the linker lets begin within the old prefix stays', t => {
	const before = program(t, {prefix: origin, version: '3.11.7'});
	t.is(before.indexOf('3.11.7\0'), before.lastIndexOf('3.11.7\0'), 'the linker has one string for both');
	t.deepEqual(printed(t, bytesOf('lib/libpython3.11.so.1.0', before)), ['/opt/app', '3.11.7']);
	t.deepEqual(printed(t, bytesOf('lib/libpython3.11.so.1.0', before, {relocatable: true})), ['/nonexistent', '3.11.7']);
});

withGcc('lists of folders keep their length', t => {
	const before = program(t, {path: `:${origin}/lib/python3.11:${origin}/lib`});
	const filling = '/'.repeat(origin.length - '/opt/app'.length);
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before)), [
		`:/opt/app${filling}/lib/python3.11:/opt/app${filling}/lib`,
	]);
});

withGcc('of Debian’s, PREFIX goes and the folders of the machine stay', t => {
	const before = program(t, {prefix: '/usr', path: '/bin:/usr/bin', zones: '/usr/share/zoneinfo'});
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before, {from: '/usr'})), [
		'/sys',
		'/bin:/usr/bin',
		'/usr/share/zoneinfo',
	]);
});

withGcc('a library that came along names its own folders there, and those of the machine', t => {
	const path = '/opt/app/lib/libcrypto.so.3';
	const before = program(t, {certificates: `${origin}/openssl/ssl`, usr: '/usr'});
	const {tree} = relocate(
		staged(
			{[path]: before},
			{
				layout: {relocatable: true, bundle},
				python: {...builder.python, target: installPath('/opt/app/bin/python3.11')},
				carried: new Map([[installPath(path), 'library']]),
			},
		),
		readLiteral,
	);
	const entry = tree.entries.find(one => one.path === path);
	const filling = '/'.repeat(origin.length - '/nonexistent'.length);
	t.deepEqual(printed(t, Buffer.from(entry?.kind === 'file' ? readLiteral(entry.content) : '')), [
		`/nonexistent${filling}/openssl/ssl`,
		'/usr',
	]);
});

withGcc('of python-build-standalone’s, too', t => {
	const before = program(t, {prefix: '/install', hint: '/install/x'});
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before)), ['/opt/app', '/install/x']);
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before, {relocatable: true})), ['/sys', '/install/x']);
});

withGcc('Debian’s frozen site takes itself for one of a venv', t => {
	const before = program(t, {folder: 'dist-packages', asked: 'real_prefix'});
	t.deepEqual(printed(t, bytesOf('bin/python3.11', before, {from: '/usr'})), ['dist-packages', 'base_prefix']);
	t.throws(() => bytesOf('bin/python3.11', program(t, {folder: 'dist-packages'}), {from: '/usr'}), {
		code: 'BUNDLE_TEXT_UNKNOWN',
	});
});

test('objects for a linker are treated alike', t => {
	const before = Buffer.from(`!<arch>\n\0${origin}\0`);
	const after = bytesOf('lib/libpython3.11.a', before);
	t.true(after.includes('\0/opt/app\0'));
	t.is(after.length, before.length);
	t.false(after.includes('.pyenv'));
});
