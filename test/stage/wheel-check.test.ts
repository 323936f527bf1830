import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {InputError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Wheel} from '../../src/model/staged.ts';
import {examine} from '../../src/stage/wheel-check/examine.ts';
import {type WheelOptions, wheelBytes, wheelName} from '../helpers/wheel.ts';
import {type ZipMember, zip} from '../helpers/zip.ts';

async function examined(t: ExecutionContext, bytes: Buffer, name = wheelName()): Promise<Wheel> {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	const file = join(folder, name);
	writeFileSync(file, bytes);
	return examine({file: hostPath(file), sha256: 'ab', origin: 'index'});
}

const refused = test.macro(async (t: ExecutionContext, code: string, message: string, bytes: Buffer, name?: string) => {
	const error = await t.throwsAsync(async () => examined(t, bytes, name), {instanceOf: InputError});
	t.is(error.message, message);
	t.is(error.code, code);
	t.truthy(error.hint);
});

const holding = (member: ZipMember) => wheelBytes({extra: [member], recorded: true});

test('tells of an honest wheel what its RECORD, METADATA and entry points say', async t => {
	const options: WheelOptions = {
		metadata: ['Requires-Python: >=3.9', 'License-Expression: MIT'],
		files: {
			'sample-1.0.dist-info/entry_points.txt': '[console_scripts]\nsample = sample:main\n\n[other]\nx = y\n',
			'sample-1.0.data/scripts/tool': '#!python\n',
		},
	};
	const wheel = await examined(t, wheelBytes(options));
	t.like(wheel.distribution, {
		name: 'sample',
		version: '1.0',
		requiresPython: '>=3.9',
		license: 'MIT',
		origin: 'index',
		wheel: 'sample-1.0-py3-none-any.whl',
		sha256: 'ab',
		scripts: ['sample', 'tool'],
	});
	t.false(wheel.platformSpecific);
	t.is(wheel.hashes.get('sample.py'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('reads the newest member as UTC, whatever the zone of the builder', async t => {
	const time = new Date(Date.UTC(2024, 5, 7, 8, 10, 12));
	const wheel = await examined(t, wheelBytes({extra: [{name: 'late.py', time}], recorded: true}));
	t.is(wheel.newest, time.getTime() / 1000);
});

test('unpacks members that are compressed, small and large', async t => {
	const extra = [
		{name: 'small.txt', body: 'a'.repeat(50), deflate: true},
		{name: 'large.bin', body: Buffer.from(Array.from({length: 9_000_000}, (_, at) => (at * at) % 251)), deflate: true},
	];
	const wheel = await examined(t, wheelBytes({extra, recorded: true}));
	t.is(wheel.hashes.get('large.bin')?.length, 64);
});

test('lets rows of absent files, rows without a hash and signatures be, as installers do', async t => {
	const options: WheelOptions = {
		extra: [{name: 'sample-1.0.dist-info/RECORD.jws', body: '{}'}],
		record: rows =>
			[...rows, 'sample-1.0.data/scripts/gone,sha256=AAAA,1\n'].map(row => row.replace(/^(sample\.py),.*/, '$1,,')),
	};
	await t.notThrowsAsync(async () => examined(t, wheelBytes(options)));
});

test('takes a sha512 where RECORD has one', async t => {
	const right = 'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg';
	const record = (digest: string) => (rows: string[]) =>
		rows.map(row => row.replace(/^(sample\.py),.*/, `$1,sha512=${digest},0`));
	await t.notThrowsAsync(async () => examined(t, wheelBytes({record: record(right)})));
	await t.throwsAsync(async () => examined(t, wheelBytes({record: record('AAAA')})), {code: 'WHEEL_RECORD'});
});

test(
	'a path that climbs is refused',
	refused,
	'WHEEL_PATH',
	'sample-1.0-py3-none-any.whl: its member ../evil.py is not a path below its own folder',
	holding({name: '../evil.py'}),
);
test(
	'a path that climbs in its middle is refused',
	refused,
	'WHEEL_PATH',
	'sample-1.0-py3-none-any.whl: its member a/../../evil.py is not a path below its own folder',
	holding({name: 'a/../../evil.py'}),
);
test(
	'an absolute path is refused',
	refused,
	'WHEEL_PATH',
	'sample-1.0-py3-none-any.whl: its member /etc/passwd is not a path below its own folder',
	holding({name: '/etc/passwd'}),
);
test(
	'a setuid file is refused',
	refused,
	'WHEEL_SETUID',
	'sample-1.0-py3-none-any.whl: its member su is setuid',
	holding({name: 'su', mode: 0o104_755}),
);
test(
	'a setgid file is refused',
	refused,
	'WHEEL_SETUID',
	'sample-1.0-py3-none-any.whl: its member sg is setgid',
	holding({name: 'sg', mode: 0o102_755}),
);
test(
	'a device is refused',
	refused,
	'WHEEL_SPECIAL_FILE',
	'sample-1.0-py3-none-any.whl: its member null is a device, socket or pipe (mode 20666)',
	holding({name: 'null', mode: 0o020_666}),
);
test(
	'a link out of the wheel is refused',
	refused,
	'WHEEL_LINK',
	'sample-1.0-py3-none-any.whl: its member a/link is a link to ../../etc, outside of the wheel',
	holding({name: 'a/link', body: '../../etc', mode: 0o120_777}),
);
test(
	'an absolute link is refused',
	refused,
	'WHEEL_LINK',
	'sample-1.0-py3-none-any.whl: its member link is a link to /etc/shadow, outside of the wheel',
	holding({name: 'link', body: '/etc/shadow', mode: 0o120_777}),
);
test(
	'a name of 300 bytes is refused',
	refused,
	'WHEEL_LONG_NAME',
	`sample-1.0-py3-none-any.whl: the name of its member ${'x'.repeat(40)}… has 300 bytes, and 255 is the most`,
	holding({name: 'x'.repeat(300)}),
);
test(
	'a name that is not UTF-8 is refused',
	refused,
	'WHEEL_NON_UTF8',
	'sample-1.0-py3-none-any.whl: the name of its member caf\uFFFD.py is not UTF-8',
	wheelBytes({extra: [{name: Buffer.from('caf\xe9.py', 'latin1')}]}),
);
test(
	'two members of one name are refused',
	refused,
	'WHEEL_DUPLICATE',
	'sample-1.0-py3-none-any.whl: it holds sample.py twice',
	holding({name: 'sample.py'}),
);
test(
	'a file that is a folder too is refused',
	refused,
	'WHEEL_DUPLICATE',
	'sample-1.0-py3-none-any.whl: it holds sample.py both as a file and as a folder',
	holding({name: 'sample.py/x'}),
);
test(
	'a member that claims the impossible is refused',
	refused,
	'WHEEL_BOMB',
	'sample-1.0-py3-none-any.whl: its member bomb says to unpack 5 bytes to 1073741824',
	holding({name: 'bomb', body: 'x'.repeat(11), claims: 2 ** 30, deflate: true}),
);
test(
	'a bomb that tells less than it unpacks to is refused',
	refused,
	'WHEEL_UNREADABLE',
	'sample-1.0-py3-none-any.whl: its member bomb cannot be read (Cannot create a Buffer larger than 10 bytes)',
	holding({name: 'bomb', body: '0'.repeat(100_000), claims: 10, deflate: true}),
);
test(
	'a member that RECORD lacks is refused',
	refused,
	'WHEEL_RECORD',
	'sample-1.0-py3-none-any.whl: its RECORD does not name its member added.py',
	wheelBytes({extra: [{name: 'added.py'}]}),
);
test(
	'metadata of another name are refused',
	refused,
	'WHEEL_METADATA',
	"other-1.0-py3-none-any.whl: its metadata lie in sample-1.0.dist-info, which is another's name or version",
	wheelBytes(),
	'other-1.0-py3-none-any.whl',
);
test(
	'no RECORD is refused',
	refused,
	'WHEEL_RECORD',
	'sample-1.0-py3-none-any.whl: it has no sample-1.0.dist-info/RECORD',
	zip([{name: 'sample-1.0.dist-info/METADATA', body: 'Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n'}]),
);
test(
	'metadata of another version are refused',
	refused,
	'WHEEL_METADATA',
	"sample-2.0-py3-none-any.whl: its metadata lie in sample-1.0.dist-info, which is another's name or version",
	wheelBytes(),
	'sample-2.0-py3-none-any.whl',
);
test(
	'what is no zip archive is refused',
	refused,
	'WHEEL_UNREADABLE',
	'sample-1.0-py3-none-any.whl: it is no readable zip archive (End of central directory record signature not found. Either not a zip file, or file is truncated.)',
	Buffer.from('<html>not found</html>'),
);
test(
	"what has no wheel's name is refused",
	refused,
	'WHEEL_NAME',
	'sample.whl: this is not the name of a wheel',
	wheelBytes(),
	'sample.whl',
);

test('a member with other bytes than RECORD says is refused', async t => {
	const record = (rows: string[]) => rows.map(row => row.replace(/^(sample\.py,sha256=).*(,0)/, '$1AAAA$2'));
	const error = await t.throwsAsync(async () => examined(t, wheelBytes({record})), {code: 'WHEEL_RECORD'});
	t.regex(error?.message ?? '', /its member sample\.py has the sha256 \S+, and its RECORD says AAAA/);
});

test('what was built here is known by what it holds, not by the order or times of its members', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(folder, {recursive: true, force: true}));
	const digests = await Promise.all(
		[new Date(Date.UTC(2001, 1, 1)), new Date(Date.UTC(2002, 2, 2))].map(async (time, at) => {
			const file = join(folder, `sample-1.0-${at}-py3-none-any.whl`);
			writeFileSync(file, wheelBytes({extra: [{name: 'x', time}], recorded: true}));
			return (await examine({file: hostPath(file), sha256: undefined, origin: 'built'})).distribution.sha256;
		}),
	);
	t.is(digests[0], digests[1]);
});
