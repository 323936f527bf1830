/** Packages of others, read by venvpack and by rpm: they must agree about every file, relation, script and byte. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import ava, {type ExecutionContext} from 'ava';
import type {OpenedPackage, RelationKind} from '../../src/model/package.ts';
import type {InstallPath} from '../../src/model/paths.ts';
import {type Entry, sizeOf} from '../../src/model/tree.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {pathOf, withTools} from '../helpers/tools.ts';
import {folderOf, oddTree, sample, writeRpm} from './rpm-sample.ts';

const test = withTools('rpm', 'rpmbuild');
/** Made by nfpm 2.41 of the nfpm.yaml beside it: nfpm has an rpm writer of its own. */
const nfpm = 'test/fixtures/nfpm/hello.rpm';
/** Made by fpm 1.17 with the script beside it: rpmbuild, by a spec file that fpm writes. */
const fpm = 'test/fixtures/fpm/hello.rpm';

type Make = (t: ExecutionContext) => string | Promise<string>;

async function agrees(t: ExecutionContext, make: Make): Promise<void> {
	const file = await make(t);
	const artifact = await opened(file);
	t.is(artifact.format, 'rpm');
	t.deepEqual(await filesOf(artifact, new Set(lines(rpm('-qpl', file)))), listed(file));
	t.deepEqual(artifact.declared.relations, saidRelations(file));
	t.deepEqual(artifact.declared.conffiles, lines(rpm('-qpc', file)));
	const metadata = artifact.pkg.metadata;
	t.deepEqual(
		[metadata.name, metadata.release, metadata.summary, metadata.license, metadata.vendor, metadata.homepage],
		['NAME', 'RELEASE', 'SUMMARY', 'LICENSE', 'VENDOR', 'URL'].map(tag => single(file, tag)),
	);
	t.is(metadata.description, single(file, 'DESCRIPTION'));
	t.is(artifact.pkg.epoch, Number(single(file, 'BUILDTIME')));
	t.is(artifact.declared.fields.get('ARCH'), single(file, 'ARCH'));
}

const made: Readonly<Record<string, Make>> = {
	ours: async t => writeRpm(sample(), folderOf(t)),
	'ours, with odd names': async t => writeRpm(sample(oddTree), folderOf(t)),
	'ours, with xz': async t => writeRpm(sample(), folderOf(t), {compression: {method: 'xz', level: 6}}),
	'that of nfpm': () => nfpm,
	'that of fpm': () => fpm,
};
for (const [name, make] of Object.entries(made)) {
	test(`as rpm tells it: ${name}`, agrees, make);
}

for (const payload of ['w9.gzdio', 'w6.xzdio', 'w3.zstdio', 'w6.lzdio', 'w6.bzdio', 'w.ufdio']) {
	test(`as rpm tells it: one of rpmbuild, payload ${payload}`, agrees, (t: ExecutionContext) => rpmbuild(t, payload));
}

test('hard links: each of them has the bytes, which the payload holds once', async t => {
	const contents = await contentsOf(await opened(rpmbuild(t, 'w3.zstdio')));
	for (const name of ['one', 'two', 'three']) {
		t.is(Buffer.from(contents.get(`/opt/app/hard/${name}` as InstallPath) ?? []).toString(), 'hard links\n', name);
	}
});

test('ghosts are told of, and are not in the tree', async t => {
	const {pkg, declared} = await opened(rpmbuild(t, 'w3.zstdio'));
	t.is(declared.fields.get('%ghost'), '/var/log/app.log');
	t.false(pkg.tree.entries.some(({path}) => path === '/var/log/app.log'));
	t.is(declared.fields.get('%license'), '/opt/app/LICENSE');
	t.is(declared.fields.get('%caps'), 'cap_net_bind_service=ep /opt/app/bin/app');
});

test('owners other than root, and setuid bits', async t => {
	const {pkg, declared} = await opened(rpmbuild(t, 'w3.zstdio'));
	t.deepEqual([...declared.owners], [['/etc/app.conf', {user: 'daemon', group: 'adm'}]]);
	t.is(modeAt(pkg.tree.entries, '/etc/app.conf'), 0o640);
	t.is(modeAt(pkg.tree.entries, '/opt/app/bin/setuid'), 0o4755);
	t.is(modeAt(pkg.tree.entries, '/opt/app/empty'), 0o1777);
});

test('scripts and triggers bear the names of a spec file, and what runs them', async t => {
	const {scripts} = (await opened(rpmbuild(t, 'w3.zstdio'))).declared;
	t.deepEqual(
		[...scripts],
		[
			['%pre', 'echo before'],
			['%post -p /sbin/ldconfig', ''],
			['%preun -p <lua>', 'print("going")'],
			['%triggerin -- bash > 4, dash', 'echo shell'],
			['%filetriggerin -- /usr/lib/python3', 'cat > /dev/null'],
		],
	);
});

