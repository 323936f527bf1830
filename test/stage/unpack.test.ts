import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {type Header, pack} from 'tar-stream';
import {InputError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import {unpackSdist} from '../../src/stage/backend/unpack.ts';
import {zip} from '../helpers/zip.ts';

type TarMember = Partial<Header> & {name: string; body?: string};

async function tarball(members: readonly TarMember[]): Promise<Buffer> {
	const stream = pack();
	for (const {body = '', ...header} of members) {
		stream.entry(header, body);
	}

	stream.finalize();
	const chunks: Buffer[] = [];
	for await (const chunk of stream) {
		chunks.push(chunk as Buffer);
	}

	return gzipSync(Buffer.concat(chunks));
}

async function unpacked(t: ExecutionContext, bytes: Buffer, name = 'sample-1.0.tar.gz') {
	const base = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	writeFileSync(join(base, name), bytes);
	const source = await unpackSdist(hostPath(join(base, name)), hostPath(join(base, 'src')));
	return {base, source};
}

const refused = test.macro(async (t: ExecutionContext, message: string, ...members: TarMember[]) => {
	const bytes = await tarball(members);
	const error = await t.throwsAsync(async () => unpacked(t, bytes), {instanceOf: InputError});
	t.is(error.message, `sample-1.0.tar.gz: ${message}`);
	t.is(error.code, 'SDIST_INVALID');
});

test('gives the one folder at the top, files with the modes that umask 022 gives', async t => {
	const members = [
		{name: 'sample-1.0/setup.py', body: 'x', mode: 0o600},
		{name: 'sample-1.0/configure', mode: 0o777},
		{name: 'sample-1.0/link', type: 'symlink' as const, linkname: 'setup.py'},
		{name: 'sample-1.0/hard', type: 'link' as const, linkname: 'sample-1.0/setup.py'},
	];
	const {source} = await unpacked(t, await tarball(members));
	t.regex(source, /\/src\/sample-1\.0$/);
	t.deepEqual(readdirSync(source).sort(), ['configure', 'hard', 'link', 'setup.py']);
	t.is(statSync(join(source, 'setup.py')).mode & 0o777, 0o644);
	t.is(statSync(join(source, 'configure')).mode & 0o777, 0o755);
	t.is(readFileSync(join(source, 'link'), 'utf8'), 'x');
	t.is(readFileSync(join(source, 'hard'), 'utf8'), 'x');
});

test('reads zip archives too', async t => {
	const {source} = await unpacked(t, zip([{name: 'sample-1.0/setup.py', body: 'x', deflate: true}]), 'sample-1.0.zip');
	t.is(readFileSync(join(source, 'setup.py'), 'utf8'), 'x');
});

test('refuses a member that climbs', refused, 'its member ../evil is not a path below its own folder', {
	name: '../evil',
});
test('refuses an absolute member', refused, 'its member /evil is not a path below its own folder', {name: '/evil'});
test('refuses a link that leaves', refused, 's/l is a link to ../../etc, outside of the source', {
	name: 's/l',
	type: 'symlink',
	linkname: '../../etc',
});
test('refuses a link that leaves from deep inside', refused, 's/a/l is a link to ../../../x, outside of the source', {
	name: 's/a/l',
	type: 'symlink',
	linkname: '../../../x',
});
test('refuses an absolute link', refused, 's/l is a link to /etc, outside of the source', {
	name: 's/l',
	type: 'symlink',
	linkname: '/etc',
});
test(
	'refuses to write through a link',
	refused,
	'its member s/l/x lies behind a link',
	{name: 's/l', type: 'symlink', linkname: 'd'},
	{name: 's/l/x'},
);
test('refuses a device', refused, 's/null is a character-device', {name: 's/null', type: 'character-device'});

test('refuses what is cut off, and leaves nothing outside', async t => {
	const bytes = await tarball([{name: 's/x', body: 'x'.repeat(5000)}]);
	await t.throwsAsync(async () => unpacked(t, bytes.subarray(0, 40)), {code: 'SDIST_INVALID'});
	t.false(existsSync('/evil'));
});

test('says which archives it knows', async t => {
	await t.throwsAsync(async () => unpacked(t, Buffer.alloc(1), 'sample-1.0.tar.lz'), {
		message: 'sample-1.0.tar.lz: only .tar.gz, .tar and .zip are known here',
	});
});
