import {execFileSync} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import type {PackageWriter} from '../../src/formats/format.ts';
import {zip} from '../../src/formats/zip.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type HostPath, hostPath, type InstallPath} from '../../src/model/paths.ts';
import type {Compression} from '../../src/model/plan.ts';
import {opened} from '../helpers/opened.ts';
import {pack, temporaryFolder, writeOptions} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {pathOf, withTools} from '../helpers/tools.ts';

const stored: Compression = {method: 'none', level: 0};
const long = `/opt/app/${'d'.repeat(101)}/${'e'.repeat(200)}/${'f'.repeat(200)}`;
const files: Record<string, LiteralEntry> = {
	'/opt/app/bin/run': '#!/bin/sh\necho "ran at $0"\n',
	'/opt/app/closed': {mode: 0o400, text: 'closed'},
	'/opt/app/empty/': {mode: 0o755},
	'/opt/app/empty-file': '',
	'/opt/app/large': Buffer.alloc(3_000_000, 'venvpack'),
	[long]: 'long',
	'/opt/app/link': {link: 'bin/run'},
	'/opt/app/shared/': {mode: 0o2775},
	'/opt/app/é (1) @#:日本': 'odd',
};
const odd = pkg(files);

test('the file name says what the machine must be', t => {
	t.is(zip.fileName(odd), 'app-1.0-linux-x86_64.zip');
	t.is(zip.fileName(pkg({}, {arch: 'any'})), 'app-1.0-py3-none-any.zip');
});

test('paths begin at the root, and folders of the system have no place', async t => {
	const archive = await pack(zip, pkg({'/opt/app/bin/run': 'x', '/etc/app.conf': 'y'}));
	t.deepEqual(names(archive), ['etc/app.conf', 'opt/app/', 'opt/app/bin/', 'opt/app/bin/run', 'opt/app/venvpack.json']);
});

test('what may be moved lies in one folder, and what lies elsewhere is left out, and told', async t => {
	const tree = pkg(
		{'/opt/app/bin/run': 'x', '/usr/bin/run': {link: '/opt/app/bin/run'}, '/etc/app.conf': 'y'},
		{layout: {relocatable: true}},
	);
	const archive = await pack(zip, tree);
	t.deepEqual(names(archive), ['app-1.0/', 'app-1.0/bin/', 'app-1.0/bin/run', 'app-1.0/venvpack.json']);
	t.is(zip.omits?.(tree), '/etc/app.conf and 1 more: an archive of what may be moved holds what is in /opt/app alone');
});

test('an owner is told as lost', t => {
	const owner = {user: 'daemon', group: 'daemon'};
	const owned = (path: string): NewPackage => ({
		...odd,
		treatment: {...odd.treatment, marks: new Map([[path as InstallPath, {role: 'plain', owner} as const]])},
	});
	t.is(zip.omits?.(owned('/etc/app')), 'the owner of /etc/app: a zip archive names no owners');
	t.is(zip.omits?.(odd), undefined);
});

test('a name that another system would take for two is refused, and so is one with a drive', t => {
	const refused = (tree: NewPackage) =>
		t.throws(() => zip.check(tree, writeOptions(zip, tree)), {code: 'ZIP_NAME_UNFIT'}).message;
	t.is(refused(pkg({'/opt/app/a\\b': 'x'})), '/opt/app/a\\b: no member of a zip archive can have this name');
	t.regex(refused(pkg({'/c:/app/x': 'x'}, {prefix: '/c:/app'})), /^\/c:/);
	t.notThrows(() => zip.check(pkg({'/opt/app/c:x': 'x'}), writeOptions(zip, odd)));
});

test('the same bytes, however they arrive', async t => {
	const digests = new Set<string>();
	for (const pieces of [511, 70_000, undefined]) {
		digests.add(digestOf(await pack(zip, odd, pieces === undefined ? {} : {pieces})));
	}

	t.is(digests.size, 1);
});

test('the same bytes in every time zone', t => {
	const packer = fileURLToPath(new URL('../helpers/pack-zip.ts', import.meta.url));
	const digests = ['UTC', 'Asia/Tokyo', 'America/St_Johns'].map(zone =>
		execFileSync(process.execPath, [packer], {encoding: 'utf8', env: {...process.env, TZ: zone}}),
	);
	t.is(new Set(digests).size, 1);
});

test('a name that is no ASCII is marked as UTF-8; no member has more than its header', async t => {
	const bytes = readFileSync(await pack(zip, odd));
	let marked = 0;
	for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 46)) {
		const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28));
		const isMarked = (bytes.readUInt16LE(at + 8) & 0x08_00) !== 0;
		t.is(isMarked, name.length !== name.toString().length, name.toString());
		t.is(bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32), 0);
		marked += isMarked ? 1 : 0;
	}

	t.is(marked, 1);
});

test('a time that zip does not know becomes the next one that it does', async t => {
	for (const [epoch, year] of [
		[0, 1980],
		[4_000_000_000, 2043],
	] as const) {
		const read = await opened(await pack(zip, pkg({}, {epoch})));
		t.is(read.pkg.epoch, epoch === 0 ? 315_532_800 : 2_335_219_198);
		t.is(new Date(read.pkg.epoch * 1000).getUTCFullYear(), year);
	}
});

