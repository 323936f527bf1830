import test from 'ava';
import {carriedOf} from '../../src/check/carried-interpreter.ts';
import {installPath} from '../../src/model/paths.ts';
import {surveyOf} from '../../src/operations/survey.ts';
import {artifact, goodVenv} from '../helpers/artifact.ts';
import {smallElf} from '../helpers/elf.ts';

const root = '/opt/app';
const launcher = `#!/bin/sh\nexec "\${0%/*}/python3.11" "$@"\n`;

const flat = goodVenv({
	[`${root}/bin/python`]: launcher,
	[`${root}/bin/python3.11`]: smallElf({type: 2}),
	[`${root}/lib/python3.11/os.py`]: 'x = 1\n',
	[`${root}/lib/libpython3.11.so.1.0`]: smallElf({soname: 'libpython3.11.so.1.0'}),
	[`${root}/lib/libssl.so.3`]: smallElf({soname: 'libssl.so.3'}),
	[`${root}/pyvenv.cfg`]: 'include-system-site-packages = false\n',
});

test('the interpreter behind a script bin/python is the one beside it', async t => {
	const {venv} = await surveyOf(artifact(flat));
	t.like(venv, {interpreter: `${root}/bin/python3.11`, bundled: true, isLaunched: true, minor: '3.11'});
	t.is(venv?.standardLibrary, installPath(`${root}/lib/python3.11`));
});

test('so it is where that leads to the machine’s', async t => {
	const files = {...goodVenv(), [`${root}/bin/python`]: launcher};
	const {venv} = await surveyOf(artifact(files));
	t.like(venv, {interpreter: '/usr/bin/python3.11', bundled: false, isLaunched: true});
	t.is(venv?.standardLibrary, undefined);
});

test('a copied python has no standard library', async t => {
	const files = goodVenv({[`${root}/bin/python3.11`]: smallElf({type: 2})});
	const {venv} = await surveyOf(artifact(files));
	t.like(venv, {bundled: true, isLaunched: false});
	t.is(venv?.standardLibrary, undefined);
});

test('its size and its libraries, what is installed left out', async t => {
	const opened = artifact(flat);
	const carried = carriedOf(opened, await surveyOf(opened));
	const own = [`${root}/bin/python3.11`, `${root}/lib/libpython3.11.so.1.0`, `${root}/lib/libssl.so.3`];
	t.like(carried, {version: '3.11', files: 4});
	t.is(
		carried?.bytes,
		own.map(path => Buffer.byteLength(flat[path] as Buffer)).reduce((sum, size) => sum + size, 'x = 1\n'.length),
	);
	t.deepEqual(
		carried?.libraries.map(({soname, path}) => `${soname} ${path}`),
		[`libssl.so.3 ${root}/lib/libssl.so.3`],
	);
	t.true((carried?.share ?? 0) > 0.3 && (carried?.share ?? 1) < 1);
});

test('a venv carries none', async t => {
	const opened = artifact(goodVenv());
	t.is(carriedOf(opened, await surveyOf(opened)), undefined);
});
