import test from 'ava';
import {installPath} from '../../src/model/paths.ts';
import {Allowed} from '../../src/operations/running/allowed.ts';

function allowed(path: string, isBundled = false): Allowed {
	const venv = {
		root: installPath('/opt/app'),
		settings: new Map(),
		interpreter: installPath(path),
		bundled: isBundled,
		minor: '3.11',
		sitePackages: [],
	};
	return new Allowed({venv, base: {path: installPath(path), isBundled}});
}

const system = allowed('/usr/bin/python3');
const local = allowed('/usr/local/bin/python3.11');
const bundled = allowed('/opt/app/python/bin/python3.11', true);

const fits = test.macro((t, {loaded, mapped}: {loaded: boolean; mapped: boolean}, by: Allowed, path: string) => {
	t.is(by.module(path), loaded);
	t.is(by.mapped(path), mapped);
});
const both = {loaded: true, mapped: true};
const library = {loaded: false, mapped: true};
const neither = {loaded: false, mapped: false};

test('the tree’s own modules', fits, both, system, '/opt/app/lib/python3.11/site-packages/x.so');
test('the standard library of the interpreter', fits, both, system, '/usr/lib/python3.11/lib-dynload/_ssl.so');
test('what Debian adds to it', fits, both, system, '/usr/lib/python3/dist-packages/x.so');
test('that of another minor', fits, library, system, '/usr/lib/python3.12/lib-dynload/_ssl.so');
test('a library of the system', fits, library, system, '/usr/lib/x86_64-linux-gnu/libssl.so.3');
test('the program that a link stands for', fits, library, system, '/usr/bin/python3.11');
test('the libpython of the system', fits, library, system, '/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0');
test('a neighbour of the tree', fits, neither, system, '/opt/apple/x.so');
test('a library of the builder', fits, neither, system, '/home/ada/lib/libx.so.1');
test('an interpreter elsewhere has its own library', fits, library, local, '/usr/local/lib/libpython3.11.so.1.0');
test('and its own modules', fits, both, local, '/usr/local/lib/python3.11/lib-dynload/_ssl.so');
test(
	'who brings an interpreter loads none of the system’s',
	fits,
	neither,
	bundled,
	'/usr/lib/python3.11/os.cpython-311.so',
);
test('nor its libpython', fits, neither, bundled, '/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0');
test('but its libraries', fits, library, bundled, '/usr/lib/x86_64-linux-gnu/libssl.so.3');
