import {existsSync, readdirSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {pinnedUv} from '../../src/stage/uv.ts';
import {builder, type Place, place, type RunOptions} from '../helpers/built.ts';
import {serveIndex} from '../helpers/index.ts';
import {sourceProject} from '../helpers/source-project.ts';
import {withReason} from '../helpers/tools.ts';

// A machine that has no uv: the pinned one is fetched, once; where that cannot be and the interpreter has no pip either,
// the message says what was tried.

const test = withReason(builder === undefined ? 'python3.11' : '');
const PATH = (process.env.PATH ?? '')
	.split(delimiter)
	.filter(folder => !existsSync(join(folder, 'uv')))
	.join(delimiter);
const flags = ['--prefix', '/opt/app', '--format', 'tar.gz', '--quiet'];

async function project(t: ExecutionContext): Promise<Place> {
	const at = await place(t);
	for (const [name, text] of Object.entries(sourceProject())) {
		at.write(name, text);
	}

	at.write('dist/app-1.0-py3-none-any.tar.gz', 'the old one');
	return at;
}

/** Neither uv on PATH nor a pip that starts. */
function withoutInstallers(at: Place): RunOptions {
	const file = at.write('nothing/pip.py', 'raise ImportError("there is no pip")\n');
	return {environment: {PATH, PYTHONPATH: dirname(file)}};
}

test('the pinned uv is fetched, and the next build finds it', async t => {
	const at = await project(t);
	const args = ['build', '--prefix', '/opt/app', '--format', 'tar.gz', '--python', builder?.path ?? ''];
	const note = `note: uv ${pinnedUv} was fetched from the index, since there is none on PATH\n`;
	const said = await at.run(args, withoutInstallers(at));
	t.is(said.code, 0, said.stderr);
	t.true(said.stderr.includes(note), said.stderr);
	const again = await at.run([...args, '--offline'], withoutInstallers(at));
	t.is(again.code, 0, again.stderr);
	t.false(again.stderr.includes(note));
});

async function refused(t: ExecutionContext, at: Place, more: readonly string[]): Promise<void> {
	const said = await at.run(['build', ...flags, '--python', builder?.path ?? '', ...more], withoutInstallers(at));
	t.is(
		said.stderr,
		'venvpack: there is no uv on PATH or in the cache, none came from the index, and PYTHON has no pip\n' +
			'→ install uv, or a newer pip for this interpreter\n[INSTALLER_MISSING: see docs/errors.md]\n',
	);
	t.is(said.code, 3);
	t.deepEqual(at.look('dist'), {'app-1.0-py3-none-any.tar.gz': 'the old one'});
	t.deepEqual(readdirSync(at.tmp), []);
}

test('neither uv nor a network', async t => {
	await refused(t, await project(t), ['--offline']);
});

test('neither uv nor an index that answers', async t => {
	await refused(t, await project(t), ['--index-url', 'http://127.0.0.1:9/simple']);
});

test('an index that has another uv than the one that is known', async t => {
	const names = ['manylinux_2_17_x86_64.manylinux2014_x86_64', 'manylinux_2_28_aarch64'];
	const files = names.map(tag => [`uv-${pinnedUv}-py3-none-${tag}.whl`, Buffer.from('evil')] as const);
	const index = await serveIndex(t, Object.fromEntries(files));
	await refused(t, await project(t), ['--index-url', index.url]);
	t.true(index.requests.some(({path}) => path.startsWith('/files/uv-')));
});
