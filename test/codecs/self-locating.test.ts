import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {decodeSelfLocating, encodeSelfLocating} from '../../src/codecs/self-locating.ts';
import {decodeScript, encodeMovableScript} from '../../src/codecs/shebang.ts';
import {pathOf, pythons, withReason, withTools} from '../helpers/tools.ts';

const future = 'from __future__ import annotations';
const bodies = [
	'',
	'x = 1',
	'# coding: latin-1\n\n"""doc"""\nx = 1\n',
	`#\n'''doc''' # c\n\n${future}, division # c\nfrom __future__ import (generators, # )\n  division)\nx`,
	`${future} ; x = 1\nfrom __future__ import division`,
	`"d" 'e'; ${future}`,
	'"%s" % 1\n',
	'"\\""; x',
	'import os\n',
];

ava('what was encoded is decoded again', t => {
	const args = fc.array(fc.constantFrom('-s', '-P', "-W it's", 'a\\b', ''), {maxLength: 3});
	const interpreter = fc.constantFrom('python3.11', '../bin/python3.9', '../../../bin/python3.14', 'bin/python3.8');
	const launcher = fc.constantFrom(undefined, 'python');
	fc.assert(
		fc.property(interpreter, launcher, args, fc.constantFrom(...bodies), (way, beside, given, body) => {
			const script = {interpreter: way, launcher: beside, args: given, body};
			t.deepEqual(decodeSelfLocating(encodeSelfLocating(script)), script);
		}),
		{numRuns: 300},
	);
});

ava('every byte of a body comes through, and the one decoder of scripts knows the form', t => {
	const body = Buffer.from([0x23, 0xe9, 0x0a, 0xff, 0x80, 0x00]);
	const script = decodeScript(encodeMovableScript({interpreter: 'python3.11', args: ['-I'], body}));
	t.deepEqual(script?.shebang, {kind: 'trampoline', interpreter: 'python3.11', args: ['-I']});
	t.deepEqual(script && Buffer.from(script.body), body);
});

ava('other trampolines are none of these', t => {
	t.is(decodeSelfLocating(`#!/bin/sh\n'''exec' /a/python "$0" "$@"\n' '''\n`), undefined);
	t.is(decodeSelfLocating('#!/usr/bin/python3\n'), undefined);
});

// Under real shells. The kernel takes /bin/sh; the others are asked by name.

const shells: readonly string[] = ['kernel', 'dash', 'bash', 'busybox', 'ksh', 'zsh'];

function command(shell: string, file: string): [string, ...string[]] {
	return shell === 'kernel' ? [file] : shell === 'busybox' ? [shell, 'sh', file] : [shell, file];
}

function testIn(shell: string) {
	return shell === 'kernel' ? withReason('') : withTools(shell);
}

/** An interpreter that only tells how it was called. */
const teller = '#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n';

interface Place {
	readonly root: string;
	/** `<root>/app-1/bin`. */
	readonly bin: string;
	/** Runs a file; the lines that the interpreter printed: its own name, the script, the arguments. */
	run(shell: string, file: string, options?: {cwd?: string; env?: Record<string, string>}): string[];
}

function place(t: ExecutionContext, name = 'app-1', scripts: readonly string[] = ['tool']): Place {
	const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-self-')));
	t.teardown(() => rmSync(root, {recursive: true, force: true}));
	const bin = join(root, name, 'bin');
	mkdirSync(bin, {recursive: true});
	writeFileSync(join(bin, 'python3.11'), teller, {mode: 0o755});
	for (const script of scripts) {
		const text = encodeSelfLocating({interpreter: 'python3.11', args: [], body: ''});
		writeFileSync(join(bin, script), text, {mode: 0o755});
	}

	return {
		root,
		bin,
		run(shell, file, {cwd = '/', env = {PATH: '/usr/bin:/bin'}} = {}) {
			const [program, ...args] = command(shell, file);
			const path = shell === 'kernel' ? program : (pathOf(program) ?? program);
			const done = spawnSync(path, [...args, 'a b', '$c'], {cwd, env, encoding: 'utf8'});
			t.is(done.stderr, '');
			const lines = done.stdout.split('\n').slice(0, -1);
			t.deepEqual(lines.splice(2), ['a b', '$c'], done.stdout);
			return lines;
		},
	};
}

