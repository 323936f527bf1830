import {execFileSync} from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import {copyProject, mustBeAskedInPlace} from '../../src/stage/backend/project-copy.ts';
import {withTools} from '../helpers/tools.ts';

const withGit = withTools('git');

function place(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-test-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(base, path)), {recursive: true});
		writeFileSync(join(base, path), text);
	}

	return base;
}

const copied = async (from: string, to: string) => copyProject(hostPath(from), hostPath(to), process.env);
const git = (cwd: string, ...args: string[]) =>
	execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {cwd, encoding: 'utf8'}).trim();

ava('leaves out venvs, caches and what setuptools left behind, and keeps the rest', async t => {
	const base = place(t, {
		'p/pyproject.toml': '',
		'p/src/x.py': 'x',
		'p/src/__pycache__/x.pyc': '',
		'p/.venv/pyvenv.cfg': '',
		'p/build/lib/old.py': '',
		'p/p.egg-info/SOURCES.txt': '',
		'p/src/build/own.py': '',
	});
	symlinkSync('src/x.py', join(base, 'p/link.py'));
	const copy = await copied(join(base, 'p'), join(base, 'copy'));
	t.is(copy, hostPath(join(base, 'copy')));
	t.deepEqual(readdirSync(copy, {recursive: true}).sort(), [
		'link.py',
		'pyproject.toml',
		'src',
		'src/build',
		'src/build/own.py',
		'src/x.py',
	]);
	t.is(readFileSync(join(copy, 'link.py'), 'utf8'), 'x');
});

ava("keeps a folder named build that is the project's own", async t => {
	const base = place(t, {'p/build/__init__.py': ''});
	t.true(existsSync(join(await copied(join(base, 'p'), join(base, 'copy')), 'build/__init__.py')));
});

ava('does not copy itself where it lies inside of the project', async t => {
	const base = place(t, {'p/x.py': ''});
	const copy = await copied(join(base, 'p'), join(base, 'p/tmp/copy'));
	t.deepEqual(readdirSync(copy, {recursive: true}).sort(), ['tmp', 'x.py']);
});

withGit('stays a clean work tree of the same commit, and writes nothing into the original', async t => {
	const base = place(t, {'p/x.py': 'x', 'p/.gitignore': 'generated.py\n', 'p/generated.py': ''});
	const project = join(base, 'p');
	git(project, 'init', '--quiet');
	git(project, 'add', '.');
	git(project, 'commit', '--quiet', '-m', 'x');
	git(project, 'tag', 'v1.2');
	const copy = await copied(project, join(base, 'copy'));
	t.is(git(copy, 'describe', '--tags', '--dirty'), 'v1.2');
	t.is(git(copy, 'rev-parse', '--show-toplevel'), copy);
	t.true(existsSync(join(copy, 'generated.py')));
	t.is(git(project, 'status', '--porcelain'), '');
});

withGit('of a project in a subfolder, brings the tracked files around it', async t => {
	const base = place(t, {
		'm/README.md': '',
		'm/services/api/x.py': '',
		'm/services/api/generated.py': '',
		'm/untracked': '',
		'm/lib/y.py': '',
	});
	const top = join(base, 'm');
	git(top, 'init', '--quiet');
	git(top, 'add', 'README.md', 'services/api/x.py', 'lib');
	git(top, 'commit', '--quiet', '-m', 'x');
	const copy = await copied(join(top, 'services/api'), join(base, 'copy'));
	t.is(copy, hostPath(join(base, 'copy/services/api')));
	t.deepEqual(readdirSync(join(base, 'copy'), {recursive: true}).sort(), [
		'.git',
		'README.md',
		'lib',
		'lib/y.py',
		'services',
		'services/api',
		'services/api/generated.py',
		'services/api/x.py',
	]);
});

ava('a project whose metadata are static is asked in its place, a dynamic one in a copy', async t => {
	const asked = async (text: string) => mustBeAskedInPlace(hostPath(place(t, {'pyproject.toml': text})));
	t.true(await asked('[project]\nname = "x"\nversion = "1"'));
	t.true(await asked('[project]\nname = "x"\nversion = "1"\ndynamic = ["readme"]'));
	t.false(await asked('[project]\nname = "x"\ndynamic = ["version"]'));
	t.false(await asked('[build-system]\nrequires = []'));
	t.true(await asked('[project]\nname = "x"\ndynamic = ["version"]\n[tool.uv.sources]\ny = {path = "../y"}'));
	t.false(await mustBeAskedInPlace(hostPath(place(t, {'setup.py': ''}))));
});
