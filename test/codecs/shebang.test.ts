import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {decodeScript, encodeScript} from '../../src/codecs/shebang.ts';
import {pathOf, pythons, withReason} from '../helpers/tools.ts';

const bytes = (text: string) => Buffer.from(text);
const text = (of: Uint8Array) => Buffer.from(of).toString();

ava('a line of 127 bytes with its newline is direct, one of 128 is not', t => {
	const line = (length: number) =>
		text(encodeScript({interpreter: `/${'x'.repeat(length - 4)}`, args: [], body: bytes('x')}));
	t.is(line(127).indexOf('\n'), 126);
	t.true(line(127).startsWith('#!/xx'));
	t.true(line(128).startsWith('#!/bin/sh\n'));
});

ava('what was encoded is decoded again, however it is started', t => {
	const component = fc.string({minLength: 1, maxLength: 90, unit: fc.constantFrom(...'ab\'"\\$ `!é-.'.split(''))});
	const interpreter = fc.array(component, {minLength: 1, maxLength: 3}).map(parts => `/p${parts.join('/')}/python`);
	const args = fc.array(fc.constantFrom('-s', '-P', '-E', '-Xutf8'), {maxLength: 3});
	const body = fc.constantFrom(
		'',
		'x',
		'# coding: latin-1\n\n"""doc"""\nfrom __future__ import x\n',
		'"doc"\nx',
		'#\n\n#\n"\\""\n',
	);
	fc.assert(
		fc.property(interpreter, args, body, (path, given, script) => {
			// A quote begins no path that an installer would write without quotes.
			fc.pre(path.length > 127 || !/["'\\\s]/.test(path));
			const decoded = decodeScript(encodeScript({interpreter: path, args: given, body: bytes(script)}));
			t.deepEqual(decoded?.shebang.interpreter, path);
			t.deepEqual(decoded?.shebang.args, given);
			t.is(decoded && text(decoded.body), script);
		}),
		{numRuns: 500},
	);
});

ava('bytes that are no UTF-8 stay as they are', t => {
	const body = Buffer.from([0x23, 0xe9, 0x0a, 0xff, 0x80]);
	t.deepEqual(decodeScript(Buffer.concat([bytes('#!/usr/bin/python3\n'), body]))?.body, body);
	t.deepEqual(decodeScript(encodeScript({interpreter: '/a b/python', args: [], body}))?.body, body);
});

for (const nothing of ['', '#', 'x#!/a', '\ufeff#!/a']) {
	ava(`${JSON.stringify(nothing)} is no script`, t => t.is(decodeScript(bytes(nothing)), undefined));
}

// Under real shells and a real interpreter

const python = pythons().at(-1)?.path;
const places = {'300 bytes': `/${'long/'.repeat(60)}`, 'a space': "/my app's $HOME/b\\c"};
const shells = ['dash', 'bash', 'zsh', 'ksh', 'busybox'].filter(shell => pathOf(shell) !== undefined);
const test = withReason(python === undefined ? 'python' : '');

interface Result {
	readonly doc: string | null;
	readonly argv: string[];
	readonly name: string;
}

/** Runs a script that ends by printing what it sees, by the kernel and by each shell. */
function run(t: ExecutionContext, place: string, script: string, encoding: BufferEncoding = 'utf8'): Result[] {
	const root = mkdtempSync(join(tmpdir(), 'venvpack-sh-'));
	t.teardown(() => rmSync(root, {recursive: true}));
	const bin = join(root, place, 'bin');
	mkdirSync(bin, {recursive: true});
	symlinkSync(python ?? '', join(bin, 'python'));
	const file = join(bin, 'x');
	const end =
		'\nimport json, sys\nprint(json.dumps({"doc": __doc__, "argv": sys.argv[1:], "name": globals().get("name", "")}))\n';
	const body = Buffer.from(script + end, encoding);
	writeFileSync(file, encodeScript({interpreter: join(bin, 'python'), args: ['-W', 'error'], body}), {mode: 0o755});
	const linked = join(root, 'linked');
	symlinkSync(file, linked);
	const asked = (program: string, ...args: string[]) =>
		JSON.parse(execFileSync(program, [...args, 'a b', '$c'], {encoding: 'utf8'}));
	return [
		asked(file),
		asked(linked),
		...shells.map(shell => (shell === 'busybox' ? asked(shell, 'sh', file) : asked(shell, file))),
	];
}

for (const [what, place] of Object.entries(places)) {
	test(`with ${what}: the arguments arrive`, t => {
		for (const result of run(t, place, '# comment\n\nname = "n"')) {
			t.like(result, {argv: ['a b', '$c'], name: 'n'});
		}
	});

	test(`with ${what}: a docstring is the docstring`, t => {
		for (const quote of ['"""', "'''", '"', "r'''"]) {
			const script = `# c\n\n${quote}Usage: x\\n${quote.replace('r', '')}  # c\nname = 1`;
			for (const {doc} of run(t, place, script)) {
				t.is(doc, quote.startsWith('r') ? 'Usage: x\\n' : 'Usage: x\n');
			}
		}
	});

	test(`with ${what}: a docstring, then from __future__`, t => {
		for (const {doc, name} of run(t, place, '"""Usage: x"""\n# c\nfrom __future__ import annotations\nname = "n"')) {
			t.true(doc?.endsWith('Usage: x'));
			t.is(name, 'n');
		}
	});

	test(`with ${what}: from __future__ first`, t => {
		for (const {name} of run(t, place, 'from __future__ import annotations\nname = "n"')) {
			t.is(name, 'n');
		}
	});

	test(`with ${what}: an encoding line keeps its meaning`, t => {
		for (const {name} of run(t, place, '# -*- coding: latin-1 -*-\nname = "é"', 'latin1')) {
			t.is(name, 'é');
		}
	});

	test(`with ${what}: a string that begins an expression is no docstring`, t => {
		for (const {name} of run(t, place, '"%s" % 1\nname = "n"')) {
			t.is(name, 'n');
		}
	});
}
