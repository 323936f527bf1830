import test from 'ava';
import {Surveyor} from '../../src/check/survey.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Survey} from '../../src/model/survey.ts';
import type {Tree} from '../../src/model/tree.ts';
import {smallElf} from '../helpers/elf.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {readLiteral} from '../helpers/tree.ts';

const digest = 'ab'.repeat(32);

/** Reads a package of literals as an artifact is read, in chunks of some bytes. */
function survey(
	files: Readonly<Record<string, LiteralEntry>>,
	options: {chunk?: number; prefix?: string} = {},
): Survey {
	const surveyor = new Surveyor({pkg: pkg(files, {prefix: options.prefix ?? '/opt/app'})});
	return read(surveyor, pkg(files, {prefix: options.prefix ?? '/opt/app'}).tree, options.chunk ?? 7);
}

function read(surveyor: Surveyor, tree: Tree, size: number): Survey {
	for (const entry of tree.entries) {
		const sink = entry.kind === 'file' ? surveyor.open(entry) : undefined;
		if (sink && entry.kind === 'file') {
			const bytes = readLiteral(entry.content);
			for (let at = 0; at < bytes.length; at += size) {
				sink.push(bytes.subarray(at, at + size));
			}

			sink.close(digest);
		}
	}

	return surveyor.finish();
}

const site = '/opt/app/lib/python3.11/site-packages';
const venv = {
	'/opt/app/pyvenv.cfg': 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n',
	'/opt/app/bin/python3.11': {link: '/usr/bin/python3.11'},
	'/opt/app/bin/python3': {link: 'python3.11'},
	'/opt/app/bin/python': {link: 'python3'},
	'/opt/app/bin/tool': '#!/opt/app/bin/python\nimport tool\n',
	[`${site}/tool/__init__.py`]: 'x = 1\n',
	[`${site}/_tool.cpython-311-x86_64-linux-gnu.so`]: 'no library\n',
	[`${site}/Tool-1.2.dist-info/METADATA`]:
		'Metadata-Version: 2.1\nName: Tool\nVersion: 1.2\nLicense: MIT\nRequires-Python: >=3.9\nRequires-Dist: yaml\n\nName: long text\n',
	[`${site}/Tool-1.2.dist-info/RECORD`]:
		'../../../bin/tool,sha256=abc,36\ntool/__init__.py,sha256=def,6\n_tool.cpython-311-x86_64-linux-gnu.so,,\nTool-1.2.dist-info/RECORD,,\n../../../../../../x,,\ngone.py,sha256=ghi,9\n',
	[`${site}/Tool-1.2.dist-info/entry_points.txt`]: '[console_scripts]\ntool = tool.main:run\n',
	[`${site}/Tool-1.2.dist-info/INSTALLER`]: 'uv\n',
};

test('a venv: its settings, where its interpreter lies, its modules', t => {
	const found = survey(venv);
	t.like(found.venv, {root: '/opt/app', interpreter: '/usr/bin/python3.11', bundled: false, minor: '3.11'});
	t.is(found.venv?.settings.get('home'), '/usr/bin');
	t.deepEqual(found.venv?.sitePackages, [installPath(site)]);
});

test('a distribution: what it says, its files, and their place', t => {
	const [tool, ...others] = survey(venv).distributions;
	t.deepEqual(others, []);
	t.like(tool, {
		name: 'Tool',
		version: '1.2',
		license: 'MIT',
		requiresPython: '>=3.9',
		requiresDist: ['yaml'],
		installer: 'uv',
		directUrl: '',
		editable: false,
		files: 4,
		topLevel: ['_tool', 'tool'],
	});
	t.deepEqual(
		tool?.record?.map(({path, written}) => [path, written]),
		[
			['/opt/app/bin/tool', '../../../bin/tool'],
			[`${site}/tool/__init__.py`, 'tool/__init__.py'],
			[`${site}/_tool.cpython-311-x86_64-linux-gnu.so`, '_tool.cpython-311-x86_64-linux-gnu.so'],
			[`${site}/Tool-1.2.dist-info/RECORD`, 'Tool-1.2.dist-info/RECORD'],
			[undefined, '../../../../../../x'],
			[`${site}/gone.py`, 'gone.py'],
		] as never,
	);
});

