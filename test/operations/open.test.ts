import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {deb} from '../../src/formats/deb/index.ts';
import {tarZst} from '../../src/formats/tar.ts';
import {VenvpackError} from '../../src/model/errors.ts';
import type {Event} from '../../src/model/events.ts';
import {openArtifact} from '../../src/operations/open.ts';
import {opened} from '../helpers/opened.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';

const sample = pkg({'/opt/app/bin/x': 'x'});

function fileOf(bytes: string | Uint8Array): string {
	const file = join(temporaryFolder(), 'artifact.deb');
	writeFileSync(file, bytes);
	return file;
}

test('the bytes tell the format; a name, a link to the file and a relative path do not matter', async t => {
	const folder = temporaryFolder();
	const file = await pack(deb, sample);
	renameSync(file, join(folder, 'x.rpm'));
	symlinkSync('x.rpm', join(folder, 'x'));
	const artifact = await opened(join(folder, 'x'));
	t.like(artifact, {format: 'deb', file: join(folder, 'x'), size: readFileSync(join(folder, 'x')).length});
	artifact.close();
	t.true(existsSync(join(folder, 'x.rpm')));
});

const refused = test.macro(async (t: ExecutionContext, bytes: string | Uint8Array, code: string, message: RegExp) => {
	const error = await t.throwsAsync(opened(fileOf(bytes)), {code, message});
	t.true(error instanceof VenvpackError && error.exitCode === 3 && error.hint !== undefined);
});
test('refused: an empty file', refused, '', 'ARTIFACT_EMPTY', /is an empty file/);
test('refused: a text', refused, '<html>not found', 'ARTIFACT_UNKNOWN', /begins with "<html>not found"/);
test('refused: one byte', refused, 'x', 'ARTIFACT_UNKNOWN', /begins with "x"/);
test('refused: zeros', refused, Buffer.alloc(10_000), 'ARTIFACT_UNKNOWN', /begins with/);
test(
	'refused: something compressed that is no tarball',
	refused,
	gzipSync('text'),
	'ARTIFACT_UNKNOWN',
	/compressed with gzip, and no tar/,
);
test('refused: something cut off', refused, gzipSync('text').subarray(0, 12), 'ARTIFACT_DAMAGED', /unexpected end/);
test(
	'refused: an ar archive that is no deb',
	refused,
	'!<arch>\nfoo.o/          0           0     0     644     0         `\n',
	'ARTIFACT_UNKNOWN',
	/!<arch>/,
);

test('what is not there, or cannot be read twice, is the fault of the command line', async t => {
	t.like(await t.throwsAsync(opened('/nowhere/x.deb')), {code: 'ARTIFACT_MISSING', exitCode: 2});
	t.like(await t.throwsAsync(opened('/dev/null')), {code: 'ARTIFACT_MISSING', exitCode: 2});
});

/** A server of one artifact for whom gives `ann` and `s3cret`, and the folder in which downloads lie. */
async function served(t: ExecutionContext, bytes: Uint8Array) {
	const server = createServer((request, response) => {
		const login = Buffer.from('ann:s3cret').toString('base64');
		const allowed = request.headers.authorization === `Basic ${login}`;
		response.writeHead(allowed ? (request.url === '/x' ? 200 : 404) : 401).end(allowed ? bytes : '');
	});
	await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	const events: Event[] = [];
	const {port} = server.address() as AddressInfo;
	return {
		events,
		open: (path: string, login = 'ann:s3cret@') =>
			openArtifact(
				{artifact: `http://${login}127.0.0.1:${port}${path}`},
				{listener: event => void events.push(event), environment: {HOME: '/nowhere'}, version: '0'},
			),
	};
}

test.serial('an address is downloaded, read, and removed in the end', async t => {
	const large = pkg({
		'/opt/app/x': Buffer.from(Array.from({length: 2_000_000}, (_, at) => (at * at * 2654435761) >>> 24)),
	});
	const bytes = readFileSync(await pack(tarZst, large));
	const {open, events} = await served(t, bytes);
	const artifact = await open('/x');
	t.like(artifact, {format: 'tar.zst', size: bytes.length, pkg: {metadata: {name: 'app'}}});
	t.true(existsSync(artifact.file));
	artifact.close();
	t.false(existsSync(artifact.file));
	t.like(events[0], {kind: 'progress', stage: 'download', unit: 'bytes'});
});

test.serial('failures name the address without its password, and leave nothing behind', async t => {
	const tmp = temporaryFolder();
	mkdirSync(join(tmp, 't'));
	const {open} = await served(t, Buffer.from('no artifact at all'));
	const before = process.env.TMPDIR;
	process.env.TMPDIR = join(tmp, 't');
	t.teardown(() => {
		process.env.TMPDIR = before ?? '/tmp';
	});
	const missing = await t.throwsAsync(open('/y'), {code: 'DOWNLOAD_FAILED'});
	const denied = await t.throwsAsync(open('/x', 'ann:wrong@'), {code: 'INDEX_REFUSED'});
	const unknown = await t.throwsAsync(open('/x'), {code: 'ARTIFACT_UNKNOWN'});
	for (const error of [missing, denied, unknown]) {
		t.false(/s3cret|wrong/.test(`${error?.message}`));
	}

	t.deepEqual(readdirSync(join(tmp, 't')), []);
});
