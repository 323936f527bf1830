import {hash} from 'node:crypto';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import {asar} from '../../src/formats/asar/index.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {directory} from '../../src/formats/directory.ts';
import type {Format} from '../../src/formats/format.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {tarGz, tarZst} from '../../src/formats/tar.ts';
import {zip} from '../../src/formats/zip.ts';
import type {NewPackage} from '../../src/model/package.ts';
import {type HostPath, hostPath, installPath} from '../../src/model/paths.ts';
import type {Context} from '../../src/operations/context.ts';
import {type ExtractRequest, extract} from '../../src/operations/extract.ts';
import {asarBytes} from '../helpers/asar.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, type PackageOptions, pkg} from '../helpers/package.ts';
import {rangeServer} from '../helpers/range-server.ts';
import {withTools} from '../helpers/tools.ts';

const context: Context = {listener: () => undefined, environment: {}, version: '0.0.0'};
const files: Readonly<Record<string, LiteralEntry>> = {
	'/opt/app/bin/run': '#!/bin/sh\necho ran\n',
	'/opt/app/closed': {mode: 0o400, text: 'closed'},
	'/opt/app/empty/': {mode: 0o755},
	'/opt/app/locked/': {mode: 0o555},
	'/opt/app/locked/inside': 'inside',
	'/opt/app/lib/link': {link: '../bin/run'},
	'/opt/app/lib/out': {link: '/usr/bin/python3.11'},
	'/opt/app/lib/é 日本': 'odd',
	'/opt/app/lib/large': Buffer.alloc(300_000, 'venvpack'),
	'/etc/app.conf': 'x = 1\n',
};

/** With a manifest that knows every file. */
function complete(options: PackageOptions = {}, more: Readonly<Record<string, LiteralEntry>> = {}): NewPackage {
	const made = pkg({...files, ...more}, options);
	const listed = made.tree.entries.flatMap(({path, ...entry}) =>
		entry.kind === 'file' && entry.content.kind === 'bytes' && path !== made.manifestPath
			? [[path, {sha256: hash('sha256', entry.content.bytes)}] as const]
			: [],
	);
	const bytes = Buffer.concat([...encodeManifest(made.manifest, listed)]);
	const entries = made.tree.entries.map(entry =>
		entry.path === made.manifestPath ? {...entry, content: {kind: 'bytes', bytes} as const} : entry,
	);
	return {...made, tree: {entries}};
}

function free(): HostPath {
	return hostPath(join(temporaryFolder(), 'out'));
}

const unpacks = test.macro(async (t: ExecutionContext, format: Format) => {
	const out = free();
	const result = await extract({artifact: await pack(format, complete()), out}, context);
	t.like(result, {format: format.name, out, top: '/', links: 2});
	t.true(result.verified >= 6, String(result.verified));
	t.is(readFileSync(join(out, 'opt/app/lib/é 日本'), 'utf8'), 'odd');
	t.is(statSync(join(out, 'opt/app/lib/large')).size, 300_000);
	t.is(readlinkSync(join(out, 'opt/app/lib/link')), '../bin/run');
	t.is(readlinkSync(join(out, 'opt/app/lib/out')), '/usr/bin/python3.11');
	t.deepEqual(readdirSync(join(out, 'opt/app/empty')), []);
	t.deepEqual(
		['bin/run', 'closed', 'locked', 'lib/large'].map(path => lstatSync(join(out, 'opt/app', path)).mode & 0o7777),
		[0o755, 0o400, 0o555, 0o644],
	);
	t.is(lstatSync(join(out, 'opt/app/bin/run')).mtimeMs, 1_000_000_000_000);
	t.is(readFileSync(join(out, 'etc/app.conf'), 'utf8'), 'x = 1\n');
	chmodSync(join(out, 'opt/app/locked'), 0o755);
});

for (const format of [asar, deb, rpm, tarGz, tarZst, zip]) {
	test(`${format.name}: everything comes out as it was built`, unpacks, format);
}

