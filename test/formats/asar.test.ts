import {execFileSync} from 'node:child_process';
import {hash} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {decodeAsarLead} from '../../src/codecs/asar-header.ts';
import {asar} from '../../src/formats/asar/index.ts';
import type {Mark} from '../../src/model/additions.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {installPath} from '../../src/model/paths.ts';
import {sizeOf} from '../../src/model/tree.ts';
import {asarBytes} from '../helpers/asar.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {pack, temporaryFolder, writeOptions} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';

const blockSize = 4 * 1024 * 1024;
const large = Buffer.alloc(2 * blockSize + 7, 'venvpack');
const files: Readonly<Record<string, LiteralEntry>> = {
	'/opt/app/bin/run': '#!/bin/sh\necho ran\n',
	'/opt/app/bin/python3.11': {link: '/usr/bin/python3.11'},
	'/opt/app/bin/python': {link: 'python3.11'},
	'/opt/app/lib64': {link: 'lib'},
	'/opt/app/lib/x-1': 'sorts before x/',
	'/opt/app/lib/x/y.py': 'y = 1\n',
	'/opt/app/lib/same.py': 'y = 1\n',
	'/opt/app/lib/__proto__': 'a name that objects have',
	'/opt/app/lib/10': 'a name like a number',
	'/opt/app/lib/é (1) 日本': 'odd',
	'/opt/app/lib/a\\b': 'backslash',
	'/opt/app/lib/a%5Cb': 'what a backslash is written as',
	'/opt/app/lib/a%255Cb': 'and what that is',
	'/opt/app/closed': {mode: 0o400, text: 'closed'},
	'/opt/app/empty-file': '',
	'/opt/app/empty/': {mode: 0o755},
	'/opt/app/shared/': {mode: 0o2775},
	'/opt/app/large': large,
	'/opt/app/up': {link: '../../../../../up'},
	'/opt/app/top': {link: '../..'},
	'/opt/app/odd-link': {link: './bin/../bin//run'},
	'/etc/app.conf': 'x = 1\n',
};

const owned: Mark = {role: 'plain', owner: {user: 'app', group: 'adm'}};

function odd(): NewPackage {
	const made = pkg(files);
	return {...made, treatment: {...made.treatment, marks: new Map([[installPath('/etc/app.conf'), owned]])}};
}

test('the file name says what the machine must be', t => {
	t.is(asar.fileName(odd()), 'app-1.0-linux-x86_64.asar');
	t.is(asar.fileName(pkg({}, {arch: 'any'})), 'app-1.0-py3-none-any.asar');
});

test('everything comes back, also what asar has no words for', async t => {
	const written = odd();
	const read = await opened(await pack(asar, written));
	t.is(read.format, 'asar');
	t.deepEqual(
		read.pkg.tree.entries.map(entry => shown(entry)),
		written.tree.entries.map(entry => shown(entry)),
	);
	const contents = await contentsOf(read);
	t.is(Buffer.from(contents.get(installPath('/opt/app/lib/a\\b')) ?? []).toString(), 'backslash');
	t.true(Buffer.from(contents.get(installPath('/opt/app/large')) ?? []).equals(large));
	t.deepEqual([...read.declared.owners], [[installPath('/etc/app.conf'), owned.owner]]);
	t.deepEqual(read.pkg.manifest, written.manifest);
	t.is(String(read.pkg.prefix), '/opt/app');
	t.is(read.pkg.epoch, written.epoch);
	for (const [path, bytes] of contents) {
		t.is(read.declared.digests?.files.get(path), hash('sha256', bytes), path);
	}
});

test('the same bytes, however they arrive, and every part where the header says', async t => {
	const digests = new Set<string>();
	for (const pieces of [511, 70_000, undefined]) {
		digests.add(hash('sha256', readFileSync(await pack(asar, odd(), pieces === undefined ? {} : {pieces}))));
	}

	t.is(digests.size, 1);
});

