import {readdirSync} from 'node:fs';
import type {ExecutionContext} from 'ava';
import {builder, place, withBuilder} from '../helpers/built.ts';
import {programWheel, type WheelOptions} from '../helpers/wheel.ts';
import type {ZipMember} from '../helpers/zip.ts';

// What a hostile or broken wheel is answered with by the built command line: the whole message, exit code 2, the artifact
// of before untouched, nothing left behind.

const test = await withBuilder();
const flags = ['--prefix', '/opt/tiny', '--format', 'tar.gz', '--python', builder?.path ?? '', '--offline'];

interface Refusal {
	/** All of stderr but for its ends; what a tool says is only looked at for words of it. */
	readonly says: string | RegExp;
	readonly code: string;
}

/** Names the wheel itself. */
async function refuses(t: ExecutionContext, options: WheelOptions, refusal: Refusal): Promise<void> {
	const bad = programWheel({name: 'bad', recorded: true, ...options});
	await refused(t, {wheels: [bad], input: [`wheels/${bad.name}`]}, refusal);
}

/** Names another, which needs it. */
async function refusesAsDependency(t: ExecutionContext, options: WheelOptions, refusal: Refusal): Promise<void> {
	const bad = programWheel({name: 'bad', recorded: true, ...options});
	const good = programWheel({name: 'good', metadata: ['Requires-Dist: bad']});
	await refused(t, {wheels: [bad, good], input: ['--from', 'good', '--find-links', 'wheels']}, refusal);
}

interface Given {
	readonly wheels: ReadonlyArray<{readonly name: string; readonly bytes: Buffer}>;
	readonly input: readonly string[];
}

async function refused(t: ExecutionContext, {wheels, input}: Given, {says, code}: Refusal): Promise<void> {
	const {tmp, write, run, look, children} = await place(t);
	for (const {name, bytes} of wheels) {
		write(`wheels/${name}`, bytes);
	}

	write('dist/bad-1.0-py3-none-any.tar.gz', 'the old one');
	write('dist/good-1.0-py3-none-any.tar.gz', 'the old one');
	const before = look();
	const said = await run(['build', '--quiet', ...input, ...flags]);
	if (typeof says === 'string') {
		t.is(said.stderr, `venvpack: ${says}\n[${code}: see docs/errors.md]\n`);
	} else {
		t.regex(said.stderr, says);
		t.true(said.stderr.endsWith(`\n[${code}: see docs/errors.md]\n`), said.stderr);
	}

	t.is(said.code, 2);
	t.is(said.stdout, '');
	t.deepEqual(look(), before);
	t.deepEqual(readdirSync(tmp), []);
	t.deepEqual(children(), []);
}

const holding = (...extra: ZipMember[]): WheelOptions => ({extra});

test(
	'RECORD says another hash',
	refuses,
	{record: rows => rows.map(row => row.replace(/^(bad\.py,sha256=).*,/, '$1AA,'))},
	{
		says:
			'bad-1.0-py3-none-any.whl: its member bad.py has the sha256 XskpcbanmL75XdcIC_Fpc0kuMequg5JmRSxyX4b3aVI, and its RECORD says AA\n' +
			'→ the wheel was changed after it was built, or built wrongly: get it from its authors again',
		code: 'WHEEL_RECORD',
	},
);
test(
	'RECORD lacks a file',
	refusesAsDependency,
	{extra: [{name: 'bad_data.txt'}], recorded: false},
	{
		says:
			'bad-1.0-py3-none-any.whl: its RECORD does not name its member bad_data.txt\n' +
			'→ the wheel was changed after it was built, or built wrongly: get it from its authors again',
		code: 'WHEEL_RECORD',
	},
);
test('an absolute path', refuses, holding({name: '/etc/evil'}), {
	says:
		'bad-1.0-py3-none-any.whl: its member /etc/evil is not a path below its own folder\n' +
		'→ no honest wheel writes outside of its own folders: do not install it anywhere',
	code: 'WHEEL_PATH',
});
test('a path that climbs', refusesAsDependency, holding({name: 'bad/../../evil'}), {
	says:
		'bad-1.0-py3-none-any.whl: its member bad/../../evil is not a path below its own folder\n' +
		'→ no honest wheel writes outside of its own folders: do not install it anywhere',
	code: 'WHEEL_PATH',
});
test('a setuid file', refuses, holding({name: 'bad_su', mode: 0o104_755}), {
	says:
		'bad-1.0-py3-none-any.whl: its member bad_su is setuid\n' +
		'→ a wheel must not raise privileges: set such modes by the package that needs them',
	code: 'WHEEL_SETUID',
});
test('an escaping link', refuses, holding({name: 'bad_link', body: '../../../etc/passwd', mode: 0o120_777}), {
	says:
		'bad-1.0-py3-none-any.whl: its member bad_link is a link to ../../../etc/passwd, outside of the wheel\n' +
		'→ no honest wheel points outside of its own folders: do not install it anywhere',
	code: 'WHEEL_LINK',
});
test('a device', refuses, holding({name: 'bad_null', mode: 0o020_666}), {
	says:
		'bad-1.0-py3-none-any.whl: its member bad_null is a device, socket or pipe (mode 20666)\n' +
		'→ wheels hold files and folders only: ask its authors to build it anew',
	code: 'WHEEL_SPECIAL_FILE',
});