test('a script: its shebang, whose it is, and what it calls', t => {
	t.like(survey(venv).scripts, [
		{
			path: installPath('/opt/app/bin/tool'),
			kind: 'script',
			shebang: {kind: 'direct', interpreter: '/opt/app/bin/python', args: []},
			distribution: 'tool',
			entryPoint: 'tool.main:run',
		},
	]);
});

test('digests are kept for files alone', t => {
	const found = survey(venv);
	t.is(found.digestOf(installPath('/opt/app/bin/tool')), digest);
	t.is(found.digestOf(installPath('/opt/app/bin/python')), undefined);
	t.is(found.digestOf(installPath('/opt/app/none')), undefined);
});

test('distributions that another one brings for itself are not installed', t => {
	const found = survey({
		...venv,
		[`${site}/setuptools-1.dist-info/METADATA`]: 'Name: setuptools\nVersion: 1\n',
		[`${site}/setuptools/_vendor/wheel-2.dist-info/METADATA`]: 'Name: wheel\nVersion: 2\n',
	});
	t.deepEqual(
		found.distributions.map(({name}) => name),
		['Tool', 'setuptools'],
	);
});

test('those of a wheel lie at its root', t => {
	const found = survey({'/x/__init__.py': '', '/x-1.dist-info/METADATA': 'Name: x\nVersion: 1\n'}, {prefix: '/'});
	t.is(found.venv, undefined);
	t.like(found.distributions, [{path: installPath('/x-1.dist-info'), name: 'x', version: '1'}]);
});

test('egg-info, as a folder, a file, or in an egg', t => {
	const found = survey({
		'/usr/lib/python3/dist-packages/a-1.egg-info/PKG-INFO': 'Name: a\nVersion: 1\n',
		'/usr/lib/python3/dist-packages/a-1.egg-info/top_level.txt': 'alpha\n',
		'/usr/lib/python3/dist-packages/alpha/__init__.py': '12345',
		'/usr/lib/python3/dist-packages/b-2.egg-info': 'Name: b\nVersion: 2\n',
		'/usr/lib/python3/dist-packages/c-3-py3.11.egg/EGG-INFO/PKG-INFO': 'Name: c\nVersion: 3\n',
	});
	t.like(found.distributions[0], {size: 19 + 6 + 5, files: 3});
	t.deepEqual(
		found.distributions.map(({name, version, topLevel}) => [name, version, topLevel]),
		[
			['a', '1', ['alpha']],
			['b', '2', []],
			['c', '3', []],
		],
	);
});

test('an editable is known by its direct_url, its finder, or its egg-link', t => {
	const found = survey({
		[`${site}/a-1.dist-info/METADATA`]: 'Name: a\nVersion: 1\n',
		[`${site}/a-1.dist-info/direct_url.json`]: '{"url": "file:///src/a", "dir_info": {"editable": true}}',
		[`${site}/b-1.dist-info/METADATA`]: 'Name: b\nVersion: 1\n',
		[`${site}/b-1.dist-info/RECORD`]: '__editable__.b-1.pth,,\n',
		[`${site}/__editable__.b-1.pth`]: '/src/b\n',
		[`${site}/c.egg-link`]: '/src/c\n.\n',
		[`${site}/d-1.dist-info/METADATA`]: 'Name: d\nVersion: 1\n',
		[`${site}/d-1.dist-info/direct_url.json`]: '{"url": "https://example.org/d.whl", "archive_info": {}}',
	});
	t.deepEqual(
		found.distributions.map(({name, editable, directUrl}) => [name, editable, directUrl]),
		[
			['a', true, 'file:///src/a'],
			['b', true, ''],
			['c', true, ''],
			['d', false, 'https://example.org/d.whl'],
		],
	);
});

