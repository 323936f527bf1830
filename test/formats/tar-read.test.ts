/** Tarballs of others: what GNU tar, bsdtar and Python make, in every dialect, and what nobody should make. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {encodeTarMember, root, type TarMember, tarEnd, tarPadding} from '../../src/codecs/tar.ts';
import {tarGz} from '../../src/formats/tar.ts';
import {installPath} from '../../src/model/paths.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/f`;

const base: TarMember = {name: 'x', kind: 'file', mode: 0o644, size: 0, target: '', mtime: 0, owner: root};

/** A folder with some of everything that a dialect can hold. */
function sample(names: readonly string[]): string {
	const folder = temporaryFolder();
	for (const name of names) {
		mkdirSync(join(folder, name, '..'), {recursive: true});
		writeFileSync(join(folder, name), `in ${name}`, {mode: 0o644});
	}

	mkdirSync(join(folder, 'empty'), {mode: 0o755});
	symlinkSync('../a', join(folder, 'empty/link'));
	execFileSync('ln', ['a', 'hard'], {cwd: folder});
	execFileSync('chmod', ['-R', 'u=rwX,go=rX', '.'], {cwd: folder});
	return folder;
}

const readsAs = async (
	t: ExecutionContext,
	names: readonly string[],
	...[program = '', ...args]: readonly string[]
): Promise<void> => {
	const file = join(temporaryFolder(), 'x');
	execFileSync(program, [...args, file, '-C', sample(names), '.']);
	const artifact = await opened(file);
	const contents = await contentsOf(artifact);
	for (const name of names) {
		t.is(Buffer.from(contents.get(installPath(`/${name}`)) ?? []).toString(), `in ${name}`);
	}

	t.is(String(contents.get(installPath('/hard'))), 'in a');
	const entries = new Map(artifact.pkg.tree.entries.map(entry => [String(entry.path), entry]));
	t.like(entries.get('/empty'), {kind: 'directory', mode: 0o755});
	t.like(entries.get('/empty/link'), {kind: 'link', target: '../a'});
	t.like(entries.get('/a'), {kind: 'file', mode: 0o644});
};
const short = ['a', 'folder/b'];
const all = [...short, long, 'é 日本', 'x'.repeat(150)];
for (const [form, names] of [
	['gnu', all],
	['pax', all],
	['ustar', [...short, long]],
	['v7', short],
	['oldgnu', all],
] as const) {
	withTools('tar')(`GNU tar, ${form}`, readsAs, names, 'tar', `--format=${form}`, '-cf');
}

for (const [form, names] of [
	['gnutar', all],
	['pax', all],
	['ustar', [...short, long]],
	['v7tar', short],
] as const) {
	withTools('bsdtar')(`bsdtar, ${form}`, readsAs, names, 'bsdtar', `--format=${form}`, '-cf');
}

for (const [compression, flag] of [
	['gzip', '-czf'],
	['xz', '-cJf'],
	['bzip2', '-cjf'],
	['zstd', '--zstd -cf'],
	['lzma', '--lzma -cf'],
] as const) {
	withTools('tar', compression === 'lzma' ? 'xz' : compression)(
		`through ${compression}`,
		readsAs,
		all,
		'tar',
		...flag.split(' '),
	);
}

withTools('tar', 'xz')('the format is told by the bytes, not by the name', async t => {
	const file = join(temporaryFolder(), 'x.zip');
	execFileSync('tar', ['-cJf', file, '-C', sample(['a']), '.']);
	t.is((await opened(file)).format, 'tar.xz');
});

test('the summary is no file of the tree; one at another place is', async t => {
	const ours = pkg({'/opt/app/lib/venvpack-summary.json': 'mine'});
	const {pkg: read} = await opened(await pack(tarGz, ours));
	t.deepEqual(read.manifest, ours.manifest);
	t.deepEqual(
		read.tree.entries.map(({path}) => String(path)),
		['/opt', '/opt/app', '/opt/app/lib', '/opt/app/lib/venvpack-summary.json', '/opt/app/venvpack.json'],
	);
});

test('one folder to be unpacked anywhere: it lies at the root, or where the user says', async t => {
	const file = write(folder('app-1.0/'), {...base, name: 'app-1.0/pyvenv.cfg'}, {...base, name: 'app-1.0/bin/x'});
	t.is((await opened(file)).pkg.prefix, installPath('/app-1.0'));
	const {pkg: placed, declared} = await opened(file, installPath('/srv/app'));
	t.is(placed.prefix, installPath('/srv/app'));
	t.deepEqual(
		placed.tree.entries.map(({path}) => String(path)),
		['/srv', '/srv/app', '/srv/app/bin', '/srv/app/bin/x', '/srv/app/pyvenv.cfg'],
	);
	t.is(declared.owners.size, 0);
});

test('what has its place cannot be said to lie elsewhere', async t => {
	const file = await pack(tarGz, pkg({'/opt/app/bin/x': 'x'}));
	await t.throwsAsync(opened(file, installPath('/srv/app')), {code: 'ARTIFACT_PREFIX_ABSENT'});
	t.is((await opened(file, installPath('/opt/app'))).pkg.prefix, installPath('/opt/app'));
});

