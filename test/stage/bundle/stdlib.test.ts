import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {bundleParts} from '../../../src/model/layout.ts';
import {type HostPath, hostPath, installPath} from '../../../src/model/paths.ts';
import {copySelected} from '../../../src/stage/bundle/copy.ts';
import {homeOf, libraryPlace} from '../../../src/stage/bundle/home.ts';
import {selectInterpreter} from '../../../src/stage/bundle/selection.ts';
import {trim} from '../../../src/stage/bundle/trim.ts';
import {probe} from '../../../src/stage/interpreters/probe.ts';
import {temporaryFolder} from '../../helpers/pack.ts';
import {type FoundPython, pythons, withReason} from '../../helpers/tools.ts';

// Nothing that is trimmed is missed: every module that stays is imported by the copy, or fails in the builder's own
// interpreter as well.

const test = withReason(pythons().length === 0 ? 'a Python' : '');

/** The modules below a folder, but for programs, and the one that opens a browser. */
const listing = `
import os, sys, json
home, names = sys.argv[1], []
for folder, folders, files in os.walk(home):
    folders[:] = sorted(set(folders) - {'lib-dynload', '__pycache__', 'site-packages', 'test', 'tests'})
    here = os.path.relpath(folder, home).replace(os.sep, '.').strip('.')
    for name in sorted(files):
        if name.endswith('.py') and name not in ('__main__.py', 'antigravity.py'):
            stem = '' if name == '__init__.py' else name[:-3]
            names.append('.'.join(part for part in (here, stem) if part))
for name in sorted(os.listdir(os.path.join(home, 'lib-dynload'))):
    names.append(name.split('.')[0])
for name in sys.builtin_module_names:
    names.append(name)
sys.stdout.write(json.dumps(names))
`;

const importing = `
import contextlib, importlib, io, json, os, sys, warnings
warnings.simplefilter('ignore')
failed = {}
for name in json.load(sys.stdin):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module(name)
    except BaseException as error:
        failed[name] = '%s: %s' % (type(error).__name__, error)
loaded = [getattr(module, '__file__', None) or '' for module in list(sys.modules.values())]
sys.stdout.write(json.dumps({'failed': failed, 'loaded': sorted(loaded), 'path': sys.path, 'prefix': sys.base_prefix}))
`;

interface Imported {
	readonly failed: Readonly<Record<string, string>>;
	readonly loaded: readonly string[];
	readonly path: readonly string[];
	readonly prefix: string;
}

function ask<Answer>(
	program: string,
	code: string,
	{args = [], input = ''}: {args?: string[]; input?: string},
): Answer {
	const libraries = join(program, '../../lib');
	const env = {PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: existsSync(libraries) ? libraries : ''};
	const stdio = ['pipe', 'pipe', 'ignore'] as const;
	const said = execFileSync(program, ['-I', '-S', '-B', '-c', code, ...args], {
		encoding: 'utf8',
		input,
		env,
		stdio: [...stdio],
	});
	return JSON.parse(said) as Answer;
}

/** The interpreter with what is kept of it, in a folder of its own; nothing in it is rewritten. */
async function copied({path}: FoundPython, keep: Parameters<typeof trim>[1] = []) {
	const found = await probe(hostPath(path), process.env);
	if (!found) {
		throw new Error(`${path} does not answer`);
	}

	const {executable: builder, prefix: builderPrefix, minor, version} = found;
	const python = {builder, builderPrefix, target: installPath(`/app/bin/python${minor}`), minor, version};
	const home = await homeOf(python, process.env);
	const needed = new Set(home.library === undefined ? [] : [libraryPlace(home)]);
	const {kept, sizes} = trim(selectInterpreter(home), keep, needed);
	const root: HostPath = temporaryFolder();
	copySelected(kept, {root, prefix: installPath('/app'), links: true});
	mkdirSync(join(root, `app/lib/python${minor}/site-packages`));
	return {program: join(root, `app/bin/python${minor}`), app: join(root, 'app'), kept, sizes, minor, builder};
}

for (const python of pythons()) {
	test(`the standard library that stays of ${python.origin} Python ${python.version} can be imported`, async t => {
		const {program, app, minor, builder} = await copied(python);
		const names: string[] = ask(program, listing, {args: [join(app, `lib/python${minor}`)]});
		t.true(names.length > 500);
		const here: Imported = ask(program, importing, {input: JSON.stringify(names)});
		t.is(here.prefix, app);
		t.deepEqual(
			here.loaded.filter(file => file.startsWith('/') && !file.startsWith(`${app}/`)),
			[],
		);
		const there: Imported = ask(builder, importing, {input: JSON.stringify(Object.keys(here.failed))});
		t.deepEqual(Object.keys(here.failed), Object.keys(there.failed), JSON.stringify(here.failed, undefined, 1));
	});
}

const [first] = pythons();
test('every part comes back where it is kept', async t => {
	if (!first) {
		return t.fail();
	}

	const [trimmed, whole] = [await copied(first), await copied(first, bundleParts)];
	t.deepEqual(whole.sizes.left, {});
	t.deepEqual(whole.sizes.kept, whole.sizes.whole);
	t.deepEqual(trimmed.sizes.whole, whole.sizes.whole);
	const left = Object.values(trimmed.sizes.left).reduce((sum, {bytes}) => sum + bytes, 0);
	t.is(trimmed.sizes.kept.bytes + left, whole.sizes.whole.bytes);
	t.true(trimmed.sizes.kept.bytes < whole.sizes.whole.bytes / 2);
});
