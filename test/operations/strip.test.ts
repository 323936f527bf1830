import {execFileSync} from 'node:child_process';
import {hash} from 'node:crypto';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {decodeRecord} from '../../src/codecs/record.ts';
import type {Manifest} from '../../src/model/manifest.ts';
import {hostPath} from '../../src/model/paths.ts';
import {build} from '../../src/operations/build.ts';
import {writeProject} from '../helpers/project.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

// A project with a compiled module, from the configuration to RECORD and the recipe.

const python = pythonOf('3.11', 'pyenv') ?? pythonOf('3.11');
const test = python ? withTools('gcc', 'strip', 'readelf') : withReason('python3.11');

const compiling = `open('native.c', 'w').write('int answer(void) { return 42; }')
subprocess.run(['gcc', '-g', '-shared', '-fPIC', '-o', 'native.so', 'native.c'], check=True)
os.unlink('native.c')`;

async function made(t: ExecutionContext, strip: boolean): Promise<string> {
	const room = mkdtempSync(join(tmpdir(), 'venvpack-strip-'));
	t.teardown(() => rmSync(room, {recursive: true, force: true}));
	const project = writeProject(join(room, 'project'), {
		name: 'demo',
		building: compiling,
		files: {'venvpack.toml': `prefix = "/opt/demo"\nformats = ["dir"]\n${strip ? 'strip = true\n' : ''}`},
	});
	await build(
		{project: hostPath(project), python: python?.path ?? '', out: hostPath(join(room, 'out')), offline: true},
		{listener: () => undefined, environment: {...process.env, SOURCE_DATE_EPOCH: '1000000000'}, version: '9.9.9'},
	);
	return join(room, 'out/demo-1.0');
}

test('strip = true: the module has no debug sections, its row in RECORD is true, and the recipe says so', async t => {
	const folder = await made(t, true);
	const site = join(folder, 'lib/python3.11/site-packages');
	const file = join(site, 'native.so');
	t.notRegex(execFileSync('readelf', ['-SW', file], {encoding: 'utf8'}), /\.debug_info|\.symtab/);
	const info = readdirSync(site).find(name => name.endsWith('.dist-info')) ?? '';
	const row = decodeRecord(readFileSync(join(site, info, 'RECORD'), 'utf8')).find(({path}) => path === 'native.so');
	const bytes = readFileSync(file);
	t.like(row, {hash: `sha256=${hash('sha256', bytes, 'base64url')}`, size: String(bytes.length)});
	const manifest = JSON.parse(readFileSync(join(folder, 'venvpack.json'), 'utf8')) as Manifest;
	t.is(manifest.recipe?.strip, true);
});

test('by default everything stays', async t => {
	const folder = await made(t, false);
	const file = join(folder, 'lib/python3.11/site-packages/native.so');
	t.regex(execFileSync('readelf', ['-SW', file], {encoding: 'utf8'}), /\.debug_info/);
	const manifest = JSON.parse(readFileSync(join(folder, 'venvpack.json'), 'utf8')) as Manifest;
	t.is(manifest.recipe?.strip, undefined);
});
