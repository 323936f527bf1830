import test from 'ava';
import {Surveyor} from '../../src/check/survey.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Survey} from '../../src/model/survey.ts';
import type {Tree} from '../../src/model/tree.ts';
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
