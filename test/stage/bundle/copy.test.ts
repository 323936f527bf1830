import {
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {type HostPath, hostPath, installPath} from '../../../src/model/paths.ts';
import {copySelected} from '../../../src/stage/bundle/copy.ts';
import type {InterpreterHome} from '../../../src/stage/bundle/home.ts';
import {type Selected, selectInterpreter} from '../../../src/stage/bundle/selection.ts';
import {lackingOf} from '../../../src/stage/bundle/trim.ts';
import {temporaryFolder} from '../../helpers/pack.ts';

/** A home as Debian has it: parts in several folders of the system, links that leave them. */
function debian(): {home: InterpreterHome; system: HostPath} {
	const system = hostPath(realpathSync(temporaryFolder()));
	const put = (path: string, text: string, mode = 0o644) => {
		mkdirSync(dirname(join(system, path)), {recursive: true});
		writeFileSync(join(system, path), text, {mode});
	};
	const link = (path: string, target: string) => symlinkSync(target, join(system, path));
	const stdlib = 'usr/lib/python3.11';
	put('usr/bin/python3.11', 'ELF', 0o755);
	put('usr/bin/x86_64-linux-gnu-python3.11-config', '#!/bin/sh\n', 0o755);
	link('usr/bin/python3.11-config', 'x86_64-linux-gnu-python3.11-config');
	put(`${stdlib}/os.py`, 'os');
	put(`${stdlib}/cgi.py`, 'cgi', 0o777);
	put(`${stdlib}/__pycache__/os.cpython-311.pyc`, '');
	put(`${stdlib}/EXTERNALLY-MANAGED`, '');
	put(`${stdlib}/dist-packages/other.py`, '');
	put('etc/python3.11/sitecustomize.py', 'of the system');
	link(`${stdlib}/sitecustomize.py`, join(system, 'etc/python3.11/sitecustomize.py'));
	put(`${stdlib}/_sysconfigdata__x86_64-linux-gnu.py`, 'data');
	link(`${stdlib}/_sysconfigdata__linux_x86_64-linux-gnu.py`, '_sysconfigdata__x86_64-linux-gnu.py');
	link(`${stdlib}/round`, '.');
	link(`${stdlib}/gone.py`, 'nowhere');
	put('etc/data', 'data of the system');
	link(`${stdlib}/outside.txt`, join(system, 'etc/data'));
	put('usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0', 'libpython');
	link('usr/lib/x86_64-linux-gnu/libpython3.11.so', 'libpython3.11.so.1.0');
	put('usr/include/python3.11/pyconfig.h', '#include <x86_64-linux-gnu/python3.11/pyconfig.h>');
	put('usr/include/python3.11/Python.h', '');
	put('usr/include/x86_64-linux-gnu/python3.11/pyconfig.h', 'the real one');
	put('usr/share/python-wheels/pip-23.0.1-py3-none-any.whl', '');
	put('usr/share/python-wheels/wheel-0.38.4-py3-none-any.whl', '');
	const at = (path: string) => hostPath(join(system, path));
	return {
		system,
		home: {
			executable: at('usr/bin/python3.11'),
			prefix: hostPath('/usr'),
			minor: '3.11',
			stdlib: [at(stdlib)],
			extensions: undefined,
			headers: [at('usr/include/python3.11'), at('usr/include/x86_64-linux-gnu/python3.11')],
			library: undefined,
			soname: 'libpython3.11.so.1.0',
			libraries: [at('usr/lib/x86_64-linux-gnu')],
			pkgconfig: [],
			programs: [at('usr/bin')],
			wheels: at('usr/share/python-wheels'),
			libraryName: 'lib',
		},
	};
}

function copied(selected: readonly Selected[], links: boolean): string {
	const root = temporaryFolder();
	copySelected(selected, {root, prefix: installPath('/opt/app'), links});
	return join(root, 'opt/app');
}

test('everything has its place, and what is only the system’s is left out', t => {
	const places = selectInterpreter(debian().home).map(({to}) => to);
	t.deepEqual(places, [
		'bin/python3.11',
		'bin/python3.11-config',
		'include/python3.11/Python.h',
		'include/python3.11/pyconfig.h',
		'lib/libpython3.11.so',
		'lib/libpython3.11.so.1.0',
		'lib/python3.11/_sysconfigdata__linux_x86_64-linux-gnu.py',
		'lib/python3.11/_sysconfigdata__x86_64-linux-gnu.py',
		'lib/python3.11/cgi.py',
		'lib/python3.11/ensurepip/_bundled/pip-23.0.1-py3-none-any.whl',
		'lib/python3.11/os.py',
		'lib/python3.11/outside.txt',
	]);
});

test('what is to be kept and is not there is told', t => {
	t.deepEqual(lackingOf(selectInterpreter(debian().home), ['ensurepip', 'headers', 'idle', 'tests']), [
		'idle',
		'tests',
	]);
});

test('a link to what is copied stays one, relative; one that leaves becomes what it leads to', t => {
	const {home} = debian();
	const app = copied(selectInterpreter(home), true);
	t.is(readlinkSync(join(app, 'lib/libpython3.11.so')), 'libpython3.11.so.1.0');
	t.is(readFileSync(join(app, 'lib/python3.11/outside.txt'), 'utf8'), 'data of the system');
	t.true(lstatSync(join(app, 'lib/python3.11/outside.txt')).isFile());
	t.is(readFileSync(join(app, 'include/python3.11/pyconfig.h'), 'utf8'), 'the real one');
	t.true(lstatSync(join(app, 'bin/python3.11-config')).isFile());
});

test('without links everything is a file of its own, with the modes of a package', t => {
	const {home, system} = debian();
	const app = copied(selectInterpreter(home), false);
	for (const name of readdirSync(app, {recursive: true, encoding: 'utf8'})) {
		const {mode, nlink} = lstatSync(join(app, name));
		const stats = lstatSync(join(app, name));
		t.false(stats.isSymbolicLink(), name);
		t.true(stats.isDirectory() || nlink === 1, name);
		t.true([0o755, 0o644].includes(mode & 0o777), name);
	}

	t.is(lstatSync(join(app, 'bin/python3.11')).mode & 0o777, 0o755);
	t.is(lstatSync(join(app, 'lib/python3.11/cgi.py')).mode & 0o777, 0o644, 'it is imported, not run');
	writeFileSync(join(app, 'lib/python3.11/os.py'), 'changed');
	t.is(readFileSync(join(system, 'usr/lib/python3.11/os.py'), 'utf8'), 'os');
});