test('each block of a large file has its own digest', async t => {
	const bytes = readFileSync(await pack(asar, odd()));
	const lead = decodeAsarLead(bytes);
	const header = JSON.parse(bytes.toString('utf8', 16, 16 + (lead?.jsonLength ?? 0)));
	const {integrity, size, offset} = header.files.opt.files.app.files.large;
	t.is(size, large.length);
	const blocks = [0, 1, 2].map(at => hash('sha256', large.subarray(at * blockSize, (at + 1) * blockSize)));
	t.deepEqual(integrity, {algorithm: 'SHA256', hash: hash('sha256', large), blockSize, blocks});
	const begin = (lead?.end ?? 0) + Number(offset);
	t.true(bytes.subarray(begin, begin + size).equals(large));
});

test('a manifest that outgrows the room for its digests moves the contents', async t => {
	const made = pkg({'/opt/app/x': 'x'});
	const bytes = Buffer.alloc(3 * blockSize, ' ');
	bytes.write(JSON.stringify({...made.manifest, files: {}}));
	const entries = made.tree.entries.map(entry =>
		entry.path === made.manifestPath ? {...entry, content: {kind: 'bytes', bytes} as const} : entry,
	);
	const read = await opened(await pack(asar, {...made, tree: {entries}}));
	const contents = await contentsOf(read);
	t.is(contents.get(made.manifestPath)?.length, bytes.length);
	t.is(Buffer.from(contents.get(installPath('/opt/app/x')) ?? []).toString(), 'x');
});

test('what may be moved lies in one folder, and what lies elsewhere is left out, and told', async t => {
	const tree = pkg(
		{
			'/opt/app/bin/run': 'x',
			'/opt/app/bin/python3.11': {link: '/usr/bin/python3.11'},
			'/usr/bin/run': {link: '/opt/app/bin/run'},
			'/etc/app.conf': 'y',
		},
		{layout: {relocatable: true}},
	);
	const file = await pack(asar, tree);
	t.deepEqual(await listed(file), [
		'/app-1.0',
		'/app-1.0/bin',
		'/app-1.0/bin/run',
		'/app-1.0/venvpack-summary.json',
		'/app-1.0/venvpack.json',
	]);
	t.is(asar.omits?.(tree), '/etc/app.conf and 1 more: an archive of what may be moved holds what is in /opt/app alone');
	const read = await opened(file);
	t.deepEqual(
		read.pkg.tree.entries.map(entry => shown(entry)),
		[
			'/opt directory 755',
			'/opt/app directory 755',
			'/opt/app/bin directory 755',
			'/opt/app/bin/python3.11 -> /usr/bin/python3.11',
			'/opt/app/bin/run file 755 1',
			'/opt/app/venvpack.json file 644 3',
		],
	);
	t.is(read.declared.digests?.files.get(installPath('/opt/app/bin/run')), hash('sha256', 'x'));
});

test('asar of @electron/asar lists it and unpacks it', async t => {
	const file = await pack(asar, odd());
	t.deepEqual(
		await listed(file),
		[...readTree(files), ...['/opt/app/venvpack.json', '/opt/app/venvpack-summary.json']].sort(),
	);
	const folder = join(temporaryFolder(), 'out');
	run('extract', file, folder);
	t.true(readFileSync(join(folder, 'opt/app/large')).equals(large));
	t.is(readFileSync(join(folder, 'opt/app/lib/x/y.py'), 'utf8'), 'y = 1\n');
	t.is(lstatSync(join(folder, 'opt/app/bin/run')).mode & 0o111, 0o111);
	t.is(lstatSync(join(folder, 'opt/app/lib/x/y.py')).mode & 0o111, 0);
	t.is(readlinkSync(join(folder, 'opt/app/lib64')), 'lib');
	t.is(readlinkSync(join(folder, 'opt/app/bin/python3.11')), '../../../usr/bin/python3.11');
	t.deepEqual(readdirSync(join(folder, 'opt/app/empty')), []);
});

