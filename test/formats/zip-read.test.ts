import {execFileSync} from 'node:child_process';
import {mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {installPath} from '../../src/model/paths.ts';
import type {Entry} from '../../src/model/tree.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {withTools} from '../helpers/tools.ts';
import {wheelBytes} from '../helpers/wheel.ts';
import {type ZipMember, zip} from '../helpers/zip.ts';

const members: readonly ZipMember[] = [
	{name: 'opt/app/', mode: 0o040_750},
	{name: 'opt/app/bin/run', body: '#!/bin/sh\n', mode: 0o100_755, deflate: true},
	{name: 'opt/app/bin/link', body: 'run', mode: 0o120_777},
	{name: 'opt/app/empty/', mode: 0o040_755},
	{name: 'opt/app/pyvenv.cfg', body: 'home = /usr/bin\n', mode: 0o100_644},
];

test('files, folders and links, with the modes of Unix', async t => {
	const artifact = await opened(write(zip(members)));
	t.is(artifact.format, 'zip');
	t.deepEqual(await listing(artifact), [
		'/opt directory 755',
		'/opt/app directory 750',
		'/opt/app/bin directory 755',
		'/opt/app/bin/link -> run',
		'/opt/app/bin/run file 755 #!/bin/sh\n',
		'/opt/app/empty directory 755',
		'/opt/app/pyvenv.cfg file 644 home = /usr/bin\n',
	]);
	t.is(String(artifact.pkg.prefix), '/opt/app');
	t.is(artifact.pkg.epoch, Date.UTC(1996, 7, 1) / 1000);
});

test('a script may precede the archive, and its offsets count it or not', async t => {
	const bytes = zip(members);
	const before = Buffer.from('#!/usr/bin/env python3\n');
	const counted = write(zip(members, before));
	const uncounted = write(Buffer.concat([before, bytes]));
	const plain = await listing(await opened(write(bytes)));
	t.deepEqual(await listing(await opened(counted)), plain);
	t.deepEqual(await listing(await opened(uncounted)), plain);
});

test('an archive of nothing', async t => {
	t.deepEqual((await opened(write(zip([])))).pkg.tree.entries, []);
});

test('what was made without modes has the usual ones', async t => {
	const artifact = await opened(
		write(
			zip([
				{name: 'a/', mode: 0},
				{name: 'a/b', mode: 0},
				{name: 'c', mode: 0o600},
			]),
		),
	);
	t.deepEqual(await listing(artifact), ['/a directory 755', '/a/b file 644 ', '/c file 600 ']);
});

test('names of old programs are in the character set of the first PC', async t => {
	const raw = Buffer.from('Gr\x81\xe1e', 'latin1');
	const bytes = zip([{name: raw, body: 'x'}]);
	// Neither header says that the name is UTF-8.
	for (const [magic, at] of [
		['PK\x03\x04', 6],
		['PK\x01\x02', 8],
	] as const) {
		bytes.writeUInt16LE(0, bytes.indexOf(magic) + at);
	}

	t.deepEqual(await listing(await opened(write(bytes))), ['/Grüße file 644 x']);
});

test('what may be unpacked anywhere comes to where the user says that it lies', async t => {
	const file = write(
		zip([
			{name: 'app-1.0/pyvenv.cfg', body: ''},
			{name: 'app-1.0/bin/x', body: 'x'},
		]),
	);
	t.is(String((await opened(file)).pkg.prefix), '/app-1.0');
	const placed = await opened(file, installPath('/srv/app'));
	t.is(String(placed.pkg.prefix), '/srv/app');
	t.true((await listing(placed)).includes('/srv/app/bin/x file 644 x'));
});

withTools('zip', 'unzip')(
	'archives of Info-ZIP: links kept, streamed with their sizes behind, and as written',
	async t => {
		const folder = temporaryFolder();
		place(folder, {
			'tree/opt/app/bin/run': '#!/bin/sh\n',
			'tree/opt/app/Grüße 你好': 'x'.repeat(5000),
			'tree/opt/none': '',
		});
		symlinkSync('run', join(folder, 'tree/opt/app/bin/link'));
		mkdirSync(join(folder, 'tree/opt/empty'));
		const expected = [
			'/opt directory 755',
			'/opt/app directory 755',
			`/opt/app/Grüße 你好 file 644 ${'x'.repeat(5000)}`,
			'/opt/app/bin directory 755',
			'/opt/app/bin/link -> run',
			'/opt/app/bin/run file 755 #!/bin/sh\n',
			'/opt/empty directory 755',
			'/opt/none file 644 ',
		];
		for (const [name, args] of [
			['plain', ['-qyr', '../plain.zip', '.']],
			['streamed', ['-qyr', '-', 'opt']],
			['stored', ['-qyr0', '../stored.zip', 'opt']],
		] as const) {
			const file = join(folder, `${name}.zip`);
			// zip refuses to stream into a pipe what it stores, and takes a file for it.
			const stdout = args[1] === '-' ? openSync(file, 'w') : 'pipe';
			execFileSync('zip', args, {cwd: join(folder, 'tree'), stdio: ['ignore', stdout, 'pipe']});
			t.deepEqual(await listing(await opened(file)), expected, name);
		}
	},
);

withTools('python3')('archives of Python: large forms of small members, zipapps', async t => {
	const folder = temporaryFolder();
	place(folder, {'app/__main__.py': 'print(1)\n'});
	const script = `
import zipapp, zipfile
with zipfile.ZipFile('a.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    with z.open('large', 'w', force_zip64=True) as f:
        f.write(b'q' * 100)
    z.writestr('ü/ß', 'y')
zipapp.create_archive('app', 'app.pyz', '/usr/bin/env python3')
`;
	execFileSync('python3', ['-c', script], {cwd: folder, stdio: 'pipe'});
	t.deepEqual(await listing(await opened(join(folder, 'a.zip'))), [
		`/large file 600 ${'q'.repeat(100)}`,
		'/ü directory 755',
		'/ü/ß file 600 y',
	]);
	const app = await opened(join(folder, 'app.pyz'));
	t.deepEqual(await listing(app), ['/__main__.py file 644 print(1)\n']);
});

withTools('python3')('a large archive: 70,000 members, whose number stands in another record', async t => {
	const folder = temporaryFolder();
	const script = `
import zipfile
with zipfile.ZipFile('a.zip', 'w') as z:
    for n in range(70000):
        z.writestr(f'd{n % 100}/{n}', b'')
`;
	execFileSync('python3', ['-c', script], {cwd: folder, stdio: 'pipe'});
	t.is((await opened(join(folder, 'a.zip'))).pkg.tree.entries.length, 70_100);
});

const refused = async (t: ExecutionContext, bytes: Uint8Array, code: string, message?: RegExp) => {
	const error = await t.throwsAsync(async () => contentsOf(await opened(write(bytes))), {
		code,
		...(message && {message}),
	});
	t.true(error?.message !== '');
};

test('a name that leaves the root', refused, zip([{name: '../x'}]), 'ARTIFACT_PATH_ESCAPES');
test('a name that begins at the root', refused, zip([{name: '/x'}]), 'ZIP_NAME_INVALID');
test('a name with a backslash', refused, zip([{name: 'a\\b'}]), 'ZIP_NAME_INVALID');
test('a name of nothing', refused, zip([{name: ''}]), 'ZIP_NAME_INVALID');
test('a name that comes twice', refused, zip([{name: 'a'}, {name: './a'}]), 'ZIP_NAME_INVALID', /twice/);
test('a file with files below it', refused, zip([{name: 'a'}, {name: 'a/b'}]), 'ARTIFACT_PATHS_CONFLICT');
test(
	'a link longer than Linux takes',
	refused,
	zip([{name: 'a', mode: 0o120_777, body: 'x'.repeat(5000)}]),
	'ARTIFACT_TOO_LARGE',
);
test('a device', refused, zip([{name: 'a', mode: 0o020_644}]), 'ARTIFACT_ENTRY_UNSUPPORTED');
test('a folder that has bytes', refused, zip([{name: 'a/', mode: 0o040_755, body: 'x'}]), 'ARTIFACT_ENTRY_UNSUPPORTED');
test(
	'a member that claims more than can be',
	refused,
	zip([{name: 'a', body: 'x'.repeat(100), deflate: true, claims: 10_000_000}]),
	'ZIP_BROKEN',
	/claims to make 10000000 bytes/,
);
test(
	'a member that is larger than it says',
	refused,
	zip([{name: 'a', body: 'x'.repeat(900), deflate: true, claims: 800}]),
	'ARTIFACT_DAMAGED',
);
test(
	'a member that is smaller than it says',
	refused,
	zip([{name: 'a', body: 'x'.repeat(800), deflate: true, claims: 900}]),
	'ARTIFACT_DAMAGED',
);
test(
	'a script, and the end of an archive',
	refused,
	Buffer.concat([Buffer.from('#!x\n'), zip(members).subarray(100)]),
	'ZIP_BROKEN',
);
test('a beginning without an end', refused, zip(members).subarray(0, 100), 'ZIP_BROKEN', /no directory/);
test('a stored byte that changed', refused, changed(zip(members), 'home =', 'hose ='), 'ARTIFACT_DAMAGED', /checksum/);
test(
	'a name that is another before the bytes',
	refused,
	changed(zip(members), 'pyvenv.cfg', 'pyvenv.bad'),
	'ZIP_BROKEN',
	/another name/,
);
test('a number of members that cannot be', refused, patched(zip(members), 'PK\x05\x06', 10, 60_000), 'ZIP_BROKEN');
test(
	'a number of members that is too small',
	refused,
	patched(zip(members), 'PK\x05\x06', 10, 2),
	'ZIP_BROKEN',
	/follow the last/,
);
test('one part of several', refused, patched(zip(members), 'PK\x05\x06', 4, 1), 'ZIP_BROKEN', /several/);

test('members that share their bytes, as bombs have them', async t => {
	const bytes = zip([
		{name: 'a', body: 'x'},
		{name: 'b', body: 'x'},
	]);
	const second = bytes.lastIndexOf('PK\x01\x02');
	bytes.write('a', second + 46);
	bytes.writeUInt32LE(0, second + 42);
	await refused(t, bytes, 'ZIP_BROKEN', /shares bytes/);
});

withTools('zip')('what is encrypted is refused with a word of its own', async t => {
	const folder = temporaryFolder();
	place(folder, {secret: 'x'});
	execFileSync('zip', ['-qP', 'password', 'a.zip', 'secret'], {cwd: folder, stdio: 'pipe'});
	await refused(t, readFileSync(join(folder, 'a.zip')), 'ZIP_ENCRYPTED');
});

withTools('python3')('so is a method that nobody expects', async t => {
	const folder = temporaryFolder();
	const script = "import zipfile; zipfile.ZipFile('a.zip', 'w', zipfile.ZIP_LZMA).writestr('a', 'x')";
	execFileSync('python3', ['-c', script], {cwd: folder, stdio: 'pipe'});
	await refused(t, readFileSync(join(folder, 'a.zip')), 'ZIP_METHOD_UNKNOWN', /method 14/);
});

test('a wheel says what it is, what it needs, and the digests of its files', async t => {
	const metadata = [
		'Summary: A sample',
		'License-Expression: MIT',
		'Requires-Dist: other>=1',
		'Requires-Python: >=3.9',
	];
	const artifact = await opened(write(wheelBytes({metadata, tag: 'cp311-cp311-manylinux_2_17_aarch64'})));
	t.is(artifact.format, 'wheel');
	t.like(artifact.pkg.metadata, {name: 'sample', version: '1.0', summary: 'A sample', license: 'MIT'});
	t.is(artifact.pkg.arch, 'aarch64');
	t.is(String(artifact.pkg.prefix), '/');
	t.deepEqual(artifact.declared.relations, {requires: ['other>=1']});
	t.is(artifact.declared.fields.get('requires-python'), '>=3.9');
	const {digests} = artifact.declared;
	t.is(
		digests?.files.get(installPath('/sample.py')),
		'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
	);
	t.is(digests?.files.size, 3);
});

test('a venv in a zip is no wheel, for all the dist-info folders in it', async t => {
	const file = write(zip([{name: 'app/pyvenv.cfg'}, {name: 'app/lib/x-1.dist-info/WHEEL'}]));
	t.is((await opened(file)).format, 'zip');
});

test(
	'a wheel has one distribution',
	refused,
	zip([{name: 'a-1.dist-info/WHEEL'}, {name: 'b-1.dist-info/WHEEL'}]),
	'WHEEL_INVALID',
);

async function listing(artifact: Parameters<typeof contentsOf>[0]): Promise<string[]> {
	const contents = await contentsOf(artifact);
	return artifact.pkg.tree.entries.map(entry => `${entry.path} ${shown(entry)}${text(contents.get(entry.path))}`);
}

function shown(entry: Entry): string {
	return entry.kind === 'link' ? `-> ${entry.target}` : `${entry.kind} ${entry.mode.toString(8)}`;
}

function text(bytes: Uint8Array | undefined): string {
	return bytes === undefined ? '' : ` ${Buffer.from(bytes).toString()}`;
}

let written = 0;

function write(bytes: Uint8Array): string {
	const file = join(temporaryFolder(), `${written++}.zip`);
	writeFileSync(file, bytes);
	return file;
}

function place(folder: string, files: Readonly<Record<string, string>>): void {
	for (const [name, body] of Object.entries(files)) {
		const path = join(folder, name);
		mkdirSync(dirname(path), {recursive: true});
		writeFileSync(path, body, {mode: name.includes('/bin/') ? 0o755 : 0o644});
	}
}

/** The first occurrence replaced by as many bytes. */
function changed(bytes: Buffer, from: string, to: string): Buffer {
	bytes.write(to, bytes.indexOf(from), 'latin1');
	return bytes;
}

function patched(bytes: Buffer, magic: string, at: number, value: number): Buffer {
	bytes.writeUInt16LE(value, bytes.indexOf(magic) + at);
	return bytes;
}
