import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import fc from 'fast-check';
import {decodeElf, isElf} from '../../src/codecs/elf.ts';
import {placeRunpath, type RunpathChange} from '../../src/codecs/elf-runpath.ts';
import {symbolPlaces} from '../../src/codecs/elf-strings.ts';
import {ArtifactError} from '../../src/model/errors.ts';
import {type ElfSketch, sketchedElf} from '../helpers/elf-sketch.ts';
import {withTools} from '../helpers/tools.ts';

const test = withTools('gcc', 'readelf', 'objdump', 'strip', 'ldd');

function folder(t: ExecutionContext): string {
	const made = mkdtempSync(join(tmpdir(), 'venvpack-runpath-'));
	t.teardown(() => rmSync(made, {recursive: true}));
	return made;
}

function compile(file: string, source: string, ...args: string[]): Buffer {
	execFileSync('gcc', ['-x', 'c', '-', '-x', 'none', '-o', file, ...args], {
		input: source,
		stdio: ['pipe', 'ignore', 'inherit'],
	});
	return readFileSync(file);
}

function patched(bytes: Buffer, change: RunpathChange): Buffer {
	const after = Buffer.from(bytes);
	for (const patch of change.fits ? change.patches : []) {
		after.set(patch.bytes, patch.offset);
	}

	return after;
}

const placed = (bytes: Buffer, text: string) => patched(bytes, placeRunpath(decodeElf(bytes), text));
const dynamicOf = (file: string) => execFileSync('readelf', ['-dW', file], {encoding: 'utf8'});

/** A program and its library, of which the program knows no more than the name. */
function programAndLibrary(t: ExecutionContext, ...args: string[]): {program: string; library: string; place: string} {
	const place = folder(t);
	for (const name of ['bin', 'lib', 'elsewhere']) {
		mkdirSync(join(place, name));
	}

	const library = join(place, 'lib/libanswer.so.1');
	compile(library, 'int answer(void) { return 42; }', '-shared', '-fPIC', '-Wl,-soname,libanswer.so.1');
	const program = join(place, 'bin/ask');
	compile(program, 'int answer(void); int main(void) { return answer(); }', library, ...args);
	return {program, library, place};
}

function exitOf(program: string): number {
	try {
		execFileSync(program, {stdio: 'ignore'});
		return 0;
	} catch (error) {
		return error instanceof Error && 'status' in error ? Number(error.status) : -1;
	}
}

const runs = (t: ExecutionContext, ...args: string[]) => {
	const {program} = programAndLibrary(t, ...args);
	t.is(exitOf(program), 127);
	const before = readFileSync(program);
	const after = placed(before, '$ORIGIN/../lib');
	t.is(after.length, before.length);
	writeFileSync(program, after);
	t.is(exitOf(program), 42);
	t.regex(dynamicOf(program), /RUNPATH.*\[\$ORIGIN\/\.\.\/lib\]/);
	t.regex(execFileSync('objdump', ['-p', program], {encoding: 'utf8'}), /RUNPATH\s+\$ORIGIN\/\.\.\/lib/);
	execFileSync('strip', [program]);
	t.is(exitOf(program), 42);
};

test('a program that has no RUNPATH finds its library, stripped as well', runs);
test('one that lies at a fixed address, whose only forgone symbol is as long as the text', runs, '-no-pie');
test('one with the old hash table', runs, '-Wl,--hash-style=sysv');
test('one that is linked without segments of their own for code', runs, '-Wl,-z,noseparate-code');
test('one that binds at its start', runs, '-Wl,-z,now,-z,relro');
test('one with a RUNPATH that is too short for another', runs, '-Wl,--enable-new-dtags,-rpath,/x');

test('where there is room, the old text goes and the new one stands in its place', t => {
	const {program} = programAndLibrary(t, '-Wl,--enable-new-dtags,-rpath,/root/.pyenv/versions/3.11.7/lib');
	const before = readFileSync(program);
	const change = placeRunpath(decodeElf(before), '$ORIGIN/../lib');
	t.is(change.fits ? change.patches.length : 0, 1);
	writeFileSync(program, patched(before, change));
	t.is(exitOf(program), 42);
	t.false(readFileSync(program).includes('pyenv'));
});