test('archives of @electron/asar are read, equal files once', async t => {
	const folder = temporaryFolder();
	const tree = join(folder, 'tree');
	execFileSync('sh', [
		'-c',
		'mkdir -p "$1/app/bin" "$1/app/none" && cd "$1/app" && echo x >one && echo x >two && echo y >bin/run && chmod 755 bin/run && ln -s ../one bin/link && : >pyvenv.cfg',
		'sh',
		tree,
	]);
	run('pack', tree, join(folder, 'a.asar'));
	const read = await opened(join(folder, 'a.asar'));
	t.deepEqual(
		read.pkg.tree.entries.map(entry => shown(entry)),
		[
			'/app directory 755',
			'/app/bin directory 755',
			'/app/bin/link -> ../one',
			'/app/bin/run file 755 2',
			'/app/none directory 755',
			'/app/one file 644 2',
			'/app/pyvenv.cfg file 644 0',
			'/app/two file 644 2',
		],
	);
	t.like(read.carries, {modes: 'executable', owners: false, digests: true});
	t.is(read.declared.digests?.files.get(installPath('/app/two')), hash('sha256', 'x\n'));
	t.is(Buffer.from((await contentsOf(read)).get(installPath('/app/two')) ?? []).toString(), 'x\n');
});

test('files larger than asar packs, and one in the place of the summary, are refused', t => {
	const check = (tree: NewPackage) => () => asar.check(tree, writeOptions(asar, tree));
	const huge = pkg({'/opt/app/huge': {host: temporaryFolder(), size: 2 ** 32}});
	t.throws(check(huge), {code: 'ASAR_FILE_TOO_LARGE'});
	t.throws(check(pkg({'/opt/app/venvpack-summary.json': '{}'})), {code: 'ASAR_SUMMARY_TAKEN'});
});

const file = (more: object = {}) => ({size: 1, offset: '0', ...more});
const refused = async (t: ExecutionContext, header: unknown, code: string, message: RegExp) => {
	const place = join(temporaryFolder(), 'a.asar');
	writeFileSync(place, asarBytes(header, 'xyz'));
	await t.throwsAsync(async () => contentsOf(await opened(place)), {code, message});
};

test('no files', refused, {}, 'ASAR_BROKEN', /neither a file/);
test('a file at the top', refused, file(), 'ASAR_BROKEN', /lists no files/);
test('a name that leaves', refused, {files: {'..': file()}}, 'ASAR_BROKEN', /no name/);
test('a name with a slash', refused, {files: {'a/b': file()}}, 'ASAR_BROKEN', /no name/);
test('a name of nothing', refused, {files: {'': file()}}, 'ASAR_BROKEN', /no name/);
test('a name with NUL', refused, {files: {'a\0': file()}}, 'ASAR_BROKEN', /no name/);
test('a name that comes twice', refused, '{"files":{"a":{"files":{}},"a":{"files":{}}}}', 'ASAR_BROKEN', /twice/);
test('a key that comes twice', refused, '{"files":{},"files":{}}', 'ASAR_BROKEN', /twice/);
test('a file and a folder', refused, {files: {a: {...file(), files: {}}}}, 'ASAR_BROKEN', /two things/);
test('a link and a file', refused, {files: {a: {...file(), link: 'b'}}}, 'ASAR_BROKEN', /two things/);
test('a link that leaves', refused, {files: {a: {link: '../b'}}}, 'ARTIFACT_PATH_ESCAPES', /leaves the root/);
test('a file that lies elsewhere', refused, {files: {a: {size: 1, unpacked: true}}}, 'ASAR_UNPACKED', /beside it/);
test('a file that lies nowhere', refused, {files: {a: {size: 1}}}, 'ASAR_BROKEN', /nowhere/);
test('an end behind the end', refused, {files: {a: file({size: 4})}}, 'ASAR_BROKEN', /behind the end/);
test('a beginning behind the end', refused, {files: {a: file({offset: '9'})}}, 'ASAR_BROKEN', /behind the end/);
test('an offset that is none', refused, {files: {a: file({offset: '-1'})}}, 'ASAR_BROKEN', /no number/);
test('an offset that is a number', refused, {files: {a: file({offset: 0})}}, 'ASAR_BROKEN', /no JSON/);
test('an offset beyond all numbers', refused, {files: {a: file({offset: '9'.repeat(16)})}}, 'ASAR_BROKEN', /no number/);
test('a size below zero', refused, {files: {a: file({size: -1})}}, 'ASAR_BROKEN', /whole number/);
test('a size that is no whole number', refused, {files: {a: file({size: 1.5})}}, 'ASAR_BROKEN', /whole number/);
test(
	'a digest that is none',
	refused,
	{files: {a: file({integrity: {algorithm: 'SHA256', hash: 'x'}})}},
	'ASAR_BROKEN',
	/digest/,
);
test('nesting without end', refused, '{"files":{"a":'.repeat(5000), 'ASAR_BROKEN', /longer path|levels/);
test('brackets without end', refused, `{"x":${'['.repeat(100_000)}`, 'ASAR_BROKEN', /levels/);
test('a path longer than Linux knows', refused, nested('d'.repeat(200), 30), 'ASAR_BROKEN', /longer path/);
test('no JSON', refused, '{"files":{"a":', 'ASAR_BROKEN', /no JSON/);
test('something behind', refused, '{"files":{}} x', 'ASAR_BROKEN', /after the end/);
test('a name that is not Unicode', refused, '{"files":{"\\ud800":{"files":{}}}}', 'ASAR_BROKEN', /escape/);
test(
	'a summary that is none',
	refused,
	{files: {'venvpack-summary.json': file({size: 3})}},
	'ASAR_BROKEN',
	/modes, owners and links/,
);