for (const shell of shells) {
	const test = testIn(shell);

	test(`${shell}: by its path, from any folder, with nothing in the environment`, t => {
		const {bin, run, root} = place(t);
		const expected = [join(bin, 'python3.11'), join(bin, 'tool')];
		t.deepEqual(run(shell, join(bin, 'tool')), expected);
		t.deepEqual(run(shell, join(bin, 'tool'), {env: {}}), expected);
		t.deepEqual(run(shell, join(bin, 'tool'), {env: {PATH: '/nowhere', CDPATH: root, IFS: '/t', _d: 'x'}}), expected);
		t.deepEqual(
			run(shell, './tool', {cwd: bin}).map(path => resolve(bin, path)),
			expected,
		);
		t.deepEqual(
			run(shell, 'bin/tool', {cwd: join(bin, '..')}).map(path => resolve(bin, '..', path)),
			expected,
		);
	});

	test(`${shell}: in a folder with spaces and letters beyond ASCII`, t => {
		const {bin, run} = place(t, 'é ü/$HOME `x`/*');
		t.deepEqual(run(shell, join(bin, 'tool')), [join(bin, 'python3.11'), join(bin, 'tool')]);
	});

	test(`${shell}: through a link to the folder, by the real path`, t => {
		const {root, bin, run} = place(t);
		symlinkSync('app-1', join(root, 'app'));
		symlinkSync(join(root, 'app'), join(root, 'again'));
		const expected = [join(bin, 'python3.11'), join(bin, 'tool')];
		for (const way of ['app', 'again']) {
			t.deepEqual(run(shell, join(root, way, 'bin/tool')), expected);
			t.deepEqual(run(shell, `${way}/bin/tool`, {cwd: root, env: {CDPATH: '/'}}), expected);
		}
	});

	test(`${shell}: through links to the file; one of another name keeps its name`, t => {
		const {root, bin, run} = place(t);
		symlinkSync('app-1', join(root, 'app'));
		mkdirSync(join(root, 'links'));
		symlinkSync(join(root, 'app/bin/tool'), join(root, 'links/tool'));
		symlinkSync('tool', join(root, 'links/other'));
		const {env} = {env: {PATH: '/nowhere'}};
		t.deepEqual(run(shell, join(root, 'links/tool'), {env}), [join(bin, 'python3.11'), join(bin, 'tool')]);
		t.deepEqual(run(shell, join(root, 'links/other')), [join(bin, 'python3.11'), join(root, 'links/other')]);
		t.deepEqual(run(shell, 'links/tool', {cwd: root}), [join(bin, 'python3.11'), join(bin, 'tool')]);
	});

	test(`${shell}: where names begin with a dash`, t => {
		const {bin, run} = place(t, '-e', ['-tool']);
		const expected = [join(bin, 'python3.11'), join(bin, '-tool')];
		t.deepEqual(run(shell, join(bin, '-tool')), expected);
		t.deepEqual(
			run(shell, './-tool', {cwd: bin}).map(path => resolve(bin, path)),
			expected,
		);
	});

	test(`${shell}: where the working folder is gone`, t => {
		const {root, bin} = place(t);
		symlinkSync('app-1', join(root, 'app'));
		for (const way of ['app-1', 'app']) {
			const gone = join(root, 'gone');
			mkdirSync(gone);
			const [program, ...args] = command(shell, join(root, way, 'bin/tool'));
			const started = ['-c', 'cd "$0" && rmdir "$0" && exec "$@"', gone, program, ...args];
			const output = spawnSync('/bin/sh', started, {encoding: 'utf8'}).stdout;
			t.deepEqual(output.split('\n').slice(0, 2), [join(bin, 'python3.11'), join(bin, 'tool')]);
		}
	});

	test(`${shell}: a script elsewhere finds the interpreter in bin`, t => {
		const {root, bin, run} = place(t);
		symlinkSync('app-1', join(root, 'app'));
		const folder = join(root, 'app-1/libexec/a b');
		mkdirSync(folder, {recursive: true});
		const text = encodeSelfLocating({interpreter: '../../bin/python3.11', args: [], body: ''});
		writeFileSync(join(folder, 'helper'), text, {mode: 0o755});
		const expected = [join(bin, 'python3.11'), join(folder, 'helper')];
		t.deepEqual(run(shell, join(folder, 'helper')), expected);
		t.deepEqual(run(shell, join(root, 'app/libexec/a b/helper')), expected);
		t.deepEqual(run(shell, './helper', {cwd: folder}), expected);
	});

	test(`${shell}: what cannot be executed gives way to the launcher beside it`, t => {
		const {bin, run} = place(t);
		const text = encodeSelfLocating({interpreter: 'python3.11', launcher: 'python', args: [], body: ''});
		writeFileSync(join(bin, 'tool'), text, {mode: 0o755});
		writeFileSync(join(bin, 'python'), teller, {mode: 0o755});
		t.deepEqual(run(shell, join(bin, 'tool')), [join(bin, 'python3.11'), join(bin, 'tool')]);
		chmodSync(join(bin, 'python3.11'), 0o644);
		t.deepEqual(run(shell, join(bin, 'tool')), [join(bin, 'python'), join(bin, 'tool')]);
	});
}

