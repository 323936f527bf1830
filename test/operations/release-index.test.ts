/** A release on a plain web server: its index tells what is in it, and a file of it comes by itself. */
import {hash, randomBytes} from 'node:crypto';
import {readFileSync, statSync, writeFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {decodeAsarLead} from '../../src/codecs/asar-header.ts';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import {asar} from '../../src/formats/asar/index.ts';
import {tarZst} from '../../src/formats/tar.ts';
import type {ManifestSummary} from '../../src/model/manifest.ts';
import type {NewPackage} from '../../src/model/package.ts';
import type {HostPath} from '../../src/model/paths.ts';
import type {Context} from '../../src/operations/context.ts';
import {diff} from '../../src/operations/diff.ts';
import {inspect} from '../../src/operations/inspect.ts';
import {verify} from '../../src/operations/verify.ts';
import {pack} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {honest, type Manner, rangeServer, whole} from '../helpers/range-server.ts';

const context: Context = {listener: () => undefined, environment: {}, version: '0.0.0'};
const site = '/opt/app/lib/python3.11/site-packages';
const unit = '[Unit]\nDescription=x\n[Service]\nExecStart=/opt/app/bin/run\nUser=app\n';
const noise = randomBytes(1_000_000);

function release(version: string, more: Readonly<Record<string, LiteralEntry>> = {}): NewPackage {
	// More of them than fit into the first part that is asked for.
	const modules = Array.from({length: 400}, (_, at) => [`${site}/app/m${at}.py`, `m = ${at}\n`] as const);
	const made = pkg(
		{
			...Object.fromEntries(modules),
			'/opt/app/pyvenv.cfg': 'home = /usr/bin\n',
			'/opt/app/bin/python': {link: '/usr/bin/python3.11'},
			'/opt/app/bin/run': '#!/opt/app/bin/python\n',
			'/usr/lib/systemd/system/app.service': unit,
			[`${site}/app_x-${version}.dist-info/METADATA`]: `Name: app-x\nVersion: ${version}\n`,
			[`${site}/app/data`]: noise,
			...more,
		},
		{metadata: {version}},
	);
	const wheel = {
		name: 'app-x',
		version,
		license: 'MIT',
		origin: 'index',
		wheel: '',
		sha256: hash('sha256', version),
	} as const;
	const manifest: ManifestSummary = {
		...made.manifest,
		scripts: ['run'],
		distributions: [wheel],
		needs: {glibc: '2.34', libraries: ['libpq.so.5']},
	};
	const files = made.tree.entries.flatMap(({path, ...entry}) =>
		entry.kind === 'file' && entry.content.kind === 'bytes' && path !== made.manifestPath
			? [[path, {sha256: hash('sha256', entry.content.bytes)}] as const]
			: [],
	);
	const bytes = Buffer.concat([...encodeManifest(manifest, files)]);
	const entries = made.tree.entries.map(entry =>
		entry.path === made.manifestPath ? {...entry, content: {kind: 'bytes', bytes} as const} : entry,
	);
	return {...made, manifest, tree: {entries}};
}

/** In bytes: the header and the summary behind it, or the first part where that is more. */
function indexSize(file: HostPath): number {
	const bytes = readFileSync(file);
	const end = decodeAsarLead(bytes)?.end ?? 0;
	const header = JSON.parse(bytes.toString('utf8', 16, 16 + (decodeAsarLead(bytes)?.jsonLength ?? 0)));
	return end + header.files.opt.files.app.files['venvpack-summary.json'].size;
}

const slack = 64 * 1024;

test('inspect fetches the index, the summary and the units, and no more', async t => {
	const file = await pack(asar, release('1.0'));
	const server = await rangeServer({'a.asar': file});
	const {summary, entries} = await inspect({artifact: server.url('a.asar')}, context);
	t.like(summary, {name: 'app', version: '1.0', glibc: '2.34', prefix: '/opt/app'});
	t.like(summary.artifact, {format: 'asar', size: statSync(file).size, sha256: '', indexOnly: true});
	t.like(summary.interpreter, {origin: 'system', path: '/usr/bin/python3.11', minor: '3.11'});
	t.deepEqual(
		summary.commands.map(({path}) => String(path)),
		['/opt/app/bin/run'],
	);
	t.deepEqual(
		summary.libraries.map(({soname}) => soname),
		['libpq.so.5'],
	);
	t.like(summary.distributions, [{name: 'app-x', version: '1.0', path: `${site}/app_x-1.0.dist-info`}]);
	t.like(summary.services, [{starts: ['/opt/app/bin/run'], user: 'app'}]);
	t.is([...entries()].length, release('1.0').tree.entries.length);
	t.true(indexSize(file) > slack);
	t.is(server.sent(), indexSize(file) + unit.length, server.asked.join('\n'));
	t.is(server.asked.length, 4);
	server.close();
});

test('diff compares two releases by their digests, and fetches no file', async t => {
	const [a, b] = [release('1.0', {[`${site}/gone.py`]: 'x'}), release('1.1', {[`${site}/app/m7.py`]: 'm = 8\n'})];
	const files = {'a.asar': await pack(asar, a), 'b.asar': await pack(asar, b)};
	const server = await rangeServer(files);
	const far = await diff({a: {artifact: server.url('a.asar')}, b: {artifact: server.url('b.asar')}}, context);
	const near = await diff({a: {artifact: files['a.asar']}, b: {artifact: files['b.asar']}}, context);
	t.deepEqual(far.files, near.files);
	t.deepEqual(far.distributions, near.distributions);
	t.deepEqual(far.metadata, near.metadata);
	t.false(far.equal);
	t.true(far.files.some(({path}) => path === `${site}/app/m7.py`));
	const least = indexSize(files['a.asar']) + indexSize(files['b.asar']);
	t.is(server.sent(), least + 2 * unit.length, server.asked.join('\n'));
	const same = await diff({a: {artifact: server.url('a.asar')}, b: {artifact: files['a.asar']}}, context);
	t.true(same.equal, JSON.stringify(same));
	server.close();
});

test('an index is compared with another format of the same tree', async t => {
	const made = release('1.0');
	const server = await rangeServer({'a.asar': await pack(asar, made)});
	const compared = await diff({a: {artifact: server.url('a.asar')}, b: {artifact: await pack(tarZst, made)}}, context);
	t.deepEqual({files: compared.files, metadata: compared.metadata}, {files: [], metadata: []});
	server.close();
});

test('verify needs every byte, and fetches the file once', async t => {
	const file = await pack(asar, release('1.0'));
	const server = await rangeServer({'a.asar': file});
	const {questions} = await verify({artifact: server.url('a.asar'), only: ['digests']}, context);
	t.deepEqual(
		questions.map(({name}) => name),
		['digests'],
	);
	t.deepEqual(server.asked, ['a.asar all']);
	server.close();
});

test('verify finds a byte that changed', async t => {
	const file = await pack(asar, release('1.0'));
	const bytes = readFileSync(file);
	bytes[bytes.indexOf('m = 77\n') + 4] = 0x38;
	writeFileSync(file, bytes);
	const {findings} = await verify({artifact: file, only: ['digests']}, context);
	t.like(findings, [{code: 'DIGEST_WRONG', path: `${site}/app/m77.py`}]);
	t.is(findings.length, 1);
});

test('other formats come as a whole, after one look', async t => {
	const file = await pack(tarZst, release('1.0'));
	const server = await rangeServer({'a.tar.zst': file});
	const {summary} = await inspect({artifact: server.url('a.tar.zst')}, context);
	t.is(summary.artifact.sha256, hash('sha256', readFileSync(file)));
	t.is(summary.artifact.indexOnly, undefined);
	t.deepEqual(server.asked, ['a.tar.zst bytes=0-65535', 'a.tar.zst all']);
	server.close();
});

test('from a server that knows no parts the whole comes, once', async t => {
	const file = await pack(asar, release('1.0'));
	const server = await rangeServer({'a.asar': file});
	server.behave(whole);
	const {summary} = await inspect({artifact: server.url('a.asar')}, context);
	t.is(summary.artifact.sha256, hash('sha256', readFileSync(file)));
	t.is(server.sent(), statSync(file).size);
	t.is(server.asked.length, 1);
	server.close();
});

test('an archive smaller than the first part', async t => {
	const file = await pack(asar, pkg({'/opt/app/x': 'x'}));
	const server = await rangeServer({'a.asar': file});
	const {summary} = await inspect({artifact: server.url('a.asar')}, context);
	t.is(summary.name, 'app');
	t.is(server.sent(), statSync(file).size);
	server.close();
});

const lies = test.macro(async (t: ExecutionContext, manner: Manner, code: string) => {
	const server = await rangeServer({'a.asar': await pack(asar, release('1.0'))});
	server.behave(answering => (answering.number === 0 ? honest(answering) : manner(answering)));
	const error = await t.throwsAsync(inspect({artifact: server.url('a.asar')}, context), {code});
	t.like(error, {exitCode: 3});
	t.is(server.asked.length, 2);
	server.close();
});

const part =
	(bytes: Buffer, range: string, more: Readonly<Record<string, string>> = {}): Manner =>
	({response}) =>
		void response.writeHead(206, {etag: '"one"', 'content-range': range, ...more}).end(bytes);
const right: (given: Parameters<Manner>[0]) => string = ({start, end, bytes}) =>
	`bytes ${start}-${end - 1}/${bytes.length}`;

test(
	'a part that is too short',
	lies,
	given => part(given.bytes.subarray(given.start, given.end - 1), right(given))(given),
	'RANGE_WRONG',
);
test(
	'a part that is too long',
	lies,
	given => part(given.bytes.subarray(given.start), right(given))(given),
	'RANGE_WRONG',
);
test(
	'another part',
	lies,
	given => part(given.bytes.subarray(0, 10), `bytes 0-9/${given.bytes.length}`)(given),
	'RANGE_WRONG',
);
test(
	'a part of nothing that is known',
	lies,
	given => part(given.bytes.subarray(given.start, given.end), 'bytes */9')(given),
	'RANGE_WRONG',
);
test(
	'a part in two',
	lies,
	given => part(Buffer.from('--x'), '', {'content-type': 'multipart/byteranges; boundary=x'})(given),
	'RANGE_WRONG',
);
test('suddenly the whole', lies, whole, 'RANGE_WRONG');
test(
	'another state of the file',
	lies,
	given => part(given.bytes.subarray(given.start, given.end), right(given), {etag: '"two"'})(given),
	'ARTIFACT_CHANGED',
);
test(
	'another time of the file',
	lies,
	given =>
		part(given.bytes.subarray(given.start, given.end), right(given), {
			'last-modified': 'Mon, 02 Jan 2006 15:04:05 GMT',
		})(given),
	'ARTIFACT_CHANGED',
);
test(
	'another length of the file',
	lies,
	given =>
		part(
			given.bytes.subarray(given.start, given.end),
			`bytes ${given.start}-${given.end - 1}/${given.bytes.length + 1}`,
		)(given),
	'ARTIFACT_CHANGED',
);
test('a file that is shorter now', lies, ({response}) => void response.writeHead(416).end(), 'RANGE_WRONG');