test('more files than a plain archive counts', async t => {
	const many = Object.fromEntries(Array.from({length: 65_540}, (_, index) => [`/opt/app/f${index}`, '']));
	const tree = pkg(many);
	const options = writeOptions(zip, tree, {compression: stored});
	await feed(await zip.open(tree, options), tree);
	t.is((await opened(options.file)).pkg.tree.entries.length, 65_540 + 3);
	t.is(execFileSync('python3', ['-c', countMembers, options.file], {encoding: 'utf8'}), `${65_540 + 2}\n`);
});
const countMembers = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))';

test('a file in its place is not written over', async t => {
	const options = writeOptions(zip, odd);
	writeFileSync(options.file, 'mine');
	await t.throwsAsync(zip.open(odd, options), {code: 'OUTPUT_UNWRITABLE'});
	t.is(readFileSync(options.file, 'utf8'), 'mine');
});

withTools('mount', 'root')('a full disk is said, and nothing hangs', async t => {
	const folder = temporaryFolder();
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
	t.teardown(() => execFileSync('umount', ['-l', folder]));
	for (const size of [900_000, 3_000_000]) {
		const noise = pkg({'/opt/app/noise': randomBytes(size), '/opt/app/other': randomBytes(size)});
		const file = hostPath(join(folder, `${size}.zip`));
		const options = writeOptions(zip, noise, {file});
		const writer = await zip.open(noise, options);
		await t.throwsAsync(feed(writer, noise), {code: 'DISK_FULL'});
		await writer.abort();
		rmSync(file);
	}
});

interface Unpacker {
	readonly program: string;
	readonly args: (archive: HostPath) => readonly string[];
	/** Bits that it gives to a folder or a file that has them: all, all but those of set-user-ID and its like. */
	readonly modes: number;
	readonly links: boolean;
}

const infoZip: Unpacker = {program: 'unzip', args: archive => ['-q', archive], modes: 0o777, links: true};
const bsdtar: Unpacker = {program: 'bsdtar', args: archive => ['-xpf', archive], modes: 0o7777, links: true};
const python: Unpacker = {
	program: 'python3',
	args: archive => ['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall()', archive],
	modes: 0,
	links: false,
};
const busybox: Unpacker = {program: 'busybox', args: archive => ['unzip', '-q', archive], modes: 0o7777, links: true};

const unpacks = async (t: ExecutionContext, {program, args, modes, links}: Unpacker, compression?: Compression) => {
	const archive = await pack(zip, odd, compression ? {compression} : {});
	const root = temporaryFolder();
	execFileSync(program, args(archive), {cwd: root, env: {...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8'}});
	t.is(readFileSync(join(root, long), 'utf8'), 'long');
	t.is(readFileSync(join(root, 'opt/app/é (1) @#:日本'), 'utf8'), 'odd');
	t.is(lstatSync(join(root, 'opt/app/empty-file')).size, 0);
	t.true(readFileSync(join(root, 'opt/app/large')).equals(Buffer.alloc(3_000_000, 'venvpack')));
	t.deepEqual(readdirSync(join(root, 'opt/app/empty')), []);
	if (modes !== 0) {
		const mode = (path: string) => lstatSync(join(root, path)).mode & 0o7777;
		t.is(mode('opt/app/bin/run'), 0o755);
		t.is(mode('opt/app/closed'), 0o400);
		t.is(mode('opt/app/shared'), 0o2775 & modes);
	}

	t.is(lstatSync(join(root, 'opt/app/link')).isSymbolicLink(), links);
	if (links) {
		t.is(readlinkSync(join(root, 'opt/app/link')), 'bin/run');
		t.regex(execFileSync(join(root, 'opt/app/link'), {encoding: 'utf8'}), /^ran at /);
	}
};
withTools('unzip', 'root')('Info-ZIP unpacks it', unpacks, infoZip);
withTools('unzip', 'root')('Info-ZIP unpacks what is only stored', unpacks, infoZip, stored);
withTools('bsdtar', 'root')('bsdtar unpacks it', unpacks, bsdtar);
withTools('bsdtar', 'root')('bsdtar unpacks what is only stored', unpacks, bsdtar, stored);
withTools('python3', 'root')('zipfile of Python unpacks it, without modes and links', unpacks, python);
withTools('busybox', 'root')('busybox unpacks it', unpacks, busybox);
withTools('busybox', 'root')('busybox unpacks what is only stored', unpacks, busybox, stored);

withTools('unzip')('Info-ZIP finds no fault, and the same times', async t => {
	const archive = await pack(zip, odd);
	t.regex(execFileSync('unzip', ['-tq', archive], {encoding: 'utf8'}), /^No errors detected/);
	const listed = execFileSync('zipinfo', ['-T', archive], {encoding: 'utf8', env: {...process.env, TZ: 'UTC'}});
	t.regex(listed, /-rwxr-xr-x .* 20010909\.014640 opt\/app\/bin\/run/);
	t.regex(listed, /lrwxrwxrwx .* opt\/app\/link/);
});

/** As `pack` does, without the digests that a zip archive does not hold. */
async function feed(writer: PackageWriter, {tree}: NewPackage): Promise<void> {
	for (const entry of tree.entries) {
		await writer.begin(entry);
		if (entry.kind === 'file' && entry.content.kind === 'bytes') {
			await writer.write(entry.content.bytes);
			await writer.end({sha256: '', md5: ''});
		}
	}

	await writer.finish();
}

/** As the archive has them, in its order. */
function names(archive: HostPath): string[] {
	const list = 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
	return execFileSync(pathOf('python3') ?? 'python3', ['-c', list, archive], {encoding: 'utf8'})
		.trim()
		.split('\n');
}

function digestOf(file: HostPath): string {
	return createHash('sha256').update(readFileSync(file)).digest('hex');
}
