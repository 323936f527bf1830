import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {decodePyc} from '../../src/codecs/pyc.ts';
import {filesBelow} from '../../src/host/walk.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {type Compiled, compileTree} from '../../src/stage/compile.ts';
import {type FoundPython, pythons} from '../helpers/tools.ts';

const place = installPath('/opt/app/lib/site-packages');

/** Sources whose bytecode is known to come out differently from process to process, and the everyday. */
const tricky: Readonly<Record<string, string>> = {
	'names.py':
		'import os.path\na = b = "-"\nx = "a b"\ny = {"a b": 1, "-": 2}\ndef f(self, *, key=""): return self.key\n',
	'sets.py': 'def f(x): return x in {None, "one", "two", ("a", None), 3, 4.5, b"six", "é", "-", True, ...}\n',
	'nested.py':
		'def f(x):\n    def g(y): return y in {"x", "f", "self"} or x in {"f", "g", (1, ("f", "g"))}\n    return g\n',
	'numbers.py':
		'x = [1, 256, 257, 10**30, -1, 1.5, 2j, 1 << 70]\ny = (1, 2, (3, 1, (2, 3)))\nz = (1, 2, (3, 1, (2, 3)))\n',
	'latin.py': '# -*- coding: latin-1 -*-\né = "é"\nß = ("é", "ß", "éß")\n',
	'closure.py':
		'def f(a, b, c):\n    class C:\n        x = a; y = b\n        def g(self): return [a + i + c for i in (self.x, b)]\n    return C\n',
	'pkg/__init__.py': '"""A docstring."""\nfrom . import hook\n',
	'pkg/hook-a.b.py': 'async def f(): return [x async for x in g() if x]\n',
	'empty.py': '',
	'warns.py': 'x = "\\d"\ny = x is 1\nassert (x, "always")\n',
};
const broken: Readonly<Record<string, string>> = {
	'bad/template.py': 'import {{ name }}\n',
	'bad/python2.py': 'print "hello"\n',
	'bad/nul.py': 'x = 1\0\n',
	'bad/encoding.py': '# -*- coding: no-such -*-\nx = 1\n',
	'bad/nested.py': `x = ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
};

function folder(t: ExecutionContext, suffix = ''): string {
	const path = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return `${path}${suffix}`;
}

function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): string {
	for (const [name, content] of Object.entries(files)) {
		const file = join(root, place, name);
		mkdirSync(dirname(file), {recursive: true});
		writeFileSync(file, content, name === 'latin.py' ? 'latin1' : 'utf8');
	}

	return root;
}

async function compile(root: string, python: Pick<FoundPython, 'path' | 'minor'>, processes = 1): Promise<Compiled> {
	return compileTree({
		root: hostPath(root),
		from: place,
		python: {builder: hostPath(python.path), minor: python.minor},
		work: hostPath(root),
		processes,
		listener: () => undefined,
		environment: process.env,
	});
}

function pycs(root: string): Map<string, string> {
	const files = [...filesBelow(hostPath(root), place)].filter(path => path.endsWith('.pyc'));
	return new Map(files.sort().map(path => [path, readFileSync(join(root, path), 'hex')]));
}

/** A few dozen modules of the interpreter's own library. */
function everyday(python: FoundPython): Record<string, string> {
	const script = 'import os; print(os.path.dirname(os.__file__))';
	const library = execFileSync(python.path, ['-IS', '-c', script], {encoding: 'utf8'}).trim();
	const from = (package_: string) =>
		[...filesBelow(hostPath(library), installPath(`/${package_}`))].filter(path => path.endsWith('.py'));
	const modules = ['json', 'email', 'asyncio', 'ctypes', 'concurrent', 'html'].flatMap(from);
	return Object.fromEntries(modules.map(path => [path.slice(1), readFileSync(join(library, path), 'utf8')]));
}

/** Whether a pyc holds what compile() gives, down to the last constant and its type. */
const judge = `
import importlib.util, marshal, sys, types
root, place = sys.argv[1:]
def same(a, b):
    if type(a) is not type(b): return False
    if isinstance(a, types.CodeType):
        names = [n for n in dir(a) if n.startswith('co_') and n not in ('co_positions', 'co_lines', 'co_lnotab', 'co_branches')]
        return all(same(getattr(a, n), getattr(b, n)) for n in names)
    if isinstance(a, tuple): return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, frozenset): return sorted(map(repr, a)) == sorted(map(repr, b))
    return repr(a) == repr(b)
for name in sys.stdin.read().split('\\n'):
    source = open(root + place + '/' + name, 'rb').read()
    pyc = open(importlib.util.cache_from_source(root + place + '/' + name), 'rb').read()
    assert pyc[:8] == importlib.util.MAGIC_NUMBER + b'\\1\\0\\0\\0', name
    assert pyc[8:16] == importlib.util.source_hash(source), name
    code = compile(source, place + '/' + name, 'exec', dont_inherit=True)
    assert same(marshal.loads(pyc[16:]), code), name
