import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {Event} from '../../src/model/events.ts';
import {hostPath, type InstallPath, installPath} from '../../src/model/paths.ts';
import {stripTree} from '../../src/stage/strip.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {pythonOf, withTools} from '../helpers/tools.ts';

const python = pythonOf('3.11')?.path ?? '/usr/bin/python3';
const withCompiler = withTools('gcc', 'strip', 'readelf', python);

interface Bench {
	readonly root: string;
	/** Compiles a C text with debug sections, and returns the whole path. */
	compile(name: string, text: string, ...flags: string[]): string;
	strip(options?: {path?: string; downloaded?: readonly string[]}): Promise<readonly Event[]>;
}

function bench(): Bench {
	const root = temporaryFolder();
	const work = temporaryFolder();
	mkdirSync(join(root, 'opt/app'), {recursive: true});
	return {
		root,
		compile(name, text, ...flags) {
			const file = join(root, 'opt/app', name);
			execFileSync('gcc', ['-g', '-x', 'c', '-', '-o', file, ...flags], {input: text});
			return file;
		},
		async strip({path = process.env.PATH ?? '', downloaded = []} = {}) {
			const events: Event[] = [];
			await stripTree({
				...{root, from: installPath('/opt/app'), work, python: hostPath(python)},
				downloaded: new Set(downloaded as InstallPath[]),
				listener: event => void events.push(event),
				environment: {PATH: path},
			});
			return events;
		},
	};
}

const library = ['-shared', '-fPIC'];
const sections = (file: string) => execFileSync('readelf', ['-SW', file], {encoding: 'utf8'});
const warnings = (events: readonly Event[]) => events.flatMap(event => (event.kind === 'warning' ? [event] : []));

withCompiler('libraries and programs built here lose debug sections and symbols, and still work', async t => {
	const {root, compile, strip} = bench();
	const files = [
		compile('lib.so', 'static int x(void) { return 42; } int answer(void) { return x(); }', ...library),
		compile('program', 'int main(void) { return 42; }'),
	];
	writeFileSync(join(root, 'opt/app/text.txt'), 'text');
	chmodSync(files[0] ?? '', 0o644);
	const before = files.map(file => statSync(file));
	t.deepEqual(warnings(await strip()), []);
	for (const [at, file] of files.entries()) {
		t.notRegex(sections(file), /\.debug_info|\.symtab/);
		t.true(statSync(file).size < (before[at]?.size ?? 0));
		t.is(statSync(file).mode, before[at]?.mode ?? 0);
	}

	const ask = 'import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).answer())';
	t.is(execFileSync(python, ['-c', ask, files[0] ?? ''], {encoding: 'utf8'}), '42\n');
	t.is(t.throws<Error & {status?: number}>(() => execFileSync(files[1] ?? ''))?.status, 42);
	t.deepEqual(readdirSync(join(root, 'opt/app')).sort(), ['lib.so', 'program', 'text.txt']);
});

withCompiler('the same file comes out each time', async t => {
	const bytes: Buffer[] = [];
	for (const _ of [1, 2]) {
		const {compile, strip} = bench();
		const file = compile('lib.so', 'int answer(void) { return 42; }', ...library);
		await strip();
		bytes.push(readFileSync(file));
	}

	t.deepEqual(bytes[0], bytes[1]);
});

withCompiler('what a downloaded wheel brought is left alone', async t => {
	const {compile, strip} = bench();
	const file = compile('lib.so', 'int answer(void) { return 42; }', ...library);
	const before = readFileSync(file);
	await strip({downloaded: ['/opt/app/lib.so']});
	t.deepEqual(readFileSync(file), before);
});

withCompiler('a library that cannot be loaded here is left as it was, with a warning that says why', async t => {
	const {root, compile, strip} = bench();
	const file = compile('lib.so', 'int missing(void); int answer(void) { return missing(); }', ...library);
	const before = readFileSync(file);
	const [warning, ...more] = warnings(await strip());
	t.is(more.length, 0);
	t.is(warning?.code, 'STRIP_LEFT');
	t.regex(warning?.message ?? '', /^\/opt\/app\/lib\.so is left as it was.*undefined symbol: missing$/);
	t.deepEqual(readFileSync(file), before);
	t.deepEqual(readdirSync(join(root, 'opt/app')), ['lib.so']);
});

withCompiler('a strip that breaks a library changes nothing: what OpenBLAS of numpy met', async t => {
	const {compile, strip} = bench();
	const file = compile('lib.so', 'int answer(void) { return 42; }', ...library);
	const before = readFileSync(file);
	const tools = temporaryFolder();
	// Leaves the headers, and moves every segment to where no page begins.
	const breaking = `#!/bin/sh
test "$1" = --version && exit
head -c 4096 "$5" > "$3" && printf x >> "$3" && tail -c +4097 "$5" | head -c 4096 >> "$3"
`;
	writeFileSync(join(tools, 'strip'), breaking, {mode: 0o755});
	const [warning] = warnings(await strip({path: `${tools}:${process.env.PATH}`}));
	t.is(warning?.code, 'STRIP_LEFT');
	t.deepEqual(readFileSync(file), before);
});

test('without binutils the build ends and says what to install', async t => {
	const {strip} = bench();
	const error = await t.throwsAsync(() => strip({path: '/nowhere'}), {code: 'STRIP_MISSING'});
	t.regex(error?.message ?? '', /strip, which is not on PATH/);
});

withCompiler('damaged files are not touched', async t => {
	const {compile, strip} = bench();
	const file = compile('lib.so', 'int answer(void) { return 42; }', ...library);
	const before = readFileSync(file).subarray(0, 100);
	writeFileSync(file, before);
	t.deepEqual(warnings(await strip()), []);
	t.deepEqual(readFileSync(file), before);
});