test('digests are those of the files, by the algorithm that the header names', async t => {
	for (const file of [rpmbuild(t, 'w3.zstdio'), rpmbuild(t, 'w3.zstdio', {_binary_filedigest_algorithm: '1'})]) {
		const artifact = await opened(file);
		const {digests} = artifact.declared;
		const contents = await contentsOf(artifact);
		t.true((digests?.files.size ?? 0) > 5);
		for (const [path, hex] of digests?.files ?? []) {
			const bytes = contents.get(path);
			if (bytes !== undefined) {
				t.is(
					createHash(digests?.algorithm ?? '')
						.update(bytes)
						.digest('hex'),
					hex,
					path,
				);
			}
		}
	}
});

test('an epoch and a version of rpm stay as they are', async t => {
	const {pkg, declared} = await opened(rpmbuild(t, 'w3.zstdio'));
	t.is(pkg.metadata.version, '1.0~rc1');
	t.is(declared.fields.get('EPOCH'), '2');
	t.is(String(pkg.prefix), '/opt/app');
	t.is(pkg.manifest, undefined);
});

test('the manifest of our own packages stands in the header, and has the version by PEP 440', async t => {
	const {pkg} = await opened(await writeRpm(sample(), folderOf(t)));
	t.like(pkg.manifest, {name: 'hello', prefix: '/opt/hello'});
	t.is(pkg.metadata.version, '1.0a1');
	t.is(String(pkg.prefix), '/opt/hello');
});

withTools(
	'rpm',
	'rpmsign',
	'gpg',
)('signatures that are present are named', async t => {
	const file = await writeRpm(sample(), folderOf(t));
	t.deepEqual((await opened(file)).declared.signatures, []);
	sign(t, file);
	t.deepEqual((await opened(file)).declared.signatures, ['RSA header signature']);
});

test('a source package installs nothing', async t => {
	await t.throwsAsync(opened(rpmbuild(t, 'w3.zstdio', {}, 'source')), {
		message: /source package/,
		code: 'RPM_SOURCE_PACKAGE',
	});
});

ava('what is cut off is damaged, wherever that is', async t => {
	const whole = readFileSync(nfpm);
	const folder = folderOf(t);
	for (const length of [50, 96, 111, 500, 1200, 2000, whole.length - 100, whole.length - 20]) {
		const file = join(folder, 'cut.rpm');
		writeFileSync(file, whole.subarray(0, length));
		const error = await t.throwsAsync(async () => contentsOf(await opened(file)));
		t.regex(
			String(error && 'code' in error && error.code),
			/^(RPM_(LEAD|HEADER|PAYLOAD)_|ARTIFACT_DAMAGED)/,
			`${length}`,
		);
	}
});

function sign(t: ExecutionContext, file: string): void {
	// A socket of gpg-agent has a short path.
	const home = mkdtempSync(join(tmpdir(), 'gpg-'));
	t.teardown(() => rmSync(home, {recursive: true, force: true}));
	const env = {...process.env, GNUPGHOME: home};
	const gpg = ['--batch', '--passphrase', '', '--quick-generate-key', 'Test <test@example.org>', 'rsa2048'];
	execFileSync('gpg', gpg, {env, stdio: 'pipe'});
	const macros = ['--define', `__gpg ${pathOf('gpg')}`, '--define', '_gpg_name test@example.org'];
	execFileSync('rpmsign', [...macros, '--addsign', file], {env, stdio: 'pipe'});
	execFileSync('gpgconf', ['--kill', 'all'], {env, stdio: 'pipe'});
}

function modeAt(entries: readonly Entry[], path: string): number | undefined {
	const entry = entries.find(one => one.path === path);
	return entry === undefined || entry.kind === 'link' ? undefined : entry.mode;
}

/** A line for each entry, in the words of rpm; folders that no package owns are left out. */
async function filesOf(artifact: OpenedPackage, owned: ReadonlySet<string>): Promise<string[]> {
	const contents = await contentsOf(artifact);
	const algorithm = artifact.declared.digests?.algorithm ?? 'sha256';
	const digest = (path: InstallPath) =>
		createHash(algorithm)
			.update(contents.get(path) ?? '')
			.digest('hex');
	return artifact.pkg.tree.entries
		.filter(entry => owned.has(entry.path) || entry.kind !== 'directory' || entry.mode !== 0o755)
		.map(entry => {
			const {user, group} = artifact.declared.owners.get(entry.path) ?? {user: 'root', group: 'root'};
			return [entry.path, user, group, ...specifics(entry, digest)].join('\t');
		})
		.sort();
}

function specifics(entry: Entry, digest: (path: InstallPath) => string): string[] {
	switch (entry.kind) {
		case 'link':
			return ['link', entry.target];
		case 'directory':
			return ['directory', entry.mode.toString(8)];
		case 'file':
			return ['file', entry.mode.toString(8), String(sizeOf(entry.content)), digest(entry.path)];
	}
}

const columns = ['NAMES', 'USERNAME', 'GROUPNAME', 'MODES', 'FLAGS', 'SIZES', 'DIGESTS', 'LINKTOS'] as const;
const ghost = 64;

