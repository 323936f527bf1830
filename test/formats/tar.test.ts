import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createReadStream, lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createGunzip} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {extract} from 'tar-stream';
import {decodeSummary} from '../../src/codecs/manifest.ts';
import type {Format} from '../../src/formats/format.ts';
import {tarGz, tarXz, tarZst} from '../../src/formats/tar.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const long = `/opt/app/${'d'.repeat(101)}/${'e'.repeat(200)}/${'f'.repeat(200)}`;
const odd = pkg({
	'/opt/app/bin/run': '#!/bin/sh\n',
	'/opt/app/empty/': {mode: 0o755},
	'/opt/app/empty-file': '',
	'/opt/app/shared/': {mode: 0o2775},
	[long]: 'long',
	'/opt/app/link': {link: 'bin/run'},
	'/opt/app/long-link': {link: 'x'.repeat(120)},
	'/opt/app/é (1) @#:\\ \t日本': 'odd',
});

test('the file name says what the machine must be', t => {
	t.is(tarZst.fileName(odd), 'app-1.0-linux-x86_64.tar.zst');
	t.is(tarGz.fileName(pkg({}, {arch: 'any'})), 'app-1.0-py3-none-any.tar.gz');
});

test('paths begin at the root; the folders come first, then the summary, the manifest last', async t => {
	const file = await pack(tarGz, pkg({'/opt/app/bin/run': 'x', '/etc/app': 'y'}));
	const names: string[] = [];
	const reader = createReadStream(file).pipe(createGunzip()).pipe(extract());
	let summary = Buffer.alloc(0);
	for await (const entry of reader) {
		names.push(entry.header.name);
		const isSummary = entry.header.name.endsWith('summary.json');
		for await (const chunk of entry as AsyncIterable<Uint8Array>) {
			summary = isSummary ? Buffer.concat([summary, chunk]) : summary;
		}
	}

	t.deepEqual(names, [
		'opt/app/',
		'opt/app/venvpack-summary.json',
		'etc/app',
		'opt/app/bin/',
		'opt/app/bin/run',
		'opt/app/venvpack.json',
	]);
	t.like(decodeSummary(summary), {name: 'app', version: '1.0', prefix: '/opt/app'});
});

test('folders of the system and the administrator keep their modes: a tarball does not name them', async t => {
	const file = await pack(tarGz, pkg({'/opt/acme/app/x': 'x'}, {prefix: '/opt/acme/app'}));
	t.deepEqual(list(file).slice(0, 2), ['opt/acme/', 'opt/acme/app/']);
	const local = await pack(tarGz, pkg({'/usr/local/lib/app/x': 'x'}, {prefix: '/usr/local/lib/app'}));
	t.is(list(local)[0], 'usr/local/lib/app/');
});

test('a file in the place of the summary is refused', async t => {
	const taken = pkg({'/opt/app/venvpack-summary.json': 'mine'});
	await t.throwsAsync(pack(tarGz, taken), {code: 'TAR_SUMMARY_TAKEN'});
});

const sameBytes = test.macro(async (t: ExecutionContext, format: Format) => {
	const large = pkg({...literals(2000), '/opt/app/large': Buffer.alloc(3_000_000, 'venvpack')});
	const digests = [];
	for (const pieces of [511, 70_000, undefined]) {
		const file = await pack(format, large, pieces === undefined ? {} : {pieces});
		digests.push(createHash('sha256').update(readFileSync(file)).digest('hex'));
	}

	t.is(new Set(digests).size, 1);
});
test('the same bytes, however they arrive: gzip', sameBytes, tarGz);
test('the same bytes, however they arrive: xz', sameBytes, tarXz);
test('the same bytes, however they arrive: zstd', sameBytes, tarZst);

const unpacks = async (t: ExecutionContext, format: Format, program: string, args: readonly string[]) => {
	const file = await pack(format, odd);
	const root = temporaryFolder();
	const {stderr} = execute(program, [...args, file], root);
	t.is(stderr, '');
	t.is(readFileSync(join(root, long), 'utf8'), 'long');
	t.is(readFileSync(join(root, 'opt/app/é (1) @#:\\ \t日本'), 'utf8'), 'odd');
	t.is(lstatSync(join(root, 'opt/app/bin/run')).mode & 0o7777, 0o755);
	t.is(lstatSync(join(root, 'opt/app/shared')).mode & 0o7777, 0o2775);
	t.is(lstatSync(join(root, 'opt/app/empty-file')).size, 0);
	t.deepEqual(readdirSync(join(root, 'opt/app/empty')), []);
	t.is(lstatSync(join(root, 'opt/app/bin/run')).mtimeMs, 1_000_000_000_000);
	t.is(execute('readlink', [join(root, 'opt/app/long-link')], root).stdout, `${'x'.repeat(120)}\n`);
};
withTools('tar', 'gzip', 'root')('GNU tar unpacks tar.gz', unpacks, tarGz, 'tar', ['-xpf']);
withTools('tar', 'xz', 'root')('GNU tar unpacks tar.xz', unpacks, tarXz, 'tar', ['-xpf']);
withTools('tar', 'zstd', 'root')('GNU tar unpacks tar.zst', unpacks, tarZst, 'tar', ['-xpf']);
withTools('bsdtar', 'root')('bsdtar unpacks tar.zst', unpacks, tarZst, 'bsdtar', ['-xpf']);
withTools('python3', 'root')('tarfile of Python unpacks tar.xz', unpacks, tarXz, 'python3', [
	...['-c', 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall()'],
]);

/** `count` small files. */
function literals(count: number): Record<string, string> {
	return Object.fromEntries(Array.from({length: count}, (_, index) => [`/opt/app/f${index}`, `file ${index}\n`]));
}

function list(file: string): string[] {
	return execFileSync('tar', ['-tf', file], {encoding: 'utf8'}).split('\n');
}

function execute(program: string, args: readonly string[], cwd: string): {stdout: string; stderr: string} {
	const script = 'p=$1; shift; "$p" "$@" 2>stderr-of-it';
	const stdout = execFileSync('sh', ['-c', script, 'sh', program, ...args], {cwd, encoding: 'utf8'});
	return {stdout, stderr: readFileSync(join(cwd, 'stderr-of-it'), 'utf8')};
}
