import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {hostPath, installPath} from '../../src/model/paths.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {withTools} from '../helpers/tools.ts';
import {builder, readLiteral, staged} from '../helpers/tree.ts';

const test = withTools('gcc', 'readelf', 'ldd');

/** A folder of its own, which goes away with the test. */
function folder(t: ExecutionContext): string {
	const made = mkdtempSync(join(tmpdir(), 'venvpack-elf-'));
	t.teardown(() => rmSync(made, {recursive: true}));
	return made;
}

function compile(file: string, source: string, ...args: string[]): Buffer {
	mkdirSync(dirname(file), {recursive: true});
	execFileSync('gcc', ['-x', 'c', '-', '-o', file, ...args], {input: source, stdio: ['pipe', 'ignore', 'inherit']});
	return readFileSync(file);
}

/** One file, relocated; its bytes, and what rules did it. */
function moved(path: string, bytes: Buffer, stage = '/stage') {
	const moves = [{what: 'stage' as const, from: hostPath(stage), to: installPath('/')}, ...builder.moves.slice(1)];
	const {tree, rewritten} = relocate(staged({[path]: bytes}, {moves}), readLiteral);
	const entry = tree.entries.find(one => one.path === path);
	const after = entry?.kind === 'file' ? Buffer.from(readLiteral(entry.content)) : Buffer.alloc(0);
	return {after, rules: rewritten.get(installPath(path)) ?? [], kind: entry?.kind === 'file' ? entry.content.kind : ''};
}

/** What readelf says of the dynamic section, and whether it complains. */
function dynamicOf(t: ExecutionContext, bytes: Buffer): string {
	const file = join(folder(t), 'x.so');
	writeFileSync(file, bytes);
	execFileSync('ldd', [file]);
	return execFileSync('readelf', ['-dW', file], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

test('RUNPATH below the stage becomes relative to the file, the interpreter’s goes, the author’s stays', t => {
	const wanted = `-Wl,--enable-new-dtags,-rpath,/stage/opt/app/lib/vendor:${builder.python.builderPrefix}/lib:/opt/theirs`;
	const bytes = compile(join(folder(t), 'x.so'), 'int x;', '-shared', wanted);
	const {after, rules, kind} = moved('/opt/app/lib/python3.11/site-packages/x.so', bytes);
	t.deepEqual(rules, ['runpath']);
	t.is(kind, 'patched');
	t.is(after.length, bytes.length);
	t.regex(dynamicOf(t, after), /RUNPATH.*\[\$ORIGIN\/\.\.\/\.\.\/vendor:\/opt\/theirs\]/);
	t.false(after.includes('/stage'));
	t.false(after.includes('pyenv'));
});

test('RUNPATH of a folder where every loader looks anyway goes', t => {
	const wanted = '-Wl,--enable-new-dtags,-rpath,/usr/lib/x86_64-linux-gnu:/usr/lib64:/usr/lib/app';
	const bytes = compile(join(folder(t), 'x.so'), 'int x;', '-shared', wanted);
	const {after} = moved('/opt/app/lib/python3.11/site-packages/x.so', bytes);
	t.regex(dynamicOf(t, after), /RUNPATH.*\[\/usr\/lib\/app\]/);
});

test('RUNPATH of the interpreter alone: the entry goes, the others close ranks', t => {
	for (const kind of ['--enable-new-dtags', '--disable-new-dtags']) {
		const bytes = compile(
			join(folder(t), 'x.so'),
			'int x(void){return 1;}',
			'-shared',
			`-Wl,${kind},-rpath,${builder.python.builderPrefix}/lib`,
		);
		const before = dynamicOf(t, bytes);
		const after = dynamicOf(t, moved('/opt/app/lib/x.so', bytes).after);
		t.regex(before, /RPATH|RUNPATH/);
		const tags = (shown: string) =>
			[...shown.matchAll(/\((\w+)\)/g)].map(([, tag]) => tag).filter(tag => tag !== 'NULL');
		t.deepEqual(
			tags(after),
			tags(before).filter(tag => tag !== 'RPATH' && tag !== 'RUNPATH'),
		);
	}
});

test('a name that is the tail of the RUNPATH is not cut', t => {
	// The soname `lib/soft.so` ends the RUNPATH string: the linker keeps one of the two.
	const bytes = compile(
		join(folder(t), 'x.so'),
		'int soft(void){return 1;}',
		'-shared',
		'-Wl,--enable-new-dtags,-O2,-rpath,/stage/opt/app/soft',
		'-Wl,-soname,app/soft',
	);
	const {after, rules} = moved('/opt/app/lib/x.so', bytes);
	t.deepEqual(rules, []);
	t.deepEqual(after, bytes);
});

test('a program finds its library where both have moved', t => {
	const root = folder(t);
	const stage = join(root, 'a-stage-of-some-length');
	const lib = join(stage, 'opt/app/lib');
	compile(join(lib, 'libanswer.so'), 'int answer(void){return 42;}', '-shared', '-fPIC');
	const program = compile(
		join(stage, 'opt/app/bin/ask'),
		'int answer(void);int main(void){return answer();}',
		'-Wl,--enable-new-dtags',
		`-Wl,-rpath,${lib}`,
		`-L${lib}`,
		'-lanswer',
	);
	const {after} = moved('/opt/app/bin/ask', program, stage);
	const target = join(root, 'target');
	for (const [path, bytes] of [
		['bin/ask', after],
		['lib/libanswer.so', readFileSync(join(lib, 'libanswer.so'))],
	] as const) {
		mkdirSync(dirname(join(target, path)), {recursive: true});
		writeFileSync(join(target, path), bytes, {mode: 0o755});
	}

	rmSync(stage, {recursive: true});
	const error = t.throws(() => execFileSync(join(target, 'bin/ask'), {stdio: 'ignore'}));
	t.is((error as {status?: number} | undefined)?.status, 42);
});

test('a path that a compiler wrote is replaced in place, where it begins a string', t => {
	const source = `
		const char *header = "${builder.python.builderPrefix}/include/python3.11/object.h";
		const char *other = "see /stage/opt/app";
		const char *next = "/stage/opt/app/x";
		const char *foreign = "/stage2/x";`;
	const bytes = compile(join(folder(t), 'x.so'), source, '-shared');
	const {after, rules} = moved('/opt/app/lib/x.so', bytes);
	t.deepEqual(rules, ['embedded-paths']);
	t.is(after.length, bytes.length);
	t.true(after.includes('\0/usr/include/python3.11/object.h\0\0'));
	t.true(after.includes('\0/opt/app/x\0\0'));
	t.true(after.includes('\0see /stage/opt/app\0'));
	t.true(after.includes('\0/stage2/x\0'));
});
