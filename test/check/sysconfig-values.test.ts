import test from 'ava';
import {foreignInPackageConfig, foreignInSysconfig, foreignValues} from '../../src/check/sysconfig-values.ts';

const root = '/srv/some where/é';
const home = '/root/.pyenv/versions/3.11.7';
const told = (values: Readonly<Record<string, string>>) =>
	foreignValues(values, root).map(({name, place}) => `${name} ${place}`);

test('what lies in the tree, and what every machine has, is right', t => {
	t.deepEqual(
		told({
			prefix: root,
			LIBDIR: `${root}/lib`,
			LDFLAGS: `-L${root}/lib -Wl,-rpath,${root}/lib`,
			SHELL: '/bin/sh -e',
			INSTALL: '/usr/bin/install -c',
			TZPATH: '/usr/share/zoneinfo:/etc/zoneinfo',
			abs_srcdir: '/build',
		}),
		[],
	);
});

test('the builder, wherever it stands in a value', t => {
	t.deepEqual(
		told({
			LDFLAGS: `-L${root}/lib -L${home}/lib`,
			LINKFORSHARED: `-Wl,-rpath,${home}/lib`,
			CONFIG_ARGS: `'--prefix=${home}' '--enable-shared'`,
		}),
		[`CONFIG_ARGS ${home}`, `LDFLAGS ${home}/lib`, `LINKFORSHARED ${home}/lib`],
	);
});

test('what is the interpreter’s own lies in the tree, and not where distributions have theirs', t => {
	t.deepEqual(told({LIBDIR: '/usr/lib/x86_64-linux-gnu', INCLUDEPY: '/usr/include/python3.11', prefix: '/install'}), [
		'INCLUDEPY /usr/include/python3.11',
		'LIBDIR /usr/lib/x86_64-linux-gnu',
		'prefix /install',
	]);
});

test('an ending is no place, and neither is a comment', t => {
	t.deepEqual(
		told({multiarchsubdir: '/x86_64-linux-gnu', XCRESULT: '/x86_64-linux-gnu.xcresult', NOTE: '/* none */'}),
		[],
	);
});

test('sysconfig data as text, its home computed', t => {
	const text = (value: string) => `_home = x\nbuild_time_vars = {'LIBDIR': _home + '/share/lib',\n 'X': ${value}}\n`;
	t.is(foreignInSysconfig(text(`'-L' + _home + "/other/lib"`), '/opt/app'), undefined);
	t.is(foreignInSysconfig(text(`'gcc -L/opt/app/lib'`), '/opt/app'), undefined);
	t.is(foreignInSysconfig(text(`'gcc -L${home}/lib'`), '/opt/app'), `${home}/lib`);
});

test('the prefix of a .pc', t => {
	t.is(foreignInPackageConfig(`prefix=\${pcfiledir}/../..\n`, '/opt/app'), undefined);
	t.is(foreignInPackageConfig('prefix=/opt/app\n', '/opt/app'), undefined);
	t.is(foreignInPackageConfig(`# See: man pkg-config\nprefix=${home}\n`, '/opt/app'), home);
});