/** The same as rpm tells it. */
function listed(file: string): string[] {
	return query(file, `[${columns.map(column => `%{FILE${column}}`).join('\\t')}\n]`)
		.map(line => line.split('\t'))
		.filter(([, , , , flags]) => (Number(flags) & ghost) === 0)
		.map(([path = '', user = '', group = '', mode = '', , size = '', digest = '', target = '']) => {
			const type = Number(mode) & 0o170_000;
			const permissions = (Number(mode) & 0o7777).toString(8);
			const rest =
				type === 0o120_000
					? ['link', target]
					: type === 0o040_000
						? ['directory', permissions]
						: ['file', permissions, size, digest];
			return [path, user, group, ...rest].join('\t');
		})
		.sort();
}

const relationFlags: Readonly<Record<string, RelationKind>> = {
	'--requires': 'requires',
	'--provides': 'provides',
	'--conflicts': 'conflicts',
	'--obsoletes': 'replaces',
	'--recommends': 'recommends',
	'--suggests': 'suggests',
	'--enhances': 'enhances',
};

function saidRelations(file: string): Record<string, string[]> {
	const said = Object.entries(relationFlags).map(([flag, kind]) => [kind, lines(rpm('-qp', flag, file))] as const);
	return Object.fromEntries(said.filter(([, relations]) => relations.length > 0));
}

function single(file: string, tag: string): string {
	const text = rpm('-qp', '--qf', `%{${tag}}`, file);
	return text === '(none)' ? '' : text;
}

function query(file: string, format: string): string[] {
	return lines(rpm('-qp', '--qf', format, file));
}

function lines(text: string): string[] {
	return text.split('\n').filter(line => line !== '' && line !== '(contains no files)' && line !== '(none)');
}

function rpm(...args: string[]): string {
	return execFileSync('rpm', args, {encoding: 'utf8', stdio: 'pipe', env: {...process.env, LC_ALL: 'C.UTF-8'}});
}

/** A package with all that a spec file can say of files, built once for each payload. */
function rpmbuild(t: ExecutionContext, payload: string, macros: Record<string, string> = {}, kind = 'binary'): string {
	const folder = folderOf(t);
	const defined = {
		_topdir: folder,
		_binary_payload: payload,
		_source_payload: payload,
		use_source_date_epoch_as_buildtime: '1',
		clamp_mtime_to_source_date_epoch: '1',
		// What distributions let rpmbuild do to the files afterwards.
		__os_install_post: '%{nil}',
		_build_id_links: 'none',
		...macros,
	};
	writeFileSync(join(folder, 'app.spec'), spec);
	const defines = Object.entries(defined).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
	execFileSync('rpmbuild', [kind === 'source' ? '-bs' : '-bb', ...defines, join(folder, 'app.spec')], {
		env: {...process.env, SOURCE_DATE_EPOCH: '1700000000', LC_ALL: 'C.UTF-8'},
		stdio: 'pipe',
	});
	const made = join(folder, kind === 'source' ? 'SRPMS' : 'RPMS/noarch');
	return join(made, readdirSync(made)[0] ?? '');
}

const spec = `
Name: app
Epoch: 2
Version: 1.0~rc1
Release: 3
Summary: A small thing
License: MIT and others
Vendor: Ada & Co
URL: https://example.org/
BuildArch: noarch
AutoReqProv: no
Requires: python3 >= 3.9, coreutils
Requires(post): /sbin/ldconfig
Requires: (git or mercurial)
Provides: greeter = 2:3.0-1
Conflicts: olleh
Obsoletes: old-app < 1.0
Recommends: git
Suggests: vim > 8
Enhances: bash

%description
Two lines
of text: Grüße.

%pre
echo before

%post -p /sbin/ldconfig

%preun -p <lua>
print("going")

%triggerin -- bash > 4, dash
echo shell

%filetriggerin -- /usr/lib/python3
cat > /dev/null

%install
mkdir -p %{buildroot}/opt/app %{buildroot}/etc %{buildroot}/var/log
cd %{buildroot}/opt/app
mkdir bin hard empty zz
printf '#!/bin/sh\necho app\n' > bin/app
ln -s app bin/link
ln -s /usr/bin/python3 bin/python3
cp bin/app bin/setuid
echo 'hard links' > hard/one
ln hard/one hard/three
ln hard/one zz/two
ln hard/one hard/two
: > empty.txt
echo text > 'Grüße 你好.txt'
echo MIT > LICENSE
head -c 70000 /dev/zero > zeros
echo 'home = /usr/bin' > pyvenv.cfg
echo key=value > %{buildroot}/etc/app.conf
echo log > %{buildroot}/var/log/app.log

%files
%dir /opt/app
%dir /opt/app/bin
%attr(0755, root, root) %caps(cap_net_bind_service=ep) /opt/app/bin/app
/opt/app/bin/link
/opt/app/bin/python3
%attr(4755, root, root) /opt/app/bin/setuid
/opt/app/hard
%attr(1777, root, root) %dir /opt/app/empty
/opt/app/empty.txt
"/opt/app/Grüße 你好.txt"
%license /opt/app/LICENSE
/opt/app/zeros
/opt/app/pyvenv.cfg
/opt/app/zz
%config(noreplace) %attr(0640, daemon, adm) /etc/app.conf
%ghost /var/log/app.log
`;
