import test from 'ava';
import type {Literal} from '../../src/codecs/python-literal.ts';
import {type CarriedFrom, carriedVariables} from '../../src/relocate/carried-variables.ts';

const pyenv: CarriedFrom = {origins: ['/home/ada/.pyenv/versions/3.11.7'], minor: '3.11'};

function carried(variables: Record<string, Literal>, from = pyenv): Record<string, Literal> {
	const moved = carriedVariables(new Map(Object.entries(variables)), from);
	return Object.fromEntries([...moved].map(([name, value]) => [name, String(value).replaceAll('\0', 'HOME')]));
}

test('origins are replaced in every text, at the ends of components only', t => {
	const origin = '/home/ada/.pyenv/versions/3.11.7';
	t.deepEqual(
		carried({
			CPPFLAGS: `-I${origin}/include -I${origin}-dbg/include -I${origin}.1`,
			CONFIG_ARGS: `'--prefix=${origin}'`,
			ABIFLAGS: '',
		}),
		{
			CPPFLAGS: `-IHOME/include -I${origin}-dbg/include -I${origin}.1`,
			CONFIG_ARGS: "'--prefix=HOME'",
			ABIFLAGS: '',
		},
	);
});

test('what the data itself says of its prefix is an origin', t => {
	t.deepEqual(carried({prefix: '/install', CFLAGS: '-I/install/include -I/installed'}), {
		prefix: 'HOME',
		CFLAGS: '-IHOME/include -I/installed',
	});
});

test('of Debian, only what is the interpreter’s moves', t => {
	const debian: CarriedFrom = {origins: ['/usr'], minor: '3.11'};
	t.deepEqual(
		carried(
			{
				prefix: '/usr',
				BINDIR: '/usr/bin',
				BINLIBDEST: '/usr/lib/x86_64-linux-gnu/python3.11',
				LIBDEST: '/usr/lib/python3.11',
				LIBDIR: '/usr/lib/x86_64-linux-gnu',
				LIBPC: '/usr/lib/x86_64-linux-gnu/pkgconfig',
				LIBPL: '/usr/lib/python3.11/config-3.11-x86_64-linux-gnu',
				CONFIG_ARGS: "'--prefix=/usr' '--libdir=/usr/lib/x86_64-linux-gnu'",
				INSTALL: '/usr/bin/install -c',
				MODULE__UUID_CFLAGS: '-I/usr/include/uuid',
				TZPATH: '/usr/share/zoneinfo',
				WHEEL_PKG_DIR: '/usr/share/python-wheels/',
			},
			debian,
		),
		{
			prefix: 'HOME',
			BINDIR: 'HOME/bin',
			BINLIBDEST: 'HOME/lib/python3.11',
			LIBDEST: 'HOME/lib/python3.11',
			LIBDIR: 'HOME/lib',
			LIBPC: 'HOME/lib/pkgconfig',
			LIBPL: 'HOME/lib/python3.11/config-3.11-x86_64-linux-gnu',
			CONFIG_ARGS: "'--prefix=HOME' '--libdir=HOME/lib'",
			INSTALL: '/usr/bin/install -c',
			MODULE__UUID_CFLAGS: '-I/usr/include/uuid',
			TZPATH: '/usr/share/zoneinfo',
			WHEEL_PKG_DIR: 'HOME/lib/python3.11/ensurepip/_bundled',
		},
	);
});

test('the folder in which it was built is nobody’s', t => {
	t.deepEqual(
		carried({
			abs_builddir: '/tmp/python-build.20260509.222/Python-3.11.7',
			CFLAGS: '-g -ffile-prefix-map=/tmp/python-build.20260509.222=. -O2',
			RUNSHARED: 'LD_LIBRARY_PATH=/tmp/python-build.20260509.222/Python-3.11.7',
		}),
		{abs_builddir: '/build', CFLAGS: '-g -O2', RUNSHARED: 'LD_LIBRARY_PATH=/build'},
	);
});

test('python-build-standalone’s own compiler gives way to that of the machine', t => {
	t.like(
		carried({
			CONFIG_ARGS: "'--prefix=/install'",
			CC: '/tools/llvm/bin/clang -pthread',
			CXX: 'clang++ -pthread',
			AR: '/tools/llvm/bin/llvm-ar',
			LDSHARED: 'clang -pthread -shared',
		}),
		{CC: 'cc -pthread', CXX: 'c++ -pthread', AR: 'ar', LDSHARED: 'cc -pthread -shared'},
	);
	t.like(carried({CONFIG_ARGS: "'--prefix=/usr'", CC: 'clang'}), {CC: 'clang'});
});