`;

for (const python of pythons()) {
	const title = (text: string) => `${python.version} of ${python.origin}: ${text}`;

	test.serial(title('the same bytes alone, among others, by any number of processes, anywhere'), async t => {
		const sources = {...everyday(python), ...tricky, ...broken};
		const one = write(folder(t), sources);
		const three = write(folder(t, '/a/longer/work folder'), sources);
		await compile(one, python, 1);
		await compile(three, python, 3);
		const expected = pycs(one);
		t.deepEqual(pycs(three), expected);
		for (const [name, source] of Object.entries(tricky)) {
			const alone = write(folder(t), {[name]: source});
			await compile(alone, python);
			for (const [path, bytes] of pycs(alone)) {
				t.deepEqual([path, bytes], [path, expected.get(path)]);
			}
		}
	});

	test.serial(title('the bytes are a pyc of what the compiler makes, for the installed path'), async t => {
		const sources = {...everyday(python), ...tricky};
		const root = write(folder(t), sources);
		const {files, skipped} = await compile(root, python, 2);
		t.deepEqual([files, skipped], [Object.keys(sources).length, []]);
		const args = ['-IS', '-W', 'ignore', '-c', judge, root, place];
		t.is(execFileSync(python.path, args, {input: Object.keys(sources).join('\n'), encoding: 'utf8'}), '');
	});

	test.serial(title('what does not compile is counted, and is no error'), async t => {
		const root = write(folder(t), {...tricky, ...broken});
		const {files, skipped} = await compile(root, python, 2);
		t.deepEqual(
			skipped.map(path => path.slice(place.length + 1)),
			Object.keys(broken).sort(),
		);
		t.is(files, Object.keys(tricky).length);
	});
}

const [python] = pythons();
if (python) {
	const pycOf = (root: string, name: string) =>
		join(
			root,
			place,
			dirname(name),
			'__pycache__',
			`${name.replace(/^.*\//, '').slice(0, -3)}.cpython-${python.minor.replace('.', '')}.pyc`,
		);

	test('a module runs from its pyc, even when its source has changed', async t => {
		const root = write(folder(t), {'m.py': 'print("first")\n'});
		await compile(root, python);
		write(root, {'m.py': 'print("second")\n'});
		const script = `import sys; sys.path.insert(0, ${JSON.stringify(root + place)}); import m; print(m.__cached__)`;
		const output = execFileSync(python.path, ['-ISB', '-c', script], {encoding: 'utf8'});
		t.is(output, `first\n${pycOf(root, 'm.py')}\n`);
	});

	test('a pyc that a wheel brought along gives way to that of its source; one without a source stays', async t => {
		const root = folder(t);
		const stale = pycOf(root, 'm.py').slice(root.length + place.length + 1);
		write(root, {'m.py': 'x = 1\n', [stale]: 'stale', 'legacy.pyc': 'legacy', '__pycache__/gone.pyc': 'gone'});
		await compile(root, python);
		t.is(decodePyc(readFileSync(pycOf(root, 'm.py'))).validation.kind, 'hash');
		t.is(readFileSync(join(root, place, 'legacy.pyc'), 'utf8'), 'legacy');
		t.is(readFileSync(join(root, place, '__pycache__/gone.pyc'), 'utf8'), 'gone');
	});

	test('a name whose pyc would be too long for the file system goes without', async t => {
		const root = write(folder(t), {[`${'n'.repeat(240)}.py`]: 'x = 1\n', 'm.py': 'x = 1\n'});
		const {files, skipped} = await compile(root, python);
		t.deepEqual([files, skipped.length], [1, 1]);
	});

	test('a source that ends the compiler is skipped, and the others are compiled', async t => {
		const root = write(folder(t), {...tricky, 'm/deadly.py': 'x = 1\n', 'z/deadly.py': 'x = 1\n', 'z/z.py': 'x = 1\n'});
		const patch = `import builtins, os, sys
real = builtins.compile
builtins.compile = lambda s, p, *a, **k: os._exit(9) if p.endswith("deadly.py") else real(s, p, *a, **k)
script = sys.argv.pop(1)
exec(script)`;
		const wrapper = join(root, 'python');
		writeFileSync(wrapper, `#!/bin/sh\nexec '${python.path}' -S -s -c '${patch}' "$4" "$5"\n`);
		chmodSync(wrapper, 0o755);
		const {files, skipped} = await compile(root, {path: wrapper, minor: python.minor}, 2);
		t.deepEqual(skipped, [`${place}/m/deadly.py`, `${place}/z/deadly.py`]);
		t.is(files, Object.keys(tricky).length + 1);
		t.true(existsSync(pycOf(root, 'z/z.py')));
	});

	test('an interpreter that cannot run is named', async t => {
		const root = write(folder(t), {'m.py': 'x = 1\n'});
		await t.throwsAsync(compile(root, {path: '/bin/false', minor: '3.11'}), {
			code: 'COMPILER_FAILED',
			message: /false/,
		});
		await t.throwsAsync(compile(root, {path: '/no/python', minor: '3.11'}), {code: 'TOOL_MISSING'});
	});

	test('bytecode of another minor than the one named is not guessed at', async t => {
		const root = write(folder(t), tricky);
		const other = Number(python.minor.split('.')[1]) < 11 ? '3.12' : '3.9';
		await t.throwsAsync(compile(root, {path: python.path, minor: other}), {code: 'BYTECODE_UNKNOWN'});
	});
}
