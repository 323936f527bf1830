/** What the real tools say of an rpm that venvpack wrote. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {rpm} from '../../src/formats/rpm/index.ts';
import {installPath} from '../../src/model/paths.ts';
import type {Compression} from '../../src/model/plan.ts';
import {treeOf} from '../../src/model/tree.ts';
import {withTools} from '../helpers/tools.ts';
import {folderOf, oddTree, optionsOf, plainTree, sample, target, writeRpm} from './rpm-sample.ts';

function said(program: string, ...args: string[]): string {
	return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26});
}

const lines = (text: string): string[] => text.split('\n').filter(line => line !== '');
const ownPaths = (pkg: ReturnType<typeof sample>) =>
	pkg.tree.entries.map(entry => entry.path).filter(path => !['/opt', '/usr', '/usr/bin'].includes(path));

for (const compression of [
	{method: 'zstd', level: 9},
	{method: 'xz', level: 6},
	{method: 'gzip', level: 9},
] as const satisfies readonly Compression[]) {
	withTools('rpm')(`rpm finds every digest of a ${compression.method} package right`, async t => {
		const file = await writeRpm(sample(oddTree), folderOf(t), {compression});
		const verdict = said('rpm', '-Kv', file);
		for (const digest of ['Header SHA256', 'Header SHA1', 'Payload SHA256', 'MD5']) {
			t.regex(verdict, new RegExp(`${digest} digest: OK`));
		}

		t.notRegex(verdict, /BAD|NOT/);
		t.is(
			said('rpm', '-qp', '--qf', '%{payloadcompressor} %{payloadflags}', file),
			`${compression.method} ${compression.level}`,
		);
	});

	withTools('rpm', 'root')(`rpm installs, verifies and removes a ${compression.method} package`, async t => {
		const folder = folderOf(t);
		const file = await writeRpm(sample(oddTree), folder, {compression});
		const root = join(folder, 'root');
		said('rpm', '--root', root, '--nodeps', '-i', file);
		t.is(readFileSync(join(root, 'opt/hello/lib/Grüße 你好 🐍.txt'), 'utf8'), 'other scripts\n');
		t.is(readFileSync(join(root, 'opt/hello/venvpack.json'), 'utf8'), '{"made": "last"}\n');
		t.is(statSync(join(root, 'opt/hello/bin/hello')).mode & 0o7777, 0o755);
		t.is(said('rpm', '--root', root, '-V', '--nodeps', 'hello'), '');
		said('rpm', '--root', root, '-e', 'hello');
		t.false(existsSync(join(root, 'opt/hello')));
		t.false(existsSync(join(root, 'usr/bin/hello')));
		t.true(existsSync(join(root, 'opt')));
	});
}

withTools('rpm')('rpm lists every file, and no folder of the system', async t => {
	const pkg = sample(oddTree);
	const file = await writeRpm(pkg, folderOf(t));
	t.deepEqual(lines(said('rpm', '-qpl', file)), ownPaths(pkg));
});

withTools('rpm')('rpm shows the description', async t => {
	const file = await writeRpm(sample(), folderOf(t));
	const expected = {
		...{NEVRA: 'hello-1.0~a1-1.x86_64', EPOCH: '(none)', OS: 'linux', GROUP: 'Applications/System', SIZE: '67'},
		...{LICENSE: 'MIT', SOURCERPM: 'hello-1.0~a1-1.src.rpm', BUILDTIME: '1700000000', BUILDHOST: 'venvpack'},
		...{PACKAGER: 'Ada <ada@example.org>', VENDOR: 'Ada & Co', URL: 'https://example.org/', ENCODING: 'utf-8'},
		...{SUMMARY: 'Small thing', DESCRIPTION: 'Two lines\nof text.'},
	};
	for (const [tag, value] of Object.entries(expected)) {
		t.is(said('rpm', '-qp', '--qf', `%{${tag}}`, file), value, tag);
	}
});

withTools('rpm')('an epoch, and nothing for what the project does not say', async t => {
	const changed = {metadata: {version: '2!1.0.post1', license: '', vendor: '', homepage: '', description: ''}};
	const pkg = sample(plainTree, {...changed, arch: 'any'});
	t.is(rpm.fileName(pkg), 'hello-1.0^1.post1-1.noarch.rpm');
	const file = await writeRpm(pkg, folderOf(t));
	const format = '%{EPOCHNUM} %{LICENSE} %{VENDOR} %{URL} %{DESCRIPTION} %{ARCH}';
	const about = said('rpm', '-qp', '--qf', format, file).replaceAll('\n', ' ');
	t.regex(about, /^2 \(none\) \(none\) \(none\) This package installs hello .* noarch$/);
	t.deepEqual(lines(said('rpm', '-qp', '--provides', file)), ['hello = 2:1.0^1.post1-1']);
	t.true(said('rpm', '-qp', '--requires', file).includes('rpmlib(CaretInVersions) <= 4.15.0-1'));
});

for (const [what, interpreter, expected] of [
	['any patch level', {path: '/usr/bin/python3.11', minimum: '3.11'}, ['/usr/bin/python3.11']],
	['the first patch level', {path: '/usr/bin/python3.11', minimum: '3.11.0'}, ['/usr/bin/python3.11']],
	['a patch level', {path: '/usr/bin/python3.11', minimum: '3.11.5'}, ['/usr/bin/python3.11', 'python3.11 >= 3.11.5']],
	[
		'an interpreter of a package elsewhere',
		{path: '/opt/python/bin/python3', minimum: '3.11.5'},
		['/opt/python/bin/python3'],
	],
	['an interpreter that no package owns', {path: '/usr/local/bin/python3.11', minimum: '3.11'}, []],
	['an interpreter inside the prefix', {path: '/opt/hello/python/bin/python3.11', minimum: '3.11'}, []],
] as const) {
	withTools('rpm')(`Requires for ${what}`, async t => {
		const needs = {
			glibc: '',
			libraries: [],
			interpreter: {...interpreter, path: installPath(interpreter.path), minor: '3.11'},
		};
		const file = await writeRpm(sample(plainTree, {needs}), folderOf(t));
		t.deepEqual(
			lines(said('rpm', '-qp', '--requires', file)).filter(line => !line.startsWith('rpmlib(')),
			[...expected],
		);
	});
}

withTools('rpm')('requirements of the configuration are added, each once, sorted', async t => {
	const requires = ['libpq >= 15', '/usr/bin/env', 'libpq>=15', 'libc.so.6(GLIBC_2.34)(64bit)', '(nginx or httpd)'];
	const file = await writeRpm(sample(), folderOf(t), {settings: {requires}});
	t.deepEqual(lines(said('rpm', '-qp', '--requires', file)), [
		'(nginx or httpd)',
		'/usr/bin/env',
		'/usr/bin/python3.11',
		'libc.so.6(GLIBC_2.34)(64bit)',
		'libpq >= 15',
		'rpmlib(CompressedFileNames) <= 3.0.4-1',
		'rpmlib(FileDigests) <= 4.6.0-1',
		'rpmlib(PayloadFilesHavePrefix) <= 4.0-1',
		'rpmlib(PayloadIsZstd) <= 5.4.18-1',
		'rpmlib(RichDependencies) <= 4.12.0-1',
		'rpmlib(TildeInVersions) <= 4.10.0-1',
	]);
});

withTools('rpm2cpio', 'cpio')('cpio reads the payload, the manifest last', async t => {
	const pkg = sample(oddTree);
	const file = await writeRpm(pkg, folderOf(t));
	const names = lines(
		execFileSync('sh', ['-c', 'rpm2cpio "$0" | cpio -t --quiet', file], {encoding: 'utf8', stdio: 'pipe'}),
	);
	const last = '/opt/hello/venvpack.json';
	t.deepEqual(
		names,
		[...ownPaths(pkg).filter(path => path !== last), last].map(path => `.${path}`),
	);
});

withTools('bsdtar')('bsdtar unpacks it', async t => {
	const folder = folderOf(t);
	const file = await writeRpm(sample(oddTree), folder);
	const out = join(folder, 'unpacked');
	mkdirSync(out);
	execFileSync('bsdtar', ['-xf', file, '-C', out], {env: {...process.env, LC_ALL: 'C.UTF-8'}, stdio: 'pipe'});
	t.is(readFileSync(join(out, 'opt/hello/lib/a b (c) [d] @e #f :g %h &i <j>.txt'), 'utf8'), 'odd\n');
	t.is(readFileSync(join(out, 'opt/hello/bin/ho'), 'utf8'), '#!/bin/sh\necho hello\n');
});

withTools('createrepo_c')('createrepo_c makes a repository of it, the tag of our own included', async t => {
	const folder = folderOf(t);
	await writeRpm(sample(oddTree), folder);
	rmSync(join(folder, 'scratch'), {recursive: true});
	said('createrepo_c', '--no-database', '--simple-md-filenames', '--general-compress-type=gz', folder);
	const primary = execFileSync('gzip', ['-dc', join(folder, 'repodata/primary.xml.gz')], {encoding: 'utf8'});
	t.regex(primary, /<name>hello<\/name>/);
	t.regex(primary, /<version epoch="0" ver="1.0~a1" rel="1"\/>/);
	t.regex(primary, /<rpm:entry name="\/usr\/bin\/python3.11"\/>/);
});

withTools('rpmlint')('rpmlint reads it, and knows nothing wrong with how it is made', async t => {
	const folder = folderOf(t);
	const pkg = sample({'/opt/hello/lib/a.txt': 'abc\n'});
	const file = join(folder, rpm.fileName(pkg));
	copyFileSync(await writeRpm(pkg, folder), file);
	const found = said('sh', '-c', 'rpmlint "$0" 2>&1 || true', file);
	t.regex(found, /1 packages and 0 specfiles checked/);
	// What the package is about, and not how it is made, belongs to lint: these come next.
	const later = [
		'dir-or-file-in-opt',
		'no-documentation',
		'no-changelogname-tag',
		'no-binary',
		'no-signature',
		'invalid-license',
	];
	const tags = lines(found).flatMap(line => /: [EW]: ([\w-]+)/.exec(line)?.[1] ?? []);
	t.deepEqual(
		tags.filter(tag => !later.includes(tag)),
		[],
	);
});

withTools(
	'rpmsign',
	'gpg',
	'rpm',
)('rpmsign has its room: the package is signed in place', async t => {
	const folder = folderOf(t);
	const file = await writeRpm(sample(), folder);
	// A short path: that of the agent's socket may have 107 bytes at most.
	const home = mkdtempSync(join(tmpdir(), 'gpg-'));
	chmodSync(home, 0o700);
	t.teardown(() => rmSync(home, {recursive: true, force: true}));
	const env = {...process.env, GNUPGHOME: home};
	const key = 'test@example.org';
	const silent = {env, stdio: 'pipe', encoding: 'utf8'} as const;
	execFileSync(
		'gpg',
		['--batch', '--quiet', '--passphrase', '', '--quick-gen-key', key, 'rsa4096', 'sign', 'never'],
		silent,
	);
	t.teardown(() => execFileSync('gpgconf', ['--kill', 'all'], silent));
	const before = statSync(file);
	const gpg = execFileSync('sh', ['-c', 'command -v gpg'], silent).trim();
	execFileSync('rpmsign', ['--define', `__gpg ${gpg}`, '--define', `_gpg_name ${key}`, '--addsign', file], silent);
	t.is(statSync(file).ino, before.ino);
	t.is(statSync(file).size, before.size);

	const armoured = join(folder, 'key.asc');
	const database = join(folder, 'db');
	mkdirSync(database);
	execFileSync('gpg', ['--armor', '--output', armoured, '--export', key], silent);
	said('rpm', '--dbpath', database, '--import', armoured);
	const verdict = said('rpm', '--dbpath', database, '-Kv', file);
	t.regex(verdict, /Header V4 RSA\/\w+ Signature, key ID \w+: OK/);
	t.notRegex(verdict, /BAD|NOT/);
});

test('the same package gives the same bytes, however it comes in', async t => {
	const folders = [folderOf(t), folderOf(t)] as const;
	const one = readFileSync(await writeRpm(sample(oddTree), folders[0]));
	const other = readFileSync(await writeRpm(sample(oddTree), folders[1], {step: 3}));
	t.deepEqual(one, other);
});

withTools('rpm').serial('a file, and so a payload, beyond 4 GiB', async t => {
	const folder = folderOf(t);
	const size = 2 ** 32 + 2 ** 20;
	const path = installPath('/opt/hello/huge');
	const content = {kind: 'staged', root: optionsOf(folder).scratch, path, size} as const;
	const small = sample();
	const tree = treeOf([...small.tree.entries, {kind: 'file', path, mode: 0o644, content}]);
	const options = optionsOf(folder, {compression: {method: 'zstd', level: 1}});
	const writer = await rpm.open({...small, tree}, options);
	const zeros = Buffer.alloc(2 ** 20);
	const nothing = {sha256: createHash('sha256').digest('hex'), md5: createHash('md5').digest('hex')};
	for (const entry of tree.entries) {
		await writer.begin(entry);
		for (let at = 0; entry.path === path && at < size; at += zeros.length) {
			await writer.write(zeros);
		}

		if (entry.kind === 'file') {
			await writer.write(entry.content.kind === 'bytes' ? entry.content.bytes : new Uint8Array());
			await writer.end(nothing);
		}
	}

	await writer.finish();
	t.regex(said('rpm', '-K', options.file), /digests OK/);
	t.regex(said('rpm', '-qp', '--requires', options.file), /rpmlib\(LargeFiles\) <= 4.12.0-1/);
	t.regex(
		said('rpm', '-qp', '--qf', '[%{FILENAMES} %{LONGFILESIZES}\n]', options.file),
		/^\/opt\/hello\/huge 4296015872$/m,
	);
	const sizes = said('rpm', '-qp', '--qf', '%{LONGSIZE} %{LONGARCHIVESIZE}', options.file).split(' ').map(Number);
	// Eleven short headers of 16 bytes, the other contents padded, the trailer.
	t.deepEqual(sizes, [size + 50, size + 11 * 16 + 56 + 124]);
	t.true(statSync(options.file).size < 2 ** 20);
});

for (const [what, changes, code] of [
	['a name with a space', {metadata: {name: 'my app'}}, 'RPM_NAME_INVALID'],
	['a name with two dots', {metadata: {name: 'a..b'}}, 'RPM_NAME_INVALID'],
	['a release with a dash', {metadata: {release: '1-2'}}, 'RPM_RELEASE_INVALID'],
	['a version that is none', {metadata: {version: 'latest'}}, 'RPM_VERSION_INVALID'],
	['a summary of two lines', {metadata: {summary: 'a\nb'}}, 'RPM_FIELD_INVALID'],
	['a maintainer with an escape', {metadata: {maintainer: 'a\u001b[0m'}}, 'RPM_FIELD_INVALID'],
	['a description with a NUL', {metadata: {description: 'a\0b'}}, 'RPM_FIELD_INVALID'],
	['an architecture that is a path', {arch: '../x86'}, 'RPM_ARCH_INVALID'],
	['a path longer than rpm reads', {prefix: installPath(`/opt/${'a/'.repeat(2100)}`)}, 'RPM_PATH_TOO_LONG'],
] as const) {
	test(`refuses ${what}, before anything is written`, async t => {
		const folder = folderOf(t);
		const tree = 'prefix' in changes ? treeOf([{kind: 'directory', path: changes.prefix, mode: 0o755}]) : undefined;
		const pkg = sample(plainTree, {...changes, ...(tree ? {tree} : {})});
		const error = t.throws(() => rpm.check(pkg, optionsOf(folder)));
		t.like(error, {code, exitCode: 2, format: 'rpm'});
		t.truthy((error as {hint?: string}).hint);
		t.false(existsSync(join(folder, 'out.rpm')));
	});
}

for (const line of ['a b', 'a >= ', '>= 1', 'a, b', 'a >= 1\nObsoletes: glibc', '(a\nor b)', '']) {
	test(`refuses ${JSON.stringify(line)} as a requirement`, t => {
		const error = t.throws(() => rpm.check(sample(), optionsOf(folderOf(t), {settings: {requires: [line]}})));
		t.like(error, {code: 'RPM_RELATION_INVALID', exitCode: 2});
	});
}

withTools('rpm')('a folder above the prefix is ours in /opt only', async t => {
	for (const [prefix, expected] of [
		['/opt/acme/tools/hello', ['/opt/acme', '/opt/acme/tools', '/opt/acme/tools/hello']],
		['/opt/lib/hello', ['/opt/lib/hello']],
		['/srv/acme/hello', ['/srv/acme/hello']],
	] as const) {
		const pkg = sample({[`${prefix}/a`]: 'a'}, {prefix: installPath(prefix)});
		const file = await writeRpm(pkg, folderOf(t));
		t.deepEqual(lines(said('rpm', '-qpl', file)), [...expected, `${prefix}/a`, `${prefix}/venvpack.json`]);
	}
});

test('the file is named as rpmbuild names it, the epoch left out', t => {
	t.is(rpm.fileName(sample()), 'hello-1.0~a1-1.x86_64.rpm');
	t.is(rpm.fileName(sample(plainTree, {arch: 'aarch64', metadata: {version: '1!2.0'}})), 'hello-2.0-1.aarch64.rpm');
});

test('zstd where the target reads it, else xz', t => {
	const methods = (packagerVersion: string) => rpm.compressions({...target, packagerVersion}).map(({method}) => method);
	t.deepEqual(methods('4.11.3'), ['xz', 'gzip']);
	t.deepEqual(methods('4.14.3'), ['zstd', 'xz', 'gzip']);
	t.deepEqual(methods('6.0.0'), ['zstd', 'xz', 'gzip']);
});

test('after a failure nothing is held any more', async t => {
	const folder = folderOf(t);
	const pkg = sample();
	const writer = await rpm.open(pkg, optionsOf(folder));
	const [first] = pkg.tree.entries;
	t.truthy(first);
	await writer.begin(first ?? t.fail());
	await writer.abort();
	t.false(existsSync(join(folder, 'out.rpm')));
});