test('of what may lie anywhere the folder is the prefix', async t => {
	const movable = complete({layout: {relocatable: true}});
	for (const format of [asar, tarZst, zip, directory]) {
		const out = free();
		const result = await extract({artifact: await pack(format, movable), out}, context);
		t.is(String(result.top), '/opt/app', format.name);
		t.is(readFileSync(join(out, 'bin/run'), 'utf8'), '#!/bin/sh\necho ran\n');
		t.is(readlinkSync(join(out, 'lib/out')), '/usr/bin/python3.11');
		t.is(lstatSync(join(out, 'closed')).mode & 0o7777, 0o400);
		chmodSync(join(out, 'locked'), 0o755);
	}
});

test('a package of what may lie anywhere is for one place all the same', async t => {
	const out = free();
	const result = await extract({artifact: await pack(deb, complete({layout: {relocatable: true}})), out}, context);
	t.is(String(result.top), '/');
	t.true(existsSync(join(out, 'opt/app/bin/run')));
	chmodSync(join(out, 'opt/app/locked'), 0o755);
});

test('files, links and folders by their installed path, or relative to the prefix', async t => {
	const artifact = await pack(asar, complete());
	const out = free();
	const result = await extract({artifact, paths: ['bin/run', '/etc/app.conf', 'lib', 'lib/link'], out}, context);
	t.deepEqual(result.paths.map(String), ['/opt/app/bin/run', '/etc/app.conf', '/opt/app/lib']);
	t.like(result, {files: 4, links: 2, verified: 4});
	t.deepEqual(readdirSync(out).sort(), ['etc', 'opt']);
	t.deepEqual(readdirSync(join(out, 'opt/app')).sort(), ['bin', 'lib']);
	t.deepEqual(readdirSync(join(out, 'opt/app/lib')).sort(), ['large', 'link', 'out', 'é 日本']);
	// Others go beside them later.
	await extract({artifact, paths: ['closed'], out}, context);
	t.is(lstatSync(join(out, 'opt/app/closed')).mode & 0o7777, 0o400);
});

test('the bytes of one file, handed over when all of them are right', async t => {
	const artifact = await pack(tarZst, complete());
	t.is((await handed({artifact, paths: ['lib/link']})).toString(), '#!/bin/sh\necho ran\n');
	t.is((await handed({artifact, paths: ['lib/large']})).length, 300_000);
	for (const paths of [['lib'], ['lib/out'], ['closed', 'bin/run'], []]) {
		await t.throwsAsync(handed({artifact, paths}), {code: 'EXTRACT_NOT_ONE_FILE'}, paths.join());
	}
});

async function handed(request: ExtractRequest): Promise<Buffer> {
	const parts: Buffer[] = [];
	await extract({...request, take: chunk => void parts.push(Buffer.from(chunk))}, context);
	return Buffer.concat(parts);
}

test('of a release on a server one file comes, with the index and nothing else', async t => {
	const noise = Object.fromEntries(
		Array.from({length: 30}, (_, at) => [`/opt/app/noise/${at}`, Buffer.alloc(20_000, at)] as const),
	);
	const file = await pack(asar, complete({}, noise));
	const server = await rangeServer({'a.asar': file});
	const request = {artifact: server.url('a.asar'), paths: ['lib/large']};
	t.is((await handed(request)).length, 300_000);
	// What of it came with the first part does not come again.
	t.true(server.sent() < 64 * 1024 + 300_000 && server.sent() >= 300_000, server.asked.join('\n'));
	t.is(server.asked.length, 2);
	const out = free();
	const before = server.sent();
	const result = await extract({artifact: server.url('a.asar'), paths: ['noise', 'closed'], out}, context);
	t.like(result, {files: 31, verified: 31});
	t.is(readFileSync(join(out, 'opt/app/noise/7')).length, 20_000);
	// Neighbours come in one request.
	t.true(server.sent() - before <= 64 * 1024 + 30 * 20_000 + 6);
	t.true(server.asked.length <= 6, server.asked.join('\n'));
	server.close();
});

