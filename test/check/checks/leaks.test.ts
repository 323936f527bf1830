import test from 'ava';
import {leaks} from '../../../src/check/checks/leaks.ts';
import {installPath} from '../../../src/model/paths.ts';
import {type ArtifactOptions, artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';
import type {LiteralEntry} from '../../helpers/package.ts';
import {smallPyc} from '../../helpers/pyc.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const made = '/home/ada/src/venv';
const info = `${site}/demo-1.0.dist-info`;

interface Given extends ArtifactOptions {
	readonly files: Readonly<Record<string, LiteralEntry | undefined>>;
	readonly needles?: readonly string[];
}

const leak = test.macro({
	exec: async (t, {files, needles, ...options}: Given, expected: string[]) => {
		const findings = await findingsOf(leaks, artifact(goodVenv(files), options), {needles});
		t.deepEqual(told(findings).sort(), expected);
	},
	title: (name = '') => name,
});

test('a venv that was made where it lies', leak, {files: {'/opt/app/bin/activate': 'VIRTUAL_ENV="/opt/app"\n'}}, []);

// Who tells
const state = {'/opt/app/state.bin': `\0\x01${made}\0`};
for (const [name, files] of Object.entries({
	activate: {'/opt/app/bin/activate': `VIRTUAL_ENV='${made}'\nexport VIRTUAL_ENV\n`},
	'activate.csh': {'/opt/app/bin/activate.csh': `setenv VIRTUAL_ENV "${made}"\n`},
	'activate.fish': {'/opt/app/bin/activate.fish': `set -gx VIRTUAL_ENV "${made}"\n`},
	'a script': {'/opt/app/bin/demo': `#!${made}/bin/python3.11\n`},
	'a trampoline': {'/opt/app/bin/demo': `#!/bin/sh\n'''exec' ${made}/bin/python "$0" "$@"\n' '''\n`},
	'a kernel': {'/opt/app/share/jupyter/kernels/x/kernel.json': `{"argv": ["${made}/bin/python", "-m"]}`},
	'pyvenv.cfg': {'/opt/app/pyvenv.cfg': `home = /usr/bin\ncommand = /usr/bin/python3.11 -m venv ${made}\n`},
})) {
	const [path = ''] = Object.keys(files);
	test(`${name} tells where the venv was made, and all that names it is found`, leak, {files: {...files, ...state}}, [
		...[`LEAK_STAGE error ${path}`, 'LEAK_STAGE error /opt/app/state.bin'].sort(),
	]);
}

const pyc = (name: string) => `${site}/demo/__pycache__/${name}.cpython-311.pyc`;
test('bytecode tells it, and is told once', async t => {
	const files = Object.fromEntries(
		['a', 'b', 'c'].flatMap(name => [
			[`${site}/demo/${name}.py`, ''],
			[pyc(name), smallPyc({filename: `/stage${site}/demo/${name}.py`})],
		]),
	);
	const findings = await findingsOf(leaks, artifact(goodVenv({...files, '/opt/app/state': 'in /stage/x'})));
	t.deepEqual(
		findings.map(({code, path, offset, message}) => `${code} ${path} ${offset}: ${message}`),
		[
			'LEAK_STAGE /opt/app/state 3: holds the place where the venv was made, /stage',
			`LEAK_STAGE ${pyc('a')} 55: holds the place where the venv was made, /stage, as does the bytecode of 2 more modules`,
		],
	);
});

test(
	'sources that it was installed from',
	leak,
	{
		files: {
			[`${info}/direct_url.json`]: '{"url": "file:///home/ada/src/demo", "dir_info": {}}',
			[`${site}/demo/built.txt`]: 'from /home/ada/src/demo and /home/ada/.cache',
		},
	},
	[
		`LEAK_BUILD error ${info}/direct_url.json`,
		`LEAK_BUILD error ${site}/demo/built.txt`,
		`LEAK_HOME error ${site}/demo/built.txt`,
	],
);

test(
	'the interpreter that it was made with',
	leak,
	{
		files: {
			'/opt/app/bin/python3.11': {link: '/home/ada/.pyenv/versions/3.11.7/bin/python3.11'},
			'/opt/app/pyvenv.cfg': 'home = /home/ada/.pyenv/versions/3.11.7/bin\n',
		},
	},
	['LEAK_INTERPRETER error /opt/app/bin/python3.11', 'LEAK_INTERPRETER error /opt/app/pyvenv.cfg'],
);

test(
	'an interpreter that a package may bring',
	leak,
	{
		files: {
			'/opt/app/bin/python3.11': {link: '/opt/python/3.11/bin/python3.11'},
			'/opt/app/pyvenv.cfg': 'home = /opt/python/3.11/bin\n',
		},
	},
	[],
);

const declared = '/home/app/python/bin/python3.11';
const withDeclared = {
	'/opt/app/bin/python3.11': {link: declared},
	'/opt/app/bin/demo': `#!${declared}\n`,
	'/opt/app/pyvenv.cfg': 'home = /home/app/python/bin\n',
	'/opt/app/state': 'what lies in /home/app and runs with /home/app/python',
};
const declaring = {manifest: true, interpreter: {path: installPath(declared)}};
test('the interpreter that the manifest declares, wherever it lies', leak, {files: withDeclared, ...declaring}, []);
test(
	'the interpreter of the builder beside one that the manifest declares',
	leak,
	{
		files: {
			...withDeclared,
			'/opt/app/pyvenv.cfg':
				'home = /home/app/python/bin\nexecutable = /home/app/.pyenv/versions/3.11.7/bin/python3.11\n',
		},
		...declaring,
	},
	['LEAK_INTERPRETER error /opt/app/pyvenv.cfg'],
);
test(
	'without a manifest nothing says that it is meant',
	leak,
	{files: {...withDeclared, '/opt/app/bin/demo': undefined, '/opt/app/state': undefined}},
	['LEAK_INTERPRETER error /opt/app/bin/python3.11', 'LEAK_INTERPRETER error /opt/app/pyvenv.cfg'],
);

test(
	'a downloaded wheel cannot know',
	leak,
	{
		files: {
			'/opt/app/bin/demo': `#!${made}/bin/python\n`,
			[`${site}/demo/x.txt`]: `see ${made}`,
			[`${info}/RECORD`]: recordOf({[`${site}/demo/x.txt`]: `see ${made}`}, `${info}/RECORD`),
		},
	},
	['LEAK_STAGE error /opt/app/bin/demo'],
);

test('what the builder allowed is a note', async t => {
	const subject = artifact(goodVenv({'/opt/app/state': 'x corp.example y'}), {manifest: true});
	const {manifest} = subject.pkg;
	const allowed = {...subject, pkg: {...subject.pkg, manifest: manifest && {...manifest, allowedLeaks: ['state']}}};
	t.deepEqual(told(await findingsOf(leaks, allowed, {needles: ['corp.example']})), ['LEAK_NEEDLE note /opt/app/state']);
});

test(
	'what the user looks for',
	leak,
	{
		files: {'/opt/app/a': 'by ada@corp.example', '/opt/app/b': {link: '/srv/builds/7'}, '/opt/app/c': '/srv/builds2'},
		needles: ['corp.example', '/srv/builds'],
	},
	['LEAK_NEEDLE error /opt/app/a', 'LEAK_NEEDLE error /opt/app/b'],
);
