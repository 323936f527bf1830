/** Debs of others: what dpkg-deb builds is read as dpkg-deb itself reads it. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {arPadding, encodeArHeader} from '../../src/codecs/ar.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {installPath} from '../../src/model/paths.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const control = `Package: thing
Version: 1:2.0~rc1-3
Architecture: amd64
Maintainer: Jo Doe <jo@example.org>
Installed-Size: 12
Pre-Depends: dpkg (>= 1.17)
Depends: libc6 (>= 2.36), python3 | python3.11,
 libssl3
Recommends: curl
Conflicts: other (<< 2)
Section: web
Homepage: https://example.org
Vendor: Example
Description: a thing
 It does
 .
 something.
`;

const files: Readonly<Record<string, string>> = {
	'DEBIAN/control': control,
	'DEBIAN/conffiles': '/etc/thing.conf\n',
	'DEBIAN/postinst': '#!/bin/sh\nexit 0\n',
	'DEBIAN/triggers': 'interest-noawait /opt/thing\n',
	'etc/thing.conf': 'x = 1\n',
	'opt/thing/pyvenv.cfg': 'home = /usr/bin\n',
	[`opt/thing/${'n'.repeat(200)}`]: 'long',
};

function source(): string {
	const folder = temporaryFolder();
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), text);
	}

	mkdirSync(join(folder, 'opt/thing/empty'));
	symlinkSync('/opt/thing/x', join(folder, 'opt/thing/link'));
	execFileSync('chmod', ['-R', 'u=rwX,go=rX', folder]);
	execFileSync('chmod', ['0755', join(folder, 'DEBIAN/postinst')]);
	return folder;
}

/** The same files, one a line, as `dpkg-deb -c` lists them: mode, owner, size, name. */
async function listing(file: string): Promise<string[]> {
	const letters = {directory: 'd', file: '-', link: 'l'};
	const {pkg: read} = await opened(file);
	return read.tree.entries.map(entry => {
		const mode = 'mode' in entry ? entry.mode : 0o777;
		const bits = [...mode.toString(2).padStart(9, '0')]
			.map((bit, at) => (bit === '1' ? 'rwxrwxrwx'[at] : '-'))
			.join('');
		const name = `.${entry.path}${entry.kind === 'directory' ? '/' : ''}`;
		return `${letters[entry.kind]}${bits} ${name}${entry.kind === 'link' ? ` -> ${entry.target}` : ''}`;
	});
}

const reads = async (t: ExecutionContext, ...flags: readonly string[]): Promise<void> => {
	const file = join(temporaryFolder(), 'thing.deb');
	execFileSync('dpkg-deb', [...flags, '--root-owner-group', '-b', source(), file]);
	const artifact = await opened(file);
	const {metadata, prefix, arch} = artifact.pkg;
	t.like(metadata, {
		name: 'thing',
		version: '2.0~rc1',
		release: '3',
		vendor: 'Example',
		homepage: 'https://example.org',
	});
	t.like(metadata, {summary: 'a thing', description: 'It does\n\nsomething.', maintainer: 'Jo Doe <jo@example.org>'});
	t.deepEqual([arch, prefix], ['x86_64', installPath('/opt/thing')]);
	t.deepEqual(artifact.declared.relations, {
		requires: ['dpkg (>= 1.17)', 'libc6 (>= 2.36)', 'python3 | python3.11', 'libssl3'],
		recommends: ['curl'],
		conflicts: ['other (<< 2)'],
	});
	t.deepEqual([...artifact.declared.scripts.keys()], ['postinst', 'triggers']);
	t.deepEqual(artifact.declared.conffiles, [installPath('/etc/thing.conf')]);
	t.deepEqual(
		[...artifact.declared.fields],
		[
			['Version', '1:2.0~rc1-3'],
			['Architecture', 'amd64'],
			['Installed-Size', '12'],
			['Section', 'web'],
		],
	);
	t.deepEqual(
		[artifact.declared.owners.size, artifact.declared.digests, artifact.pkg.manifest],
		[0, undefined, undefined],
	);
	const theirs = execFileSync('dpkg-deb', ['-c', file], {encoding: 'utf8'}).trim().split('\n').slice(1);
	t.deepEqual(
		(await listing(file)).toSorted(),
		theirs.map(line => line.replace(/^(\S+).*? (\.\/)/, '$1 $2')).toSorted(),
	);
	t.is(String((await contentsOf(artifact)).get(installPath('/etc/thing.conf'))), 'x = 1\n');
};
for (const method of ['gzip', 'xz', 'zstd', 'none']) {
	withTools('dpkg-deb')(`dpkg-deb, ${method}`, reads, `-Z${method}`);
}

withTools('dpkg-deb')(
	'dpkg-deb, with a control archive that is not compressed alike',
	reads,
	'-Zxz',
	'--no-uniform-compression',
);

/** Made by fpm 1.17 with the script beside it, which has `ar` and `tar` write. */
const fpm = 'test/fixtures/fpm/hello.deb';