const damagedIn = test.macro(async (t: ExecutionContext, format: Format) => {
	const made = complete();
	const artifact = await pack(format, made, {compression: {method: 'none', level: 0}});
	const bytes = readFileSync(artifact);
	bytes[bytes.indexOf('echo ran')] = 0x45;
	writeFileSync(artifact, bytes);
	const folder = temporaryFolder();
	const out = hostPath(join(folder, 'out'));
	const error = {code: 'FILE_DIGEST_WRONG', message: /^\/opt\/app\/bin\/run has the sha256/};
	await t.throwsAsync(extract({artifact, out}, context), error);
	t.deepEqual(readdirSync(folder), []);
	await t.throwsAsync(extract({artifact, paths: ['bin/run', 'closed'], out}, context), error);
	t.deepEqual(readdirSync(out), []);
	await t.throwsAsync(handed({artifact, paths: ['bin/run']}), error);
	t.is((await extract({artifact, paths: ['closed'], out}, context)).verified, 1);
});
test('asar: a damaged file never gets its name', damagedIn, asar);
test('tar: a damaged file never gets its name', damagedIn, tarGz);

test('nothing that is there is replaced', async t => {
	const artifact = await pack(asar, complete());
	const out = free();
	mkdirSync(out);
	await extract({artifact, out}, context);
	const seen = readdirSync(out);
	await t.throwsAsync(extract({artifact, out}, context), {code: 'OUTPUT_OCCUPIED', message: /is there already/});
	writeFileSync(join(out, 'opt/app/bin/run'), 'mine');
	await t.throwsAsync(extract({artifact, paths: ['bin/run', 'closed'], out}, context), {code: 'OUTPUT_OCCUPIED'});
	t.is(readFileSync(join(out, 'opt/app/bin/run'), 'utf8'), 'mine');
	t.deepEqual(readdirSync(out), seen);
	chmodSync(join(out, 'opt/app/locked'), 0o755);
});

test('a link on the way leads nowhere', async t => {
	const artifact = await pack(asar, complete());
	const [out, elsewhere] = [free(), temporaryFolder()];
	mkdirSync(out);
	symlinkSync(elsewhere, join(out, 'opt'));
	await t.throwsAsync(extract({artifact, paths: ['bin/run'], out}, context), {
		code: 'OUTPUT_OCCUPIED',
		message: /no folder/,
	});
	t.deepEqual(readdirSync(elsewhere), []);
	t.deepEqual(readdirSync(out), ['opt']);
});

test('a path that is not there, or leaves', async t => {
	const artifact = await pack(asar, complete());
	for (const path of ['nothing', '/opt/app/../app/bin/run', '../x', '/usr/bin/python3.11', 'lib/link/x', '']) {
		await t.throwsAsync(extract({artifact, paths: [path], out: free()}, context), {code: 'EXTRACT_PATH_ABSENT'}, path);
	}
});

test('what has no manifest comes out without being compared', async t => {
	const artifact = join(temporaryFolder(), 'a.asar');
	writeFileSync(artifact, asarBytes({files: {a: {size: 1, offset: '0'}}}, 'x'));
	const out = free();
	t.like(await extract({artifact, out}, context), {files: 1, verified: 0});
	t.is(readFileSync(join(out, 'a'), 'utf8'), 'x');
});

withTools('root')('owners are those of the archive for root who asks', async t => {
	const made = complete();
	const owner = {user: 'daemon', group: '1234'};
	const path = installPath('/etc/app.conf');
	const marks = new Map([[path, {role: 'plain', owner} as const]]);
	const artifact = await pack(asar, {...made, treatment: {...made.treatment, marks}});
	const out = free();
	await extract({artifact, out, owners: true}, context);
	t.like(lstatSync(join(out, path)), {gid: 1234});
	t.not(lstatSync(join(out, path)).uid, 0);
	t.is(lstatSync(join(out, 'opt/app/lib/link')).uid, 0);
	const unknown = new Map([[path, {role: 'plain', owner: {user: 'nobody-of-here', group: 'root'}} as const]]);
	const other = await pack(asar, {...made, treatment: {...made.treatment, marks: unknown}});
	const folder = temporaryFolder();
	await t.throwsAsync(extract({artifact: other, out: hostPath(join(folder, 'x')), owners: true}, context), {
		code: 'OWNER_ABSENT',
	});
	t.deepEqual(readdirSync(folder), []);
});
