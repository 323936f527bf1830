import {createHash} from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import test from 'ava';
import type {VenvpackError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import {unpackPython} from '../../src/operations/python-archive/python-archive.ts';
import {smallElf} from '../helpers/elf.ts';
import {archiveOf, archiveWith, type Member} from '../helpers/python-archive.ts';
import {pythonOf, withReason, withTools} from '../helpers/tools.ts';

interface Place {
	readonly folder: string;
	/** Where the interpreter is unpacked. */
	readonly work: string;
	readonly cache: string;
}

function place(t: ExecutionContext): Place {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-archive-')));
	t.teardown(() => rmSync(folder, {recursive: true}));
	const [work, cache] = [join(folder, 'work'), join(folder, 'cache')];
	mkdirSync(work);
	return {folder, work, cache};
}

interface Wish {
	readonly sha256: string;
	readonly offline?: boolean;
}

function unpack({work, cache}: Place, archive: string, {sha256, offline = false}: Wish) {
	return unpackPython(
		{place: archive, sha256, promisedBy: '--python-archive-sha256'},
		{
			work: hostPath(work),
			offline,
			context: {
				environment: {...process.env, VENVPACK_CACHE_DIR: cache},
				version: '0',
				listener: () => undefined,
			},
		},
	);
}

const shared = pythonOf('3.11', 'pyenv');
const withShared = withReason(shared ? '' : 'a Python 3.11 of pyenv');
const withZstd = withTools('zstd', 'tar');

for (const full of shared ? [false, true] : []) {
	withZstd(
		`the interpreter of ${full ? 'a full archive' : 'one with install_only'}, laid out from pyenv's, starts from where it is unpacked`,
		async t => {
			const at = place(t);
			const {file, sha256} = archiveOf(shared?.path ?? '', at.folder, full);
			const found = await unpack(at, file, {sha256, offline: true});
			const home = join(at.work, full ? 'python/install' : 'python');
			t.like(found, {executable: join(home, 'bin/python3.11'), prefix: home, version: shared?.version});
			t.is(existsSync(join(at.work, 'python/licenses/LICENSE.openssl-3.txt')), full);
		},
	);
}

withShared('an archive is downloaded once: the next build has it offline, and nobody sees its address', async t => {
	const at = place(t);
	const bytes = readFileSync((await archiveWith(join(at.folder, 'x.tar'), [{name: 'nothing', text: 'x'}])).file);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	let asked = 0;
	const server = createServer((_, answer) => {
		asked++;
		answer.end(bytes);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : 0;
	const url = `http://me:s3cret@127.0.0.1:${port}/cpython%2B1-install_only.tar`;
	const missing = await t.throwsAsync(unpack(at, url, {sha256, offline: true}), {code: 'OFFLINE_MISSING'});
	t.notRegex(missing?.message ?? '', /s3cret/);
	for (const offline of [false, true]) {
		const error = await t.throwsAsync(unpack(at, url, {sha256, offline}), {code: 'PYTHON_ARCHIVE_INVALID'});
		t.regex(error?.message ?? '', /neither python\/install\/bin\/python3 nor python\/bin\/python3/);
	}

	t.is(asked, 1);
	t.deepEqual(readdirSync(join(at.cache, 'wheels', sha256)), ['cpython+1-install_only.tar']);
});

test('the wrong hash: nothing is unpacked, and nothing of it is read', async t => {
	const at = place(t);
	const {file} = await archiveWith(join(at.folder, 'x.tar'), [{name: '../../evil', text: 'x'}]);
	const error = await t.throwsAsync(unpack(at, file, {sha256: '0'.repeat(64)}), {code: 'HASH_MISMATCH'});
	t.regex(error?.message ?? '', /--python-archive-sha256 promises 0000/);
	t.deepEqual(readdirSync(at.work), []);
});

test('an archive that is not there', async t => {
	const at = place(t);
	await t.throwsAsync(unpack(at, join(at.folder, 'no.tar.gz'), {sha256: '0'.repeat(64)}), {code: 'FILE_MISSING'});
});

const program = (elf: Parameters<typeof smallElf>[0] = {}): Member => ({
	name: 'python/bin/python3',
	text: smallElf({interpreter: '/lib64/ld-linux-x86-64.so.2', ...elf}),
});

const bad: ReadonlyArray<readonly [title: string, members: readonly Member[], code: string, message: RegExp]> = [
	[
		'a name that leaves',
		[program(), {name: 'python/../../evil', text: 'x'}],
		'PYTHON_ARCHIVE_INVALID',
		/leaves the root/,
	],
	[
		'an absolute link',
		[program(), {name: 'python/etc', link: '/etc'}],
		'PYTHON_ARCHIVE_INVALID',
		/python\/etc is a link to \/etc/,
	],
	[
		'a link that leaves',
		[program(), {name: 'python/lib/up', link: '../../..'}],
		'PYTHON_ARCHIVE_INVALID',
		/leads out of it/,
	],
	[
		'a link that leaves through another',
		[program(), {name: 'python/a/b/c/l', link: '../../..'}, {name: 'python/x', link: 'a/b/c/l/../x'}],
		'PYTHON_ARCHIVE_INVALID',
		/python\/x is a link/,
	],
	[
		'links in a circle',
		[program(), {name: 'python/l', link: 'm'}, {name: 'python/m', link: 'l'}],
		'PYTHON_ARCHIVE_INVALID',
		/is a link to/,
	],
	[
		'a file behind a link',
		[program(), {name: 'python/l', link: '/tmp'}, {name: 'python/l/x', text: 'x'}],
		'PYTHON_ARCHIVE_INVALID',
		/lies below/,
	],
	['a device', [program(), {name: 'python/null', type: 'character-device'}], 'PYTHON_ARCHIVE_INVALID', /null/],
	['a pipe', [program(), {name: 'python/pipe', type: 'fifo'}], 'PYTHON_ARCHIVE_INVALID', /pipe/],
	[
		'a hard link to nothing',
		[program(), {name: 'python/h', type: 'link', link: 'etc/passwd'}],
		'PYTHON_ARCHIVE_INVALID',
		/another name/,
	],
	['no interpreter', [{name: 'python/README', text: 'x'}], 'PYTHON_ARCHIVE_INVALID', /neither/],
	[
		'a script for an interpreter',
		[{name: 'python/bin/python3', text: '#!/bin/sh\ntouch evil\n'}],
		'PYTHON_ARCHIVE_INVALID',
		/no program for Linux/,
	],
	[
		'an interpreter of another machine',
		[program({machine: 183})],
		'INTERPRETER_UNFIT',
		/for aarch64, and this machine is/,
	],
	[
		'one for musl',
		[program({interpreter: '/lib/ld-musl-x86_64.so.1'})],
		'INTERPRETER_UNFIT',
		/built for musl, and this machine has glibc/,
	],
];

const withIntel = withReason(process.arch === 'x64' ? '' : 'a machine of x86-64');
for (const [title, members, code, message] of bad) {
	withIntel(`${title}: refused before anything of it is started`, async t => {
		const at = place(t);
		const {file, sha256} = await archiveWith(join(at.folder, 'x.tar'), members);
		const error = await t.throwsAsync<VenvpackError>(unpack(at, file, {sha256}), {code});
		t.regex(error?.message ?? '', message);
		t.truthy(error?.hint);
		t.deepEqual(readdirSync(at.folder).sort(), ['cache', 'work', 'x.tar'], 'nothing lies outside');
	});
}

test('what is no archive', async t => {
	const at = place(t);
	for (const bytes of [Buffer.from('<html>not found</html>'), Buffer.alloc(0), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2])]) {
		const file = join(at.folder, 'x.tar.gz');
		writeFileSync(file, bytes);
		const sha256 = createHash('sha256').update(bytes).digest('hex');
		await t.throwsAsync(unpack(at, file, {sha256}), {code: 'PYTHON_ARCHIVE_INVALID'});
		t.deepEqual(readdirSync(at.work), []);
	}
});