withTools('bash')('bash finds on PATH what it is given by name alone', t => {
	const {bin} = place(t);
	const done = spawnSync(pathOf('bash') ?? '', ['tool'], {cwd: '/', env: {PATH: `${bin}:/usr/bin`}, encoding: 'utf8'});
	t.is(done.stdout, `${bin}/python3.11\n${bin}/tool\n`);
});

// What Python makes of it

const interpreters = pythons().filter(({minor, origin}) => ['3.8', '3.13'].includes(minor) || origin === 'system');
const end =
	'\nimport json, sys\nprint(json.dumps([__doc__, globals().get("name"), sys.argv[1:], sys.flags.dont_write_bytecode]))\n';

interface Program {
	readonly code: string;
	readonly doc: string | null;
	readonly name?: string;
	readonly encoding?: BufferEncoding;
}

const programs: Readonly<Record<string, Program>> = {
	'without a docstring': {code: 'name = "n"', doc: null, name: 'n'},
	'with a docstring': {code: '# c\n\n"""Usage: x\\n"""  # c\nname = "n"', doc: 'Usage: x\n', name: 'n'},
	'with a raw docstring': {code: "r'''Usage: x\\n'''", doc: 'Usage: x\\n'},
	'with a docstring in parts': {code: '"a" \\\n "b"; name = "n"', doc: 'ab', name: 'n'},
	'with a docstring, then from __future__': {
		code: `"""Usage: x"""\n# c\n${future}\nname = "n"`,
		doc: 'Usage: x',
		name: 'n',
	},
	'with a docstring, then from __future__ twice, in brackets, on many lines': {
		code: `'''Usage: x\n'''; ${future}, \\\n  division\nfrom __future__ import (division,  # (\n  generators)  # c\nname = "n"`,
		doc: 'Usage: x\n',
		name: 'n',
	},
	'with from __future__ first': {code: `${future}  # c\nname = "n"`, doc: null, name: 'n'},
	'with from __future__ and more on its line': {code: `${future}; name = "n"`, doc: null, name: 'n'},
	'with a string that begins an expression': {code: '"%s" % 1\nname = "n"', doc: null, name: 'n'},
	'with an encoding': {code: '# -*- coding: latin-1 -*-\nname = "é"', doc: null, name: 'é', encoding: 'latin1'},
	'with an encoding, a docstring and from __future__': {
		code: `# -*- coding: latin-1 -*-\n'''é'''\n${future}\nname = "é"`,
		doc: 'é',
		name: 'é',
		encoding: 'latin1',
	},
	'with lines as Windows ends them, and a form feed': {
		code: `# coding: utf-8\r\n\r\n\f\r\n\f# c\r\n"""Usage: x"""\r\n${future}\r\nname = "é"`,
		doc: 'Usage: x',
		name: 'é',
	},
};

for (const [what, {code, doc, name, encoding}] of Object.entries(programs)) {
	for (const python of interpreters) {
		withReason('')(`${python.version}: a program ${what} is what it was`, t => {
			const root = mkdtempSync(join(tmpdir(), 'venvpack-self-'));
			t.teardown(() => rmSync(root, {recursive: true}));
			symlinkSync(python.path, join(root, `python${python.minor}`));
			const file = join(root, 'tool');
			const body = Buffer.from(code + end, encoding ?? 'utf8');
			const args = ['-S', '-B', '-W', 'error'];
			writeFileSync(file, encodeMovableScript({interpreter: `python${python.minor}`, args, body}), {mode: 0o755});
			const env = {PATH: '/usr/bin:/bin', LANG: 'C.UTF-8'};
			for (const shell of ['kernel', 'dash', 'bash', 'busybox'].filter(one => one === 'kernel' || pathOf(one))) {
				const [program, ...rest] = command(shell, file);
				const output = execFileSync(program, [...rest, 'a b'], {encoding: 'utf8', env});
				t.deepEqual(JSON.parse(output), [doc, name ?? null, ['a b'], 1], shell);
			}

			// Without docstrings there is none to cut.
			const stripped = execFileSync(file, {encoding: 'utf8', env: {...env, PYTHONOPTIMIZE: '2'}});
			t.is(JSON.parse(stripped)[1], name ?? null);
		});
	}
}