test('of a RUNPATH that was too short nothing is left', t => {
	const {program} = programAndLibrary(t, '-Wl,--enable-new-dtags,-rpath,/qqq');
	t.false(placed(readFileSync(program), '$ORIGIN/../lib').includes('/qqq'));
});

test('an RPATH stays one', t => {
	const {program} = programAndLibrary(t, '-Wl,--disable-new-dtags,-rpath,/x');
	writeFileSync(program, placed(readFileSync(program), '$ORIGIN/../lib'));
	t.regex(dynamicOf(program), /RPATH.*\[\$ORIGIN\/\.\.\/lib\]/);
	t.is(exitOf(program), 42);
});

test('a second time it stands where it stood the first time', t => {
	const {program} = programAndLibrary(t);
	const once = placed(readFileSync(program), '$ORIGIN/../lib');
	const twice = placeRunpath(decodeElf(once), '$ORIGIN');
	t.is(twice.fits ? twice.patches.length : 0, 1);
});

test('without a spare entry: what lacks, and how much', t => {
	const {program} = programAndLibrary(t, '-Wl,-z,now');
	const bytes = readFileSync(program);
	const elf = decodeElf(bytes);
	const last = elf.dynamic.at(-1)?.offset ?? 0;
	const segment = elf.segments.find(({type}) => type === 2);
	// Its size in the file, so that the first DT_NULL is the last.
	bytes.writeBigUInt64LE(BigInt(last + 32 - (segment?.offset ?? 0)), (segment?.header ?? 0) + 32);
	t.deepEqual(placeRunpath(decodeElf(bytes), '$ORIGIN'), {fits: false, lacks: 'entry', bytes: 16});
});

test('without a name that can go, or with one that is too short: how many bytes lack', t => {
	const place = folder(t);
	const bare = compile(join(place, 'x.so'), 'int x;', '-shared', '-nostdlib');
	t.deepEqual(placeRunpath(decodeElf(bare), '$ORIGIN'), {fits: false, lacks: 'string', bytes: 8});
	const {program} = programAndLibrary(t);
	t.like(placeRunpath(decodeElf(readFileSync(program)), `$ORIGIN/${'x'.repeat(30)}`), {lacks: 'string', bytes: 11});
});

const folders = [
	'/usr/lib/python3.11/lib-dynload',
	...['x86_64', 'aarch64'].map(machine => `/usr/lib/${machine}-linux-gnu`),
	'/usr/lib64',
].filter(path => existsSync(path));
/** Those of an interpreter, as far as this machine has them. */
const usual =
	/\.cpython-3\d+-|^lib(?:ssl|crypto|sqlite3|ffi|lzma|bz2|readline|ncursesw|tinfo|uuid|z|expat|crypt|tirpc|nsl|db-5\.3)\.so\.?[\d.]*$/;

test('modules and libraries of this distribution: the same symbols but one name, and readers that do not complain', t => {
	const place = folder(t);
	const samples = folders.flatMap(from =>
		readdirSync(from)
			.filter(name => usual.test(name))
			.map(name => join(from, name)),
	);
	const read = samples.map(file => ({file, bytes: readFileSync(file)})).filter(({bytes}) => isElf(bytes));
	for (const {file, bytes} of read) {
		const after = placed(bytes, '$ORIGIN/../..');
		const elf = decodeElf(after);
		t.is((elf.runpath ?? elf.rpath)?.text, '$ORIGIN/../..', file);
		t.deepEqual(elf.needed, decodeElf(bytes).needed, file);
		const copy = join(place, 'x.so');
		writeFileSync(copy, after);
		const {stderr} = spawnedReadelf(copy);
		t.is(stderr, '', file);
	}

	t.true(folders.length === 0 || read.length > 10);
});

