import test from 'ava';
import {partsOf, withNeeded} from '../../../src/stage/bundle/parts.ts';

const stdlib = 'lib/python3.11';

const parts = test.macro((t, path: string, expected: readonly string[]) => {
	t.deepEqual(partsOf(path), expected);
});

test('the interpreter', parts, 'bin/python3.11', []);
test('a module', parts, `${stdlib}/unittest/mock.py`, []);
test('a module whose name begins as a test', parts, `${stdlib}/testing.py`, []);
test('an extension', parts, `${stdlib}/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so`, []);
test(
	'subinterpreters are no test',
	parts,
	`${stdlib}/lib-dynload/_xxsubinterpreters.cpython-311-x86_64-linux-gnu.so`,
	[],
);
test('pyconfig.h, which sysconfig reads', parts, 'include/python3.11/pyconfig.h', []);
test('another header', parts, 'include/python3.11/cpython/pyconfig.h', ['headers']);
test('the Makefile', parts, `${stdlib}/config-3.11-x86_64-linux-gnu/Makefile`, ['headers']);
test('python-config', parts, 'bin/python3.11-config', ['headers']);
test('a library to link with', parts, 'lib/libpython3.so', ['headers']);
test('a static library', parts, `${stdlib}/config-3.11-x86_64-linux-gnu/libpython3.11.a`, ['static']);
test('an object file', parts, `${stdlib}/config-3.11-x86_64-linux-gnu/python.o`, ['static']);
test('the test package', parts, `${stdlib}/test/support/__init__.py`, ['tests']);
test('tests of a package', parts, `${stdlib}/lib2to3/tests/data/README`, ['tests']);
test('a module for tests', parts, `${stdlib}/lib-dynload/_testcapi.cpython-311-x86_64-linux-gnu.so`, ['tests']);
test('one of 3.14', parts, 'lib/python3.14/lib-dynload/xxlimited_35.cpython-314-x86_64-linux-gnu.so', ['tests']);
test('tests of IDLE', parts, `${stdlib}/idlelib/idle_test/test_run.py`, ['idle', 'tests']);
test('Tcl of python-build-standalone', parts, 'lib/tcl8.6/init.tcl', ['tkinter']);
test('the terminals of python-build-standalone', parts, 'share/terminfo/x/xterm', []);
test('turtle needs tkinter', parts, `${stdlib}/turtle.py`, ['tkinter']);
test('a wheel of ensurepip', parts, `${stdlib}/ensurepip/_bundled/pip-23.2.1-py3-none-any.whl`, ['ensurepip']);

test('IDLE and turtledemo bring tkinter, which they cannot do without', t => {
	t.deepEqual(withNeeded(['idle']), new Set(['idle', 'tkinter'] as const));
	t.deepEqual(withNeeded(['turtledemo']), new Set(['turtledemo', 'tkinter'] as const));
	t.deepEqual(withNeeded(['headers']), new Set(['headers'] as const));
});