test('names are taken from the root, whatever they begin with; the later of two counts', async t => {
	const file = write(
		...[folder('./'), {...base, name: './a//b', size: 1}, {...base, name: '/c', mode: 0o600}],
		...[{...base, name: 'c', mode: 0o755}, folder('a/'), {...folder('a/'), mode: 0o700}],
	);
	t.deepEqual(
		(await opened(file)).pkg.tree.entries.map(entry => [String(entry.path), 'mode' in entry ? entry.mode : 0]),
		[
			['/a', 0o700],
			['/a/b', 0o644],
			['/c', 0o755],
		],
	);
});

test('owners other than root are told, by name where there is one', async t => {
	const owned = (name: string, user: string, uid: number): TarMember => ({
		...base,
		name,
		owner: {uid, gid: 0, user, group: ''},
	});
	const {declared} = await opened(
		write(owned('a', 'ann', 7), owned('b', '', 7), owned('c', 'root', 0), owned('d', '', 0)),
	);
	t.deepEqual(
		[...declared.owners].map(([path, {user, group}]) => [String(path), user, group]),
		[
			['/a', 'ann', '0'],
			['/b', '7', '0'],
		],
	);
});

const refused = test.macro(async (t: ExecutionContext, code: string, ...members: TarMember[]) => {
	t.like(await t.throwsAsync(opened(write(...members))), {code, exitCode: 3});
});
test('refused: a name that leaves the root', refused, 'ARTIFACT_PATH_ESCAPES', {...base, name: 'a/../../b'});
test('refused: a hard link to what leaves the root', refused, 'ARTIFACT_PATH_ESCAPES', {...hard('a', '../b')});
test('refused: a file below a file', refused, 'ARTIFACT_PATHS_CONFLICT', {...base, name: 'a'}, {...base, name: 'a/b'});
test(
	'refused: a file below a link',
	refused,
	'ARTIFACT_PATHS_CONFLICT',
	{...base, name: 'a', kind: 'link', target: '/etc'},
	{...base, name: 'a/b'},
);
test(
	'refused: a link in the place of a folder',
	refused,
	'ARTIFACT_PATHS_CONFLICT',
	{...base, name: 'a/b'},
	{...base, name: 'a', kind: 'link', target: '/etc'},
);
test('refused: a hard link to nothing', refused, 'ARTIFACT_DAMAGED', hard('a', 'b'));
test('refused: a hard link to itself', refused, 'ARTIFACT_DAMAGED', hard('a', 'a'));
test('refused: a hard link to a folder', refused, 'ARTIFACT_DAMAGED', folder('d/'), hard('a', 'd'));
test('refused: a link to nowhere', refused, 'ARTIFACT_DAMAGED', {...base, name: 'a', kind: 'link', target: ''});
test('refused: a path that Linux does not know', refused, 'ARTIFACT_TOO_LARGE', {...base, name: 'a/'.repeat(2100)});

withTools('tar', 'root')('refused: devices and pipes', async t => {
	const place = temporaryFolder();
	execFileSync('mkfifo', [join(place, 'pipe')]);
	execFileSync('tar', ['-cf', join(place, 'x.tar'), '-C', place, 'pipe']);
	await t.throwsAsync(opened(join(place, 'x.tar')), {code: 'ARTIFACT_ENTRY_UNSUPPORTED'});
});

withTools('tar')('refused: sparse files, of GNU and of pax', async t => {
	const place = temporaryFolder();
	execFileSync('truncate', ['-s', '10M', join(place, 'sparse')]);
	for (const form of ['gnu', 'pax']) {
		execFileSync('tar', [`--format=${form}`, '-S', '-cf', join(place, 'x.tar'), '-C', place, 'sparse']);
		await t.throwsAsync(opened(join(place, 'x.tar')), {code: 'ARTIFACT_ENTRY_UNSUPPORTED'});
	}
});

test('cut off anywhere it is refused, compressed or not', async t => {
	const whole = readFileSync(write(folder('opt/'), {...base, name: 'opt/x', size: 700}, hard('y', 'opt/x')));
	const file = join(temporaryFolder(), 'x');
	const codes = new Set<string>();
	for (let size = 1; size <= whole.length - 1024; size += size % 512 === 511 ? 1 : 255) {
		for (const bytes of [
			whole.subarray(0, size),
			gzipSync(whole.subarray(0, size)),
			gzipSync(whole).subarray(0, size / 20),
		]) {
			writeFileSync(file, bytes);
			const error = await t.throwsAsync(opened(file), undefined, `${size} bytes`);
			codes.add(String((error as {code?: string}).code));
		}
	}

	t.deepEqual([...codes].sort(), ['ARTIFACT_DAMAGED', 'ARTIFACT_EMPTY', 'ARTIFACT_UNKNOWN']);
});

function folder(name: string): TarMember {
	return {...base, name, kind: 'directory', mode: 0o755};
}

function hard(name: string, target: string): TarMember {
	return {...base, name, kind: 'hardlink', target};
}

function write(...members: TarMember[]): string {
	const file = join(temporaryFolder(), 'x.tar');
	const parts = members.flatMap(member => [
		encodeTarMember(member).slice(),
		Buffer.alloc(member.size, 'x'),
		tarPadding(member.size),
	]);
	writeFileSync(file, Buffer.concat([...parts, tarEnd]));
	return file;
}
