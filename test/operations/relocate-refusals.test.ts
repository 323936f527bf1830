import {execFileSync} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {VenvpackError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {RelocateRequest} from '../../src/model/relocation.ts';
import {relocateVenv} from '../../src/operations/relocate.ts';
import {pathOf, withReason} from '../helpers/tools.ts';
import {demoVenv, digestOf, lacksVenv, ownPython, room} from '../helpers/venv.ts';

// What cannot be relocated is refused before anything is touched: all of it at once, each with what to do about it.

const test = withReason(lacksVenv);

interface Scene {
	readonly venv: string;
	readonly packages: string;
	/** Below the venv. */
	write(path: string, text: string | Uint8Array): void;
}

/** What a relocation says of a venv that something was done to; the folder around it is as it was before. */
async function refusalOf(
	t: ExecutionContext,
	spoil: (scene: Scene) => void,
	differing: Partial<RelocateRequest> = {},
): Promise<{code: string; exitCode: number; text: string}> {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	const packages = `lib/python${ownPython?.minor}/site-packages`;
	const write = (path: string, text: string | Uint8Array) => {
		mkdirSync(dirname(join(venv, path)), {recursive: true});
		writeFileSync(join(venv, path), text);
	};
	spoil({venv, packages, write});
	const before = digestOf(folder);
	const request = {venv: hostPath(venv), prefix: '/opt/app', inPlace: true, ...differing};
	const context = {listener: () => undefined, environment: process.env, version: '9.9.9'};
	const error = await t.throwsAsync(relocateVenv(request, context), {instanceOf: VenvpackError});
	t.deepEqual(digestOf(folder), before);
	t.deepEqual(
		readdirSync(folder).filter(name => name.startsWith('.')),
		[],
	);
	const tidy = (text: string) =>
		text
			.replaceAll(folder, 'HERE')
			.replaceAll(packages, 'PACKAGES')
			.replaceAll(ownPython?.path ?? '', 'PYTHON')
			.replaceAll(ownPython?.minor ?? '', '3.X');
	return {code: error?.code ?? '', exitCode: error?.exitCode ?? 0, text: tidy(`${error?.message}\n→ ${error?.hint}`)};
}

interface Case {
	readonly code?: string;
	readonly exitCode?: number;
	readonly spoil: (scene: Scene) => void;
	readonly request?: Partial<RelocateRequest>;
	/** All of these stand in the text. */
	readonly says: readonly string[];
}

const list = 'VENV_NOT_RELOCATABLE';
const cases: Readonly<Record<string, Case>> = {
	'an editable install of setuptools': {
		code: list,
		spoil: ({packages, write}) => {
			write(`${packages}/__editable__.app-1.0.pth`, '/src/app\n');
			write(`${packages}/__editable___app_1_0_finder.py`, '');
		},
		says: [
			'HERE/v holds 2 things that cannot be relocated:',
			'  PACKAGES/__editable__.app-1.0.pth is the trace of an editable install, whose code lies on the builder [EDITABLE_INSTALL]',
			'    → install the project as a wheel: without -e, or with --no-editable',
			'  PACKAGES/__editable___app_1_0_finder.py is the trace',
			'→ nothing was touched; mend each as it says',
		],
	},
	'an egg-link, and the easy-install.pth beside it': {
		code: list,
		spoil: ({packages, write}) => {
			write(`${packages}/app.egg-link`, '/src/app\n.');
			write(`${packages}/easy-install.pth`, '/src/app\n');
		},
		says: ['  PACKAGES/app.egg-link is the trace', '  PACKAGES/easy-install.pth is the trace'],
	},
	'an editable install of another backend: a .pth with a folder outside': {
		code: list,
		spoil: ({packages, write}) => write(`${packages}/_app.pth`, 'import os\n/src/app/src\n'),
		says: ['  PACKAGES/_app.pth puts /src/app/src on the path of modules, which lies outside the venv [PTH_OUTSIDE]'],
	},
	'an editable install as PEP 610 notes it': {
		code: list,
		spoil: ({packages, write}) =>
			write(
				`${packages}/demo-1.0.dist-info/direct_url.json`,
				'{"dir_info": {"editable": true}, "url": "file:///src/app"}',
			),
		says: ['  PACKAGES/demo-1.0.dist-info/direct_url.json is the trace of an editable install'],
	},
	'a link that leaves the venv': {
		code: list,
		spoil: ({venv}) => symlinkSync('/etc/hosts', join(venv, 'hosts')),
		says: ['  hosts is a link to /etc/hosts, outside the venv [LINK_ESCAPES]'],
	},
	'a relative link that leaves the venv': {
		code: list,
		spoil: ({venv}) => symlinkSync('../../x', join(venv, 'bin/x')),
		says: ['  bin/x is a link to ../../x, outside the venv [LINK_ESCAPES]'],
	},
	'packages of the system': {
		code: list,
		spoil: ({venv}) => {
			const cfg = join(venv, 'pyvenv.cfg');
			writeFileSync(cfg, readFileSync(cfg, 'utf8').replace('= false', '= true'));
		},
		says: ['  pyvenv.cfg has include-system-site-packages = true', '[SYSTEM_SITE_PACKAGES]'],
	},
	'an interpreter inside another venv': {
		code: list,
		spoil: ({venv, write}) => {
			write('../other/pyvenv.cfg', 'home = /usr/bin\n');
			mkdirSync(join(venv, '../other/bin'));
			write('pyvenv.cfg', `home = ${dirname(venv)}/other/bin\n`);
		},
		says: ['  pyvenv.cfg has its interpreter in HERE/other/bin, which is a venv itself [NESTED_VENV]'],
	},
	'everything at once': {
		code: list,
		spoil: ({venv, packages, write}) => {
			write(`${packages}/app.egg-link`, '/src/app\n.');
			write(`${packages}/a.pth`, '/src/app\n');
			symlinkSync('/etc/hosts', join(venv, 'hosts'));
		},
		says: ['holds 3 things', 'EDITABLE_INSTALL', 'PTH_OUTSIDE', 'LINK_ESCAPES'],
	},
	conda: {
		code: 'VENV_FOREIGN',
		spoil: ({venv}) => mkdirSync(join(venv, 'conda-meta')),
		says: ['HERE/v is an environment of conda', '→ conda-pack relocates it'],
	},
	PyPy: {
		code: 'VENV_FOREIGN',
		spoil: ({write}) => write('pyvenv.cfg', 'home = /usr/bin\nimplementation = PyPy\n'),
		says: ['HERE/v was made with PyPy, and only CPython is known here'],
	},
	'a free-threaded CPython': {
		code: 'VENV_FOREIGN',
		spoil: ({venv}) => renameSync(join(venv, `lib/python${ownPython?.minor}`), join(venv, 'lib/python3.13t')),
		says: ['HERE/v belongs to a free-threaded CPython'],
	},
	'no pyvenv.cfg': {
		code: 'VENV_MISSING',
		spoil: ({venv}) => rmSync(join(venv, 'pyvenv.cfg')),
		says: ['HERE/v holds no pyvenv.cfg, which every venv has (PEP 405)'],
	},
	'nothing there': {
		code: 'VENV_MISSING',
		spoil: ({venv}) => rmSync(venv, {recursive: true}),
		says: ['HERE/v does not exist'],
	},
	'a file': {
		code: 'VENV_MISSING',
		spoil: ({venv}) => {
			rmSync(venv, {recursive: true});
			writeFileSync(venv, '');
		},
		says: ['HERE/v is no folder'],
	},
	'no packages': {
		code: 'VENV_BROKEN',
		spoil: ({venv}) => rmSync(join(venv, 'lib'), {recursive: true}),
		says: ['HERE/v has no lib/python3.X/site-packages'],
	},
	'the system’s Python went on to another minor': {
		code: 'VENV_BROKEN',
		spoil: ({write}) => write('pyvenv.cfg', 'home = /usr/bin\nversion = 3.7.1\n'),
		says: ['HERE/v has packages in lib/python3.X, and its pyvenv.cfg says 3.7'],
	},
	'its own interpreter is of another minor': {
		code: 'VENV_BROKEN',
		spoil: ({venv, write}) => {
			renameSync(join(venv, `lib/python${ownPython?.minor}`), join(venv, 'lib/python3.7'));
			write('pyvenv.cfg', `home = ${dirname(ownPython?.path ?? '')}\n`);
		},
		says: ['HERE/v has packages of Python 3.7, and its interpreter PYTHON is'],
	},
	'no interpreter of its minor anywhere': {
		code: 'INTERPRETER_MISSING',
		exitCode: 3,
		spoil: ({venv, write}) => {
			renameSync(join(venv, `lib/python${ownPython?.minor}`), join(venv, 'lib/python3.5'));
			rmSync(join(venv, 'bin'), {recursive: true});
			write('pyvenv.cfg', 'home = /gone/bin\n');
		},
		says: [
			'the interpreter of HERE/v, in /gone/bin, is gone, and it takes one of Python 3.5 to compile: no interpreter',
		],
	},
	'--python of another minor': {
		code: 'VENV_PYTHON_MINOR',
		spoil: ({venv}) => {
			const there = join(venv, `lib/python${ownPython?.minor}`);
			renameSync(there, join(venv, 'lib/python3.7'));
			writeFileSync(join(venv, 'pyvenv.cfg'), 'home = /gone\n');
		},
		request: {python: ownPython?.path},
		says: ['--python is PYTHON, Python 3.X', 'belongs to 3.7'],
	},
	'--target-python of another minor': {
		code: 'TARGET_PYTHON_MINOR',
		spoil: () => undefined,
		request: {targetPython: '/usr/bin/python3.7'},
		says: ['--target-python is /usr/bin/python3.7, and the venv belongs to Python 3.X'],
	},
	'--out and --in-place': {
		code: 'RELOCATE_WHERE',
		spoil: () => undefined,
		request: {out: hostPath('/nowhere')},
		says: ['--out and --in-place are both given'],
	},
	'neither --out nor --in-place': {
		code: 'RELOCATE_WHERE',
		spoil: () => undefined,
		request: {inPlace: false},
		says: ['neither --out nor --in-place says where the result goes'],
	},
	'a relative prefix': {
		code: 'PREFIX_RELATIVE',
		spoil: () => undefined,
		request: {prefix: 'app'},
		says: ['--prefix is "app", which is no absolute path'],
	},
	'a prefix that is everybody’s': {
		code: 'PREFIX_SYSTEM',
		spoil: () => undefined,
		request: {prefix: '/usr'},
		says: ['--prefix is "/usr", a folder that is shared'],
	},
};

for (const [name, {code = list, exitCode = 2, spoil, request = {}, says}] of Object.entries(cases)) {
	test(`refused: ${name}`, async t => {
		const said = await refusalOf(t, spoil, request);
		t.deepEqual([said.code, said.exitCode], [code, exitCode], said.text);
		for (const words of says) {
			t.true(said.text.includes(words), `${words}\n\n${said.text}`);
		}
	});
}

test('a copy inside the venv, and around it', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	for (const out of [join(venv, 'copy'), venv, folder]) {
		const context = {listener: () => undefined, environment: process.env, version: '9.9.9'};
		const request = {venv: hostPath(venv), prefix: '/opt/app', out: hostPath(out)};
		await t.throwsAsync(relocateVenv(request, context), {code: 'OUT_IN_VENV'});
	}
});