const latin1: ZipMember = {name: Buffer.from('bad_caf\xe9.txt', 'latin1')};
test('a name that is not UTF-8', refuses, holding(latin1), {
	says:
		'bad-1.0-py3-none-any.whl: the name of its member bad_caf\uFFFD.txt is not UTF-8\n' +
		'→ file names in wheels are UTF-8: ask its authors to build it anew',
	code: 'WHEEL_NON_UTF8',
});
test('a name that is not UTF-8: uv says so, where it looks first', refusesAsDependency, holding(latin1), {
	says: /^venvpack: resolving what to install with uv failed:\n.*bad.*UTF-8.*\n→ read what uv says above/s,
	code: 'RESOLVE_FAILED',
});
test('a name of 300 bytes', refuses, holding({name: `bad_${'x'.repeat(296)}`}), {
	says:
		`bad-1.0-py3-none-any.whl: the name of its member bad_${'x'.repeat(36)}… has 300 bytes, and 255 is the most\n` +
		'→ no Linux file system holds such a name: ask its authors for a shorter one',
	code: 'WHEEL_LONG_NAME',
});
test(
	'a zip bomb',
	refuses,
	holding({name: 'bad_zeros', body: 'x'.repeat(1024), deflate: true, claims: 3_000_000_000}),
	{
		says:
			'bad-1.0-py3-none-any.whl: its member bad_zeros says to unpack 11 bytes to 3000000000\n' +
			'→ it would fill the disk: do not install it anywhere',
		code: 'WHEEL_BOMB',
	},
);
test(
	'a zip bomb that belittles itself',
	refuses,
	holding({name: 'bad_0', body: Buffer.alloc(2 ** 26), deflate: true, claims: 9}),
	{
		says:
			'bad-1.0-py3-none-any.whl: its member bad_0 cannot be read (Cannot create a Buffer larger than 9 bytes)\n' +
			'→ download or build it again; if it stays so, tell its authors',
		code: 'WHEEL_UNREADABLE',
	},
);
test(
	'another minor than the interpreter',
	refuses,
	{tag: 'cp39-cp39-manylinux_2_17_x86_64'},
	{
		says:
			`bad-1.0-cp39-cp39-manylinux_2_17_x86_64.whl is built for cp39-cp39-manylinux_2_17_x86_64, and the target is CPython ${builder?.minor} on this machine's kind\n` +
			'→ choose the interpreter that it is for with --python, or get the wheel for this one',
		code: 'WHEEL_TAGS',
	},
);
test(
	'a dependency of another minor',
	refusesAsDependency,
	{tag: 'cp39-cp39-manylinux_2_17_x86_64'},
	{
		says: /^venvpack: resolving what to install with uv failed:\n.*bad==1\.0 has no wheels with a matching Python ABI tag/s,
		code: 'RESOLVE_FAILED',
	},
);
test(
	'requires-python of the wheel',
	refuses,
	{metadata: ['Requires-Python: >=3.99']},
	{
		says: /^venvpack: the target has Python 3\.\d+\.\d+:\n {2}bad 1\.0 asks for Python >=3\.99\n→ choose a target or --python/s,
		code: 'REQUIRES_PYTHON',
	},
);
test(
	'a dependency that is nowhere',
	refuses,
	{metadata: ['Requires-Dist: nowhere-to-be-found>=3']},
	{
		says: /^venvpack: resolving what to install with uv failed:\n.*bad==1\.0 depends on nowhere-to-be-found>=3.*\n→ read what uv says above/s,
		code: 'RESOLVE_FAILED',
	},
);