test('a row of RECORD may take the way through lib64', t => {
	const found = survey({
		...venv,
		'/opt/app/lib64': {link: 'lib'},
		[`${site}/Tool-1.2.dist-info/RECORD`]: '/opt/app/lib64/python3.11/site-packages/tool/__init__.py,,\n',
	});
	t.like(found.distributions, [{files: 1, size: 6}]);
});

test('an interpreter inside, through links in a folder and of a folder', t => {
	const found = survey({
		...venv,
		'/opt/app/bin/python3.11': {link: '../py/bin/python3.11'},
		'/opt/app/py': {link: 'python-3.11'},
		'/opt/app/python-3.11/bin/python3.11': 'the interpreter\n',
	});
	t.like(found.venv, {interpreter: installPath('/opt/app/python-3.11/bin/python3.11'), bundled: true});
});

test('links in a circle lead nowhere', t => {
	const found = survey({...venv, '/opt/app/bin/python3.11': {link: 'python'}});
	t.like(found.venv, {interpreter: undefined, bundled: false, minor: '3.11'});
});

test('units of systemd: what they start and as whom', t => {
	const found = survey({
		'/lib/systemd/system/app.service':
			'[Unit]\nDescription=Serves\n[Service]\n# not this\nExecStart=/bin/old\nExecStart=\nExecStart=/opt/app/bin/serve \\\n  --fast\nUser=app\n',
		'/usr/lib/systemd/user/app.timer': '[Timer]\nOnCalendar=daily\n',
		'/opt/app/app.service': '[Service]\nExecStart=/bin/no\n',
	});
	t.deepEqual(found.services, [
		{
			path: installPath('/lib/systemd/system/app.service'),
			description: 'Serves',
			starts: ['/opt/app/bin/serve  --fast'],
			user: 'app',
		},
		{path: installPath('/usr/lib/systemd/user/app.timer'), description: '', starts: [], user: ''},
	]);
});

test('ELF files are found by what they are, in any chunks, not by their names', t => {
	for (const chunk of [1, 3, 4096]) {
		const found = survey(
			{
				'/opt/app/data.bin': smallElf({soname: 'libx.so', needed: ['liby.so'], glibc: 'GLIBC_2.34'}),
				'/opt/app/text.so': 'a script for the linker, longer than the header of an ELF file is\n',
			},
			{chunk},
		);
		t.like(found.elf, [
			{
				path: installPath('/opt/app/data.bin'),
				soname: 'libx.so',
				needed: ['liby.so', 'libc.so.6'],
				versions: [{library: 'libc.so.6', version: 'GLIBC_2.34', weak: false}],
				machine: 62,
				dynamic: true,
			},
		]);
		t.is(found.elf.length, 1);
	}
});

test('what is damaged is named, and the rest is read', t => {
	const broken = smallElf({soname: 'libx.so'});
	broken.writeUInt16LE(1, 54);
	const found = survey({
		...venv,
		'/opt/app/x.so': broken,
		[`${site}/Tool-1.2.dist-info/direct_url.json`]: 'no JSON',
	});
	t.deepEqual(
		[...found.damaged.keys()].sort(),
		[`${site}/Tool-1.2.dist-info/direct_url.json`, '/opt/app/venvpack.json', '/opt/app/x.so'].map(installPath),
	);
	t.is(found.distributions.length, 1);
});

test('an overview reads no more than it needs, and keeps no digests', t => {
	const surveyor = new Surveyor({pkg: pkg(venv)}, {overview: true});
	const wanted = pkg(venv)
		.tree.entries.filter(entry => entry.kind === 'file')
		.filter(entry => surveyor.open(entry))
		.map(({path}) => path);
	t.false(wanted.includes(installPath(`${site}/tool/__init__.py`)));
	t.true(wanted.includes(installPath(`${site}/Tool-1.2.dist-info/METADATA`)));
	t.false(wanted.includes(installPath('/opt/app/venvpack.json')));
});