test('files that share their bytes may not stand for any amount of work', async t => {
	const contents = Buffer.alloc(1024 * 1024);
	const names = Array.from({length: 9000}, (_, at) => [`f${at}`, {size: contents.length, offset: '0'}]);
	const place = join(temporaryFolder(), 'a.asar');
	writeFileSync(place, asarBytes({files: Object.fromEntries(names)}, contents));
	await t.throwsAsync(opened(place), {code: 'ARTIFACT_TOO_LARGE'});
});

test('an archive that is cut off', async t => {
	const bytes = readFileSync(await pack(asar, odd()));
	const place = join(temporaryFolder(), 'a.asar');
	writeFileSync(place, bytes.subarray(0, 1000));
	await t.throwsAsync(opened(place), {code: 'ASAR_BROKEN'});
	writeFileSync(place, bytes.subarray(0, bytes.length - 1));
	await t.throwsAsync(opened(place), {code: 'ASAR_BROKEN', message: /behind the end/});
});

function shown(entry: NewPackage['tree']['entries'][number]): string {
	switch (entry.kind) {
		case 'link':
			return `${entry.path} -> ${entry.target}`;
		case 'directory':
			return `${entry.path} directory ${entry.mode.toString(8)}`;
		case 'file':
			return `${entry.path} file ${entry.mode.toString(8)} ${sizeOf(entry.content)}`;
	}
}

const program = join(dirname(createRequire(import.meta.url).resolve('@electron/asar')), '../bin/asar.mjs');

function run(...args: readonly string[]): string {
	return execFileSync(process.execPath, [program, ...args], {encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26});
}

async function listed(archive: string): Promise<string[]> {
	return run('list', archive).split('\n').filter(Boolean).sort();
}

/** What asar is to list: all but the two links that it cannot hold, names with a backslash as it takes them. */
function readTree(literal: Readonly<Record<string, LiteralEntry>>): string[] {
	const paths = Object.keys(literal)
		.filter(path => path !== '/opt/app/up' && path !== '/opt/app/top')
		.map(path => path.replace(/\/$/, ''));
	const parents = paths.flatMap(path => path.split('/').map((_, at, parts) => parts.slice(0, at).join('/')));
	const encoded: Readonly<Record<string, string>> = {
		'/opt/app/lib/a\\b': '/opt/app/lib/a%5Cb',
		'/opt/app/lib/a%5Cb': '/opt/app/lib/a%255Cb',
		'/opt/app/lib/a%255Cb': '/opt/app/lib/a%25255Cb',
	};
	return [...new Set([...paths, ...parents])].filter(Boolean).map(path => encoded[path] ?? path);
}

function nested(name: string, depth: number): unknown {
	return depth === 0 ? {files: {}} : {files: {[name]: nested(name, depth - 1)}};
}

test('a head whose numbers are too large is none', t => {
	for (const length of [0xff_ff_ff_ff, 2 ** 31 + 1]) {
		const head = Buffer.alloc(17, '{');
		head.writeUInt32LE(length, 12);
		t.is(decodeAsarLead(head), undefined);
	}
});