function spawnedReadelf(file: string): {stderr: string} {
	const errors = join(file, '../errors');
	execFileSync('sh', [
		'-c',
		'readelf -aW "$1" > /dev/null 2> "$2"; objdump -p "$1" > /dev/null 2>> "$2"',
		'sh',
		file,
		errors,
	]);
	return {stderr: readFileSync(errors, 'utf8')};
}

const sketches: fc.Arbitrary<ElfSketch> = fc.record({
	bits: fc.constantFrom(32 as const, 64 as const),
	byteOrder: fc.constantFrom('little' as const, 'big' as const),
	symbols: fc.uniqueArray(
		fc.record({
			name: fc.constantFrom('_ITM_deregisterTMCloneTable', '_ITM_registerTMCloneTable', '__gmon_start__', 'puts', 'x'),
			weak: fc.boolean(),
			defined: fc.boolean(),
		}),
		{selector: ({name}) => name},
	),
	needed: fc.uniqueArray(fc.constantFrom('libc.so.6', 'libz.so.1', 'libx.so'), {maxLength: 3}),
	runpath: fc.option(fc.constantFrom('/x', '/builder/python/lib', '$ORIGIN'), {nil: undefined}),
	spare: fc.integer({min: 0, max: 3}),
});

test('of either size and byte order: it says what it was given, and all else as before, or nothing changes', t => {
	fc.assert(
		fc.property(sketches, fc.constantFrom('$ORIGIN', '$ORIGIN/../lib', '$ORIGIN/../../../../..'), (sketch, text) => {
			const bytes = sketchedElf(sketch);
			const before = decodeElf(bytes);
			const change = placeRunpath(before, text);
			const forgone = sketch.symbols.filter(({name, weak, defined}) => name.startsWith('_') && weak && !defined);
			const room = Math.max(-1, ...forgone.map(({name}) => name.length));
			const inPlace = sketch.runpath !== undefined && sketch.runpath.length >= text.length;
			const hasEntry = sketch.runpath !== undefined || sketch.spare > 0;
			t.is(change.fits, inPlace || (hasEntry && room >= text.length));
			if (!change.fits) {
				t.is(change.bytes, hasEntry ? text.length - room : before.bits / 4);
				return;
			}

			const after = decodeElf(patched(bytes, change));
			t.is(after.runpath?.text, text);
			t.deepEqual(after.needed, before.needed);
			t.deepEqual(after.strings, before.strings);
			t.deepEqual(kept(after, forgone.length), kept(before, forgone.length));
		}),
		{numRuns: 500},
	);
});

/** Names of symbols that somebody may look for. */
function kept(elf: ReturnType<typeof decodeElf>, forgone: number): string[] {
	const {strings} = elf;
	const names = (symbolPlaces(elf) ?? []).map(at => {
		const start = (strings?.offset ?? 0) + elf.file.int(at);
		return elf.file.text(start, elf.file.length).text;
	});
	return forgone === 0 ? names : names.filter(name => !/^(?:_|lib|$)/.test(name));
}

test('a damaged file gives an answer that fits it, or ELF_DAMAGED', t => {
	const hits = fc.array(fc.tuple(fc.nat(599), fc.nat(255)), {minLength: 1, maxLength: 8});
	fc.assert(
		fc.property(sketches, hits, (sketch, changes) => {
			const bytes = sketchedElf(sketch);
			for (const [at, value] of changes.filter(([place]) => place < bytes.length)) {
				bytes[at] = value;
			}

			try {
				const change = placeRunpath(decodeElf(bytes), '$ORIGIN');
				const patches = change.fits ? change.patches : [];
				t.true(patches.every(patch => patch.offset >= 0 && patch.offset + patch.bytes.length <= bytes.length));
			} catch (error) {
				t.true(error instanceof ArtifactError && error.code === 'ELF_DAMAGED', String(error));
			}
		}),
		{numRuns: 1000},
	);
});