withTools('dpkg-deb')('one of fpm, as dpkg-deb tells it: files, fields and the bytes of each file', async t => {
	const artifact = await opened(fpm);
	const {pkg: read, declared} = artifact;
	t.is(artifact.format, 'deb');
	const theirs = execFileSync('dpkg-deb', ['-c', fpm], {encoding: 'utf8'}).trim().split('\n').slice(1);
	t.deepEqual(
		(await listing(fpm)).toSorted(),
		theirs.map(line => line.replace(/^(\S+).*? (\.\/)/, '$1 $2').replace(/^h(.*) link to .*$/, '-$1')).toSorted(),
	);
	const field = (name: string) => execFileSync('dpkg-deb', ['-f', fpm, name], {encoding: 'utf8'}).trim();
	t.is(`1:${read.metadata.version}-${read.metadata.release}`, field('Version'));
	t.deepEqual(
		[read.metadata.name, read.metadata.maintainer, read.metadata.vendor, read.metadata.license, read.metadata.homepage],
		['Package', 'Maintainer', 'Vendor', 'License', 'Homepage'].map(field),
	);
	t.is(`${read.metadata.summary}\n ${read.metadata.description}`, field('Description'));
	const kinds = {requires: 'Depends', conflicts: 'Conflicts', provides: 'Provides', replaces: 'Replaces'} as const;
	for (const [kind, name] of Object.entries({...kinds, recommends: 'Recommends'} as const)) {
		t.is(declared.relations[kind as keyof typeof kinds]?.join(', '), field(name));
	}

	t.deepEqual([...declared.scripts], [['postinst', 'echo post\n']]);
	t.deepEqual(declared.conffiles, [installPath('/etc/hello.conf')]);
	const contents = await contentsOf(artifact);
	t.deepEqual([...(declared.digests?.files.keys() ?? [])].toSorted(), [...contents.keys()].toSorted());
	for (const [path, bytes] of contents) {
		t.is(declared.digests?.files.get(path), createHash('md5').update(bytes).digest('hex'), path);
	}
});

test('what ours says: digests, the interpreter, the manifest', async t => {
	const ours = pkg({'/opt/app/bin/x': 'x'}, {metadata: {version: '1.0rc1'}, arch: 'i386'});
	const {pkg: read, declared} = await opened(await pack(deb, ours));
	t.deepEqual(read.manifest, ours.manifest);
	t.like(read.metadata, {version: '1.0rc1', release: '1', license: 'MIT'});
	t.is(declared.fields.get('Version'), '1.0~rc1-1');
	t.deepEqual(declared.relations, {requires: ['python3.11 (>= 3.11.2)']});
	t.is(declared.digests?.files.get(installPath('/opt/app/bin/x')), '9dd4e461268c8034f5c8564e155c67a6');
	// Two machines have one name at dpkg's: the manifest tells them apart.
	t.is(read.arch, 'i386');
});

test('a signature is told of', async t => {
	const file = await pack(deb, pkg({}));
	const signature = Buffer.from('-----BEGIN PGP SIGNATURE-----');
	const header = encodeArHeader({name: '_gpgorigin', mtime: 0, mode: 0o100644, size: signature.length});
	writeFileSync(file, Buffer.concat([readFileSync(file), header, signature, arPadding(signature.length)]));
	t.deepEqual((await opened(file)).declared.signatures, ['_gpgorigin']);
});

/** The members of a deb by name, so that one of them can be changed. */
async function changed(change: (members: Map<string, Uint8Array>) => void): Promise<string> {
	const file = await pack(deb, pkg({'/opt/app/bin/x': 'x'}));
	const bytes = readFileSync(file);
	const members = new Map<string, Uint8Array>();
	for (let at = 8; at < bytes.length; ) {
		const size = Number(bytes.toString('latin1', at + 48, at + 58));
		members.set(bytes.toString('latin1', at, at + 16).trim(), bytes.subarray(at + 60, at + 60 + size));
		at += 60 + size + (size % 2);
	}

	change(members);
	const parts = [...members].flatMap(([name, body]) => [
		encodeArHeader({name, mtime: 0, mode: 0o100644, size: body.length}),
		body,
		arPadding(body.length),
	]);
	writeFileSync(file, Buffer.concat([Buffer.from('!<arch>\n'), ...parts]));
	return file;
}

const refused = test.macro(
	async (t: ExecutionContext, code: string, change: (members: Map<string, Uint8Array>) => void) => {
		t.like(await t.throwsAsync(opened(await changed(change))), {code, exitCode: 3});
	},
);
test('refused: version 3', refused, 'DEB_INVALID', members => members.set('debian-binary', Buffer.from('3.0\n')));
test('refused: no control archive', refused, 'DEB_INVALID', members => members.delete('control.tar.zst'));
test('refused: no data archive', refused, 'DEB_INVALID', members => members.delete('data.tar.zst'));
test('refused: two data archives', refused, 'DEB_INVALID', members => members.set('data.tar.xz', Buffer.from('x')));
test('refused: a compression that nobody knows', refused, 'DEB_INVALID', members => {
	members.set('data.tar.rar', Buffer.from('x'));
	members.delete('data.tar.zst');
});
test('refused: a compression that is not what the name says', refused, 'ARTIFACT_DAMAGED', members => {
	members.set('data.tar.xz', members.get('data.tar.zst') ?? Buffer.alloc(0));
	members.delete('data.tar.zst');
});
test('refused: an archive of nothing', refused, 'ARTIFACT_DAMAGED', members =>
	members.set('data.tar.zst', Buffer.alloc(0)),
);

test('cut off anywhere it is refused', async t => {
	const file = await pack(deb, pkg({'/opt/app/bin/x': 'x'}), {compression: {method: 'none', level: 0}});
	const whole = readFileSync(file);
	const codes = new Set<string>();
	for (let size = 1; size < whole.length; size += size < 200 || size % 512 > 500 ? 1 : 37) {
		writeFileSync(file, whole.subarray(0, size));
		const error = await t.throwsAsync(opened(file), undefined, `${size} bytes of ${whole.length}`);
		codes.add(String((error as {code?: string}).code));
	}

	t.deepEqual([...codes].sort(), ['ARTIFACT_DAMAGED', 'ARTIFACT_UNKNOWN', 'AR_INVALID', 'DEB_INVALID']);
});
