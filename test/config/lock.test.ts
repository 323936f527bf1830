import {join} from 'node:path';
import test from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import {hello, load, type World} from './world.ts';

const workspace = (extra = '') => `[tool.uv.workspace]\nmembers = ["packages/*", "./tools/"]\n${extra}`;

const finds = test.macro(async (t, world: World, expected: string | undefined) => {
	const {config, root} = await load(t, {request: {prefix: '/opt/x'}, ...world});
	const lock = config.input.kind === 'project' ? config.input.lock : undefined;
	t.is(lock && `${lock.kind} ${lock.file.replace(`${root}/`, '')}`, expected);
});

const files = (...names: string[]) => ({'pyproject.toml': hello, ...Object.fromEntries(names.map(name => [name, '']))});
test('no lock', finds, {files: files()}, undefined);
test('a requirements.txt is no lock', finds, {files: files('requirements.txt')}, undefined);
test('that of uv', finds, {files: files('uv.lock')}, 'uv.lock uv.lock');
test('that of PEP 751', finds, {files: files('pylock.toml')}, 'pylock.toml pylock.toml');
test('a name in the middle is no default', finds, {files: files('pylock.dev.toml')}, undefined);

const member = (root: string, path = 'packages/api'): World => ({
	files: {'pyproject.toml': root, 'uv.lock': '', [`${path}/pyproject.toml`]: hello},
	project: path,
});
test('that of the workspace', finds, member(workspace()), 'uv.lock uv.lock');
test('of a member by a plain path', finds, member(workspace(), 'tools'), 'uv.lock uv.lock');
test('a folder that is no member has none', finds, member(workspace(), 'other/api'), undefined);
test('nor has an excluded one', finds, member(workspace('exclude = ["packages/api"]\n')), undefined);
test('a project above that is no workspace has nothing to say', finds, member(hello), undefined);
test('nor has a deeper folder than the glob takes in', finds, member(workspace(), 'packages/a/b'), undefined);

const asked = test.macro(async (t, lock: string, expected: string | undefined) => {
	const all = {'venvpack.toml': `prefix = "/opt/x"\nlock = "${lock}"\n`, 'sub/pylock.dev.toml': ''};
	const {config, root} = await load(t, {files: {...files('uv.lock', 'pylock.toml', 'poetry.lock'), ...all}});
	const found = config.input.kind === 'project' ? config.input.lock : undefined;
	t.is(found && `${found.kind} ${found.file.replace(`${root}/`, '')}`, expected);
});
test('one of several, by name', asked, 'uv.lock', 'uv.lock uv.lock');
test('another of several', asked, 'pylock.toml', 'pylock.toml pylock.toml');
test('one with a name, elsewhere', asked, 'sub/pylock.dev.toml', 'pylock.toml sub/pylock.dev.toml');
test('none, deliberately', asked, 'none', undefined);

test('--lock none means none, though its path was made absolute', async t => {
	const {config} = await load(t, {
		files: files('uv.lock'),
		request: {prefix: '/opt/x', lock: hostPath('/somewhere/none')},
	});
	t.like(config.input, {kind: 'project', lock: undefined});
});

test('with the lock left aside, requirements may come on top', async t => {
	const request = {prefix: '/opt/x', lock: hostPath('none'), requirements: [hostPath('/r.txt')]};
	const {config, root} = await load(t, {files: files('uv.lock'), request});
	t.like(config.input, {kind: 'project', directory: hostPath(join(root, ''))});
});
