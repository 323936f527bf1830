/** What the real tools say of artifacts that `venvpack sign` signed. */
import {execFileSync} from 'node:child_process';
import {
	appendFileSync,
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {basename, join} from 'node:path';
import {arPadding, encodeArHeader} from '../../src/codecs/ar.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {type HostPath, hostPath} from '../../src/model/paths.ts';
import type {KeyRequest} from '../../src/model/signing.ts';
import {sign} from '../../src/operations/sign.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {gpg, type TestKey, testKey} from '../helpers/signing-keys.ts';
import {pathOf, withTools} from '../helpers/tools.ts';

const tree = pkg({'/opt/app/bin/run': '#!/bin/sh\n', '/opt/app/lib/data': 'x'.repeat(70_000)});
const nothing = {listener: () => undefined, version: '9.9.9', environment: {PATH: process.env.PATH}};

function signed(artifact: string, keys: KeyRequest, environment: Readonly<Record<string, string>> = {}) {
	const context = {...nothing, environment: {...nothing.environment, ...environment}};
	return sign({artifacts: [hostPath(artifact)], keys, folder: temporaryFolder()}, context);
}

const refusal = (work: () => Promise<unknown>) =>
	work().then(
		() => undefined,
		(error: Error & {code?: string; exitCode?: number}) => error,
	);

function said(program: string, ...args: string[]): string {
	return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

/** A database of rpm that trusts keys. */
function rpmTrusting(...keys: TestKey[]): string {
	const database = temporaryFolder();
	said('rpmkeys', '--dbpath', database, '--import', ...keys.map(({publicFile}) => publicFile));
	return database;
}

for (const algorithm of ['ed25519', 'rsa2048', 'nistp256']) {
	withTools(
		'gpg',
		'rpm',
		'rpmkeys',
	)(`rpm accepts an rpm signed with ${algorithm}`, async t => {
		const key = testKey(t, {algorithm});
		const file = await pack(rpm, tree);
		const {size} = statSync(file);
		const {artifacts} = await signed(file, {keyFile: key.file});
		t.like(artifacts[0], {signature: 'rpm header', companions: [], keys: [key.fingerprint]});
		t.is(statSync(file).size, size, 'the signature takes what was reserved for it');
		if (algorithm === 'nistp256') {
			// rpm 4.18 of Debian knows no ECDSA: it must still read the package, and what is in it.
			t.is(said('rpm', '-qp', '--nosignature', '--qf', '%{name}', file), tree.metadata.name);
			return;
		}

		const database = rpmTrusting(key);
		t.regex(said('rpmkeys', '--dbpath', database, '-K', file), /: digests signatures OK/);
		const verdict = said('rpmkeys', '--dbpath', database, '-Kv', file);
		t.notRegex(verdict, /BAD|NOT|NOKEY/);
		t.regex(verdict, /Header V4 (EdDSA|RSA)\/SHA512 Signature, key ID [0-9a-f]{8}: OK/);
		const shown = said('rpm', '--dbpath', database, '-qpi', file);
		t.true(shown.includes(`Key ID ${key.fingerprint.slice(-16).toLowerCase()}`));
		t.regex(shown, /Signature {3}: .*, Sun Sep {2}9 01:46:40 2001/, 'signed at the time of the package');
	});
}

withTools(
	'gpg',
	'rpm',
	'rpmkeys',
)('signing an rpm again takes the first signature away', async t => {
	const [first, second] = [testKey(t), testKey(t, {algorithm: 'rsa2048'})];
	const file = await pack(rpm, tree);
	await signed(file, {keyFile: first.file});
	const {size} = statSync(file);
	await signed(file, {keyFile: second.file});
	t.is(statSync(file).size, size);
	const verdict = said('rpmkeys', '--dbpath', rpmTrusting(second), '-Kv', file);
	t.regex(verdict, /RSA\/SHA512 Signature.*OK/);
	t.notRegex(verdict, /EdDSA|NOKEY/);
});

withTools(
	'gpg',
	'rpm',
	'rpmsign',
	'rpmkeys',
)('rpmsign signs what is signed already, in the same room', async t => {
	const [ours, theirs] = [testKey(t), testKey(t, {algorithm: 'rsa2048'})];
	const file = await pack(rpm, tree);
	const {size} = statSync(file);
	await signed(file, {keyFile: ours.file});
	said(
		'rpmsign',
		'--define',
		`_gpg_name ${theirs.fingerprint}`,
		'--define',
		`_gpg_path ${theirs.home}`,
		'--define',
		`__gpg ${pathOf('gpg')}`,
		'--resign',
		file,
	);
	t.is(statSync(file).size, size);
	t.regex(said('rpmkeys', '--dbpath', rpmTrusting(theirs), '-K', file), /digests signatures OK/);
	await signed(file, {keyFile: ours.file});
	t.regex(said('rpmkeys', '--dbpath', rpmTrusting(ours), '-K', file), /digests signatures OK/);
});

withTools(
	'gpg',
	'rpm',
	'rpmbuild',
	'rpmkeys',
)('a package of rpmbuild without room for a signature grows', async t => {
	const folder = temporaryFolder();
	const spec = join(folder, 'small.spec');
	writeFileSync(
		spec,
		'Name: small\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n%description\nd\n%install\n' +
			`mkdir -p %{buildroot}/opt\nhead -c 3000000 /dev/zero > %{buildroot}/opt/small\n%files\n/opt/small\n`,
	);
	const defines = [`_topdir ${folder}`, '__gpg_reserved_space 0', '_binary_payload w0.gzdio'];
	said('rpmbuild', '-bb', ...defines.flatMap(define => ['--define', define]), spec);
	const file = join(folder, 'RPMS/noarch/small-1-1.noarch.rpm');
	const {size} = statSync(file);
	const key = testKey(t, {algorithm: 'rsa4096'});
	await signed(file, {keyFile: key.file});
	t.true(statSync(file).size > size);
	t.notRegex(said('rpmkeys', '--dbpath', rpmTrusting(key), '-Kv', file), /BAD|NOT|NOKEY/);
});

withTools('gpg')('a damaged rpm is not signed, and stays as it was', async t => {
	const key = testKey(t);
	const file = await pack(rpm, tree);
	appendFileSync(file, 'x');
	const before = readFileSync(file);
	const error = await refusal(() => signed(file, {keyFile: key.file}));
	t.like(error, {code: 'SIGN_DAMAGED', exitCode: 3});
	t.deepEqual(readFileSync(file), before);
	t.deepEqual(readdirSync(join(file, '..')), [basename(file)]);
});

/** debsig-verify reads its policies from folders: deb-origin by the fingerprint's last 16 digits. */
function debsigVerify(file: string, key: TestKey): string {
	const folder = temporaryFolder();
	const id = key.fingerprint.slice(-16);
	const [policies, keyrings] = [join(folder, 'policies', id), join(folder, 'keyrings', id)];
	mkdirSync(policies, {recursive: true});
	mkdirSync(keyrings, {recursive: true});
	writeFileSync(join(keyrings, 'release.gpg'), execFileSync('gpg', ['--homedir', key.home, '--batch', '--export']));
	const match = `<Required Type="origin" File="release.gpg" id="${id}"/>`;
	writeFileSync(
		join(policies, 'release.pol'),
		`<?xml version="1.0"?>\n<!DOCTYPE Policy SYSTEM "https://www.debian.org/debsig/1.0/policy.dtd">\n` +
			`<Policy xmlns="https://www.debian.org/debsig/1.0/"><Origin Name="Ada" id="${id}" Description="Ada"/>` +
			`<Selection>${match}</Selection><Verification MinOptional="0">${match}</Verification></Policy>\n`,
	);
	return said(
		'debsig-verify',
		'--policies-dir',
		join(folder, 'policies'),
		'--keyrings-dir',
		join(folder, 'keyrings'),
		file,
	);
}

for (const method of ['xz', 'zstd', 'gzip'] as const) {
	withTools(
		'gpg',
		'debsig-verify',
		'dpkg-deb',
	)(`debsig-verify accepts a deb with ${method} members`, async t => {
		const key = testKey(t);
		const file = await pack(deb, tree, {compression: {method, level: 3}});
		const {artifacts} = await signed(file, {keyFile: key.file});
		t.like(artifacts[0], {signature: '_gpgorigin', companions: []});
		t.regex(debsigVerify(file, key), /Verified package from 'Ada'/);
		t.regex(said('dpkg-deb', '--contents', file), /opt\/app\/lib\/data/);
	});
}

withTools(
	'gpg',
	'debsig-verify',
	'ar',
)('signing a deb again replaces its origin, and no other signature', async t => {
	const [first, second] = [testKey(t), testKey(t, {algorithm: 'rsa2048'})];
	const file = await pack(deb, tree);
	const unsigned = readFileSync(file);
	await signed(file, {keyFile: first.file});
	const other = Buffer.from('of somebody else, odd');
	const header = encodeArHeader({name: '_gpgbuilder', mtime: 1_000_000_000, mode: 0o100644, size: other.length});
	appendFileSync(file, Buffer.concat([header, other, arPadding(other.length)]));
	await signed(file, {keyFile: second.file});
	t.deepEqual(said('ar', 't', file).trim().split('\n').slice(-2), ['_gpgbuilder', '_gpgorigin']);
	t.regex(debsigVerify(file, second), /Verified package/);
	t.throws(() => debsigVerify(file, first));
	t.deepEqual(readFileSync(file).subarray(0, unsigned.length), unsigned);
});

withTools(
	'gpg',
	'dpkg',
	'root',
)('dpkg installs a signed deb', async t => {
	const key = testKey(t);
	const file = await pack(deb, tree);
	await signed(file, {keyFile: key.file});
	const root = temporaryFolder();
	mkdirSync(join(root, 'var/lib/dpkg'), {recursive: true});
	const place = ['--force-not-root', '--force-depends', '--force-bad-path', `--root=${root}`, '--log=/dev/null'];
	said('dpkg', ...place, '--install', file);
	t.true(existsSync(join(root, 'opt/app/lib/data')));
});

withTools('gpg')('anything else is signed beside it, and links lead to what is signed', async t => {
	const key = testKey(t);
	const folder = temporaryFolder();
	const file = join(folder, 'list.cdx.json');
	writeFileSync(file, '{}\n');
	symlinkSync('list.cdx.json', join(folder, 'latest.json'));
	const environment = {SOURCE_DATE_EPOCH: '1700000000'};
	const {artifacts} = await signed(join(folder, 'latest.json'), {keyFile: key.file}, environment);
	t.like(artifacts[0], {path: hostPath(file), signature: 'beside', companions: [hostPath(`${file}.asc`)]});
	const status = gpg(key.home, '--status-fd', '1', '--verify', `${file}.asc`, file);
	t.true(status.includes(`VALIDSIG ${key.fingerprint} 2023-11-14 1700000000`));
	t.is(readFileSync(file, 'utf8'), '{}\n');
});

withTools('gpg')('the same key signs the same bytes in the same way', async t => {
	for (const algorithm of ['ed25519', 'rsa2048']) {
		const key = testKey(t, {algorithm});
		const [one, other] = [await pack(rpm, tree), await pack(rpm, tree)];
		await signed(one, {keyFile: key.file});
		await signed(other, {keyEnv: 'KEY'}, {KEY: readFileSync(key.file, 'utf8')});
		t.deepEqual(readFileSync(one), readFileSync(other), algorithm);
		await signed(other, {key: 'release@example.org'}, {GNUPGHOME: key.home});
		t.deepEqual(readFileSync(one), readFileSync(other), 'signed again, by the agent');
	}
});

withTools('gpg', 'rpmkeys')('a key younger than the package signs at the time when it was made', async t => {
	const key = testKey(t, {made: 1_750_000_000});
	const file = await pack(rpm, tree);
	await signed(file, {keyFile: key.file});
	t.is(
		said('rpm', '-qp', '--nosignature', '--qf', '%{dsaheader:pgpsig}', file).split(', ')[1],
		'Sun Jun 15 15:06:40 2025',
	);
	t.regex(said('rpmkeys', '--dbpath', rpmTrusting(key), '-K', file), /digests signatures OK/);
});

withTools('gpg')('a passphrase comes from the variable that is named', async t => {
	const key = testKey(t, {passphrase: 'correct horse'});
	const file = await pack(deb, tree);
	const before = readFileSync(file);
	const keys = {keyFile: key.file, passphraseEnv: 'PASSPHRASE'};
	for (const [code, request, environment] of [
		['SIGN_PASSPHRASE_MISSING', {keyFile: key.file}, {}],
		['SIGN_PASSPHRASE_WRONG', keys, {PASSPHRASE: 'wrong horse'}],
		['SIGN_KEY_MISSING', keys, {}],
	] as const) {
		const error = await refusal(() => signed(file, request, environment));
		t.like(error, {code, exitCode: 2});
		t.false(JSON.stringify([error, error?.message]).includes('horse'));
	}

	t.deepEqual(readFileSync(file), before);
	await signed(file, keys, {PASSPHRASE: 'correct horse'});
	t.notDeepEqual(readFileSync(file), before);
});

withTools('gpg')('keys that must not sign are refused before anything is', async t => {
	const file = await pack(deb, tree);
	const [good, expired, certifying] = [testKey(t), testKey(t, {expires: 'seconds=100'}), testKey(t, {usage: 'cert'})];
	const revoked = testKey(t);
	const certificate = readdirSync(join(revoked.home, 'openpgp-revocs.d'))[0] ?? '';
	const text = readFileSync(join(revoked.home, 'openpgp-revocs.d', certificate), 'utf8').replace(
		':-----BEGIN',
		'-----BEGIN',
	);
	const revocation = join(temporaryFolder(), 'revocation');
	writeFileSync(revocation, text);
	gpg(revoked.home, '--import', revocation);
	writeFileSync(revoked.file, gpg(revoked.home, '--armor', '--export-secret-keys'));
	const both = join(temporaryFolder(), 'both.asc');
	writeFileSync(both, `${readFileSync(good.file, 'utf8')}${readFileSync(certifying.file, 'utf8')}`);
	for (const [code, keys] of [
		['SIGN_KEY_EXPIRED', {keyFile: expired.file}],
		['SIGN_KEY_REVOKED', {keyFile: revoked.file}],
		['SIGN_KEY_UNFIT', {keyFile: certifying.file}],
		['SIGN_KEY_INVALID', {keyFile: hostPath(good.publicFile)}],
		['SIGN_KEY_INVALID', {keyFile: file}],
		['SIGN_KEY_AMBIGUOUS', {keyFile: hostPath(both)}],
		['SIGN_KEY_MISSING', {keyFile: hostPath('/nowhere/key.asc')}],
		['SIGN_KEY_MISSING', {key: 'nobody@example.org'}],
		['SIGN_KEY_MISSING', {key: '--version'}],
		['SIGN_KEY_MISSING', {keyEnv: 'NO_SUCH_VARIABLE'}],
		['SIGN_KEY_UNSET', {}],
		['SIGN_KEY_TWICE', {key: 'a', keyFile: good.file}],
		['SIGN_KEY_EXPOSED', {key: readFileSync(good.file, 'utf8')}],
		['SIGN_VARIABLE_INVALID', {keyEnv: readFileSync(good.file, 'utf8')}],
		['SIGN_VARIABLE_INVALID', {keyFile: good.file, passphraseEnv: 'correct horse'}],
	] as const) {
		const before = readFileSync(file);
		const error = await refusal(() => signed(file, keys, {GNUPGHOME: good.home}));
		t.like(error, {code, exitCode: 2});
		t.notRegex(error?.message ?? '', /BEGIN PGP|horse/);
		t.deepEqual(readFileSync(file), before);
	}

	t.like(await refusal(() => signed(file, {keyFile: good.file}, {PATH: '/nowhere'})), {
		code: 'GPG_MISSING',
		exitCode: 3,
	});
	t.deepEqual(readdirSync(join(file, '..')), [basename(file)], 'nothing is left behind');
});

withTools('gpg')('a temporary folder too deep for the socket of an agent is named as that', async t => {
	const key = testKey(t);
	const file = await pack(deb, tree);
	const deep = join(temporaryFolder(), 'd'.repeat(110));
	mkdirSync(deep);
	const keys = JSON.stringify({artifacts: [file], keys: {keyFile: key.file}, folder: temporaryFolder()});
	const source = new URL('../../src/operations/sign.ts', import.meta.url).href;
	const script = `import(${JSON.stringify(source)}).then(({sign}) => sign(${keys}, {listener() {}, version: '1', environment: process.env}))
		.catch(error => console.log(error.code, error.hint))`;
	const environment = {...process.env, TMPDIR: deep};
	const output = execFileSync(process.execPath, ['-e', script], {encoding: 'utf8', env: environment});
	t.regex(output, /^SIGN_FAILED .*TMPDIR/);
	t.deepEqual(readdirSync(deep), []);
});

withTools('gpg')('what cannot be signed is refused before the rest is', async t => {
	const key = testKey(t);
	const folder = temporaryFolder();
	const file = join(folder, 'list.json');
	const empty = join(folder, 'empty');
	writeFileSync(file, '{}');
	writeFileSync(empty, '');
	for (const [code, other] of [
		['SIGN_FOLDER', folder],
		['ARTIFACT_MISSING', join(folder, 'nothing')],
		['ARTIFACT_EMPTY', empty],
	] as const) {
		const request = {artifacts: [hostPath(file), hostPath(other)], keys: {keyFile: key.file}, folder: hostPath(folder)};
		t.like(await refusal(() => sign(request, nothing)), {code});
	}

	t.deepEqual(readdirSync(folder).sort(), ['empty', 'list.json']);
});

withTools('gpg')('signatures are not signed, and modes stay', async t => {
	const key = testKey(t);
	const file = await pack(deb, tree);
	chmodSync(file, 0o640);
	const signature: HostPath = hostPath(`${file}.asc`);
	copyFileSync(key.publicFile, signature);
	const {artifacts} = await sign(
		{artifacts: [file, signature, file], keys: {keyFile: key.file}, folder: temporaryFolder()},
		nothing,
	);
	t.is(artifacts.length, 1);
	t.is(statSync(file).mode & 0o777, 0o640);
});

withTools('gpg')('the configuration names the key, relative to itself', async t => {
	const key = testKey(t);
	const folder = temporaryFolder();
	const file = await pack(deb, tree);
	copyFileSync(key.file, join(folder, 'release.asc'));
	writeFileSync(join(folder, 'venvpack.toml'), '[sign]\nkey-file = "release.asc"\n');
	const {artifacts} = await sign({artifacts: [file], keys: {}, folder}, nothing);
	t.deepEqual(artifacts[0]?.keys, [key.fingerprint]);
	writeFileSync(join(folder, 'venvpack.toml'), '[sign]\nkey-env = "$' + '{SECRET}"\n');
	const environment = {...nothing.environment, SECRET: readFileSync(key.file, 'utf8')};
	const error = await refusal(() => sign({artifacts: [file], keys: {}, folder}, {...nothing, environment}));
	t.like(error, {code: 'SIGN_VARIABLE_INVALID', key: 'sign.key-env'});
	t.false(error?.message.includes('PGP'));
});

/** What our packages ask for, which no repository of the test has. */
function pythonPackage(folder: string): string {
	const spec = join(folder, 'python.spec');
	writeFileSync(
		spec,
		'Name: python3.11\nVersion: 3.11.9\nRelease: 1\nSummary: s\nLicense: MIT\nBuildArch: noarch\n' +
			'Provides: /usr/bin/python3.11\nProvides: python(abi) = 3.11\n%description\nd\n%files\n',
	);
	said('rpmbuild', '-bb', '--define', `_topdir ${folder}`, spec);
	return join(folder, 'RPMS/noarch/python3.11-3.11.9-1.noarch.rpm');
}

withTools(
	'gpg',
	'rpmbuild',
	'dnf',
	'createrepo_c',
	'root',
)('dnf with gpgcheck installs what our key signed, and nothing else', async t => {
	const [key, other] = [testKey(t, {algorithm: 'rsa2048'}), testKey(t, {algorithm: 'rsa2048'})];
	const folder = temporaryFolder();
	const [root, repository] = [join(folder, 'root'), join(folder, 'repository')];
	const file = await pack(rpm, tree);
	mkdirSync(repository);
	const python = join(repository, 'python.rpm');
	copyFileSync(pythonPackage(folder), python);
	const published = join(repository, basename(file));
	const install = () => {
		said('createrepo_c', '--quiet', repository);
		const ours = [
			`--repofrompath=ours,${repository}`,
			'--disablerepo=*',
			'--enablerepo=ours',
			'--setopt=ours.gpgcheck=1',
		];
		const folders = ['cache', 'log', 'persist'].map(name => `--setopt=${name}dir=${join(folder, name)}`);
		const keys = `--setopt=ours.gpgkey=file://${key.publicFile}`;
		mkdirSync(join(folder, 'log'), {recursive: true});
		const place = [`--installroot=${root}`, '--releasever=9', '--setopt=reposdir=/nowhere', ...folders];
		return said('dnf', '-y', '--quiet', '--refresh', ...place, ...ours, keys, 'install', tree.metadata.name);
	};

	await signed(python, {keyFile: key.file});
	copyFileSync(file, published);
	t.throws(install, {message: /is not signed|GPG check FAILED/});
	await signed(published, {keyFile: other.file});
	t.throws(install, {message: /GPG check FAILED/});
	await signed(published, {keyFile: key.file});
	install();
	t.true(existsSync(join(root, 'opt/app/lib/data')));
});