test('a folder that venvpack did not make is not replaced by a copy', async t => {
	const folder = room(t);
	const venv = demoVenv(join(folder, 'v'));
	mkdirSync(join(folder, 'mine'));
	writeFileSync(join(folder, 'mine/file'), 'x');
	const context = {listener: () => undefined, environment: process.env, version: '9.9.9'};
	const request = {venv: hostPath(venv), prefix: '/opt/app', out: hostPath(join(folder, 'mine'))};
	await t.throwsAsync(relocateVenv(request, context), {code: 'OUTPUT_OCCUPIED'});
	t.deepEqual(digestOf(join(folder, 'mine')), {file: digestOf(join(folder, 'mine')).file ?? ''});
});

withReason([lacksVenv, pathOf('gcc') === undefined ? 'gcc' : ''].filter(Boolean).join(', '))(
	'refused: a path that a compiler wrote, where the prefix does not fit into its place; a shorter one, or leave to name it, and it passes',
	async t => {
		const long = `/opt/${'a'.repeat(120)}`;
		const compile = ({venv, packages}: Scene) => {
			const source = join(dirname(venv), 'x.c');
			writeFileSync(source, `const char *place(void) { return "${venv}/share/x"; }\n`);
			execFileSync('gcc', ['-shared', '-fPIC', '-o', join(venv, packages, 'x.so'), source]);
		};
		const said = await refusalOf(t, compile, {prefix: long});
		t.is(said.code, list);
		t.regex(
			said.text,
			/PACKAGES\/x\.so names HERE\/v at offset \d+, and \/opt\/a+ does not fit into its place \[COMPILED_PATH\]/,
		);
		t.regex(said.text, /→ choose a prefix of at most \d+ bytes, or build it anew with -ffile-prefix-map/);

		const folder = room(t);
		const venv = demoVenv(join(folder, 'v'));
		const packages = `lib/python${ownPython?.minor}/site-packages`;
		compile({venv, packages, write: () => undefined});
		const context = {listener: () => undefined, environment: process.env, version: '9.9.9'};
		const at = (prefix: string, more: Partial<RelocateRequest> = {}) =>
			relocateVenv({venv: hostPath(venv), prefix, out: hostPath(join(folder, 'out')), ...more}, context);
		await at('/o/a');
		t.true(readFileSync(join(folder, 'out', packages, 'x.so')).includes('\0/o/a/share/x\0'));
		const {findings} = await at(long, {allowLeaks: ['**/x.so']});
		t.deepEqual(
			findings.map(({code, severity}) => [code, severity]),
			[['LEAK_STAGE', 'note']],
		);
		t.true(existsSync(join(folder, 'out/bin/demo')));
	},
);
