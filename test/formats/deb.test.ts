import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {zstdDecompressSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {arHeaderSize, arMagic, decodeArHeader} from '../../src/codecs/ar.ts';
import {decodeSummary} from '../../src/codecs/manifest.ts';
import type {TarMember} from '../../src/codecs/tar.ts';
import {decodeTar} from '../../src/codecs/tar-decoder.ts';
import {debControl} from '../../src/formats/deb/control.ts';
import {deb} from '../../src/formats/deb/index.ts';
import type {Compression} from '../../src/model/plan.ts';
import {debian12, pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

const long = `/opt/app/${'d'.repeat(101)}/${'e'.repeat(200)}/${'f'.repeat(246)}`;
const literals: Record<string, LiteralEntry> = {
	'/opt/app/bin/run': '#!/bin/sh\n',
	'/opt/app/empty/': {mode: 0o755},
	'/opt/app/empty-file': '',
	'/opt/app/lib/data': 'x'.repeat(1500),
	'/opt/app/lib/exact': 'x'.repeat(1024),
	'/opt/app/lib-x': 'sorts before lib/',
	'/opt/app/link': {link: 'bin/run'},
	'/opt/app/long-link': {link: 'x'.repeat(120)},
	'/opt/app/é (1) @#:日本': 'odd',
	[long]: 'long',
};
const odd = pkg(literals);

test('members stand in the order of deb(5), all of one time', async t => {
	const members = membersOf(await pack(deb, odd));
	t.deepEqual(
		members.map(({name, mtime, mode}) => [name, mtime, mode]),
		[
			['debian-binary', 1_000_000_000, 0o100644],
			['control.tar.zst', 1_000_000_000, 0o100644],
			['data.tar.zst', 1_000_000_000, 0o100644],
		],
	);
});

test('every entry has its parents before it, and the manifest comes last', async t => {
	const [, , data] = membersOf(await pack(deb, odd));
	const names = [...decodeTar(zstdDecompressSync(data?.body ?? ''))].map(({member}) => member.name);
	t.is(names[0], './');
	t.is(names.at(-1), './opt/app/venvpack.json');
	for (const [at, name] of names.entries()) {
		t.true(name === './' || names.indexOf(`${dirname(name)}/`) < at, name);
	}
});

test('the control archive holds the summary of the manifest', async t => {
	const [, control] = membersOf(await pack(deb, odd));
	const archive = zstdDecompressSync(control?.body ?? '');
	const placed = [...decodeTar(archive)];
	t.deepEqual(
		placed.map(({member}) => member.name),
		['./', './control', './md5sums', './venvpack.json'],
	);
	const summary = placed.at(-1);
	const at = summary?.offset ?? 0;
	t.deepEqual(decodeSummary(archive.subarray(at, at + (summary?.member.size ?? 0))), odd.manifest);
});

test('the same bytes, however they arrive', async t => {
	const large = pkg({...literals, '/opt/app/large': Buffer.alloc(3_000_000, 'venvpack')});
	const files = [await pack(deb, large), await pack(deb, large, {pieces: 777})];
	t.true(readFileSync(files[0] ?? '').equals(readFileSync(files[1] ?? '')));
});

const opened = async (t: ExecutionContext, method: Compression['method']) => {
	const file = await pack(deb, odd, {compression: {method, level: 6}});
	t.is(output('dpkg-deb', ['-f', file, 'Package', 'Version']), 'Package: app\nVersion: 1.0-1\n');
	const folder = temporaryFolder();
	output('dpkg-deb', ['-x', file, folder]);
	t.is(readFileSync(join(folder, long), 'utf8'), 'long');
	t.is(readFileSync(join(folder, 'opt/app/é (1) @#:日本'), 'utf8'), 'odd');
	t.is(lstatSync(join(folder, 'opt/app/bin/run')).mode & 0o7777, 0o755);
	t.deepEqual(readdirSync(join(folder, 'opt/app/empty')), []);
};
withTools('dpkg-deb')('dpkg-deb reads zstd', opened, 'zstd');
withTools('dpkg-deb')('dpkg-deb reads xz', opened, 'xz');
withTools('dpkg-deb')('dpkg-deb reads gzip', opened, 'gzip');
withTools('dpkg-deb')('dpkg-deb reads no compression', opened, 'none');

withTools('dpkg', 'root')('dpkg installs, verifies, upgrades and removes it, and leaves nothing', async t => {
	const root = temporaryFolder();
	mkdirSync(join(root, 'var/lib/dpkg'), {recursive: true});
	writeFileSync(join(root, 'var/lib/dpkg/status'), '');
	const dpkg = (...args: string[]) => output('dpkg', [`--root=${root}`, '--force-depends', ...args]);
	dpkg('-i', await pack(deb, odd));
	t.is(dpkg('-V', 'app'), '');
	t.is(readFileSync(join(root, long), 'utf8'), 'long');
	writeFileSync(join(root, 'opt/app/lib/data'), 'changed');
	t.is(dpkg('-V', 'app'), '??5??????   /opt/app/lib/data\n');
	const next = pkg({'/opt/app/bin/run': '#!/bin/sh\n'}, {metadata: {version: '1.0.post1'}});
	dpkg('-i', await pack(deb, next));
	t.is(dpkg('-V', 'app'), '');
	t.deepEqual(readdirSync(join(root, 'opt/app')).sort(), ['bin', 'venvpack.json']);
	dpkg('-P', 'app');
	t.false(existsSync(join(root, 'opt')));
});

withTools(
	'debsums',
	'dpkg',
	'root',
)('debsums finds every file', async t => {
	const root = temporaryFolder();
	mkdirSync(join(root, 'var/lib/dpkg'), {recursive: true});
	writeFileSync(join(root, 'var/lib/dpkg/status'), '');
	output('dpkg', [`--root=${root}`, '--force-depends', '-i', await pack(deb, odd)]);
	const lines = output('debsums', [`--root=${root}`, '-a', 'app'])
		.trim()
		.split('\n');
	t.is(lines.length, odd.tree.entries.filter(entry => entry.kind === 'file').length);
	t.true(lines.every(line => line.endsWith('OK')));
});

withTools('lintian')('lintian has nothing to say but what packages in /opt, and later issues, bring along', async t => {
	const file = await pack(
		deb,
		pkg({'/opt/app/bin/run': '#!/bin/sh\n'}, {metadata: {summary: 'Application for tests'}}),
		{
			compression: {method: 'gzip', level: 9},
		},
	);
	const script = 'lintian --allow-root "$0" 2>&1 || true';
	const tags = output('sh', ['-c', script, file]).match(/(?<=^[EW]: app: )\S+/gm) ?? [];
	t.deepEqual([...new Set(tags)].sort(), [
		// A package of no distribution belongs there: FHS 3.13.
		'dir-or-file-in-opt',
		// Documentation of the package comes with its own issue.
		'no-changelog',
		'no-copyright-file',
		// The summary of the manifest: dpkg ignores a control file whose name has a dot.
		'unknown-control-file',
	]);
});

withTools('dpkg-deb')('headers are those that dpkg-deb writes for the same tree', async t => {
	const ours = membersOf(await pack(deb, odd));
	const theirs = membersOf(builtByDpkg());
	t.deepEqual(
		ours.map(({name, mtime, mode}) => [name, mtime, mode]),
		theirs.map(({name, mtime, mode}) => [name, mtime, mode]),
	);
	for (const at of [1, 2]) {
		const [own, other] = [ours[at], theirs[at]].map(member => zstdDecompressSync(member?.body ?? ''));
		const [here, there] = [headers(own), headers(other)];
		// dpkg-deb takes files in the order of readdir, and links last: ours are sorted by the bytes of the path.
		t.deepEqual([...here.keys()].sort(), [...there.keys()].sort());
		for (const [name, member] of here) {
			t.deepEqual(member, there.get(name), name);
		}

		// tar fills up to records of 20 blocks, ours ends with the two blocks that are the end.
		t.is((own?.length ?? 0) % 512, 0);
		t.true((other?.length ?? 0) - (own?.length ?? 0) < 10_240);
	}
});

withTools('dpkg-gencontrol')('Installed-Size is what dpkg-gencontrol counts', async t => {
	const folder = temporaryFolder();
	lay(join(folder, 'tree'));
	mkdirSync(join(folder, 'debian'));
	writeFileSync(
		join(folder, 'debian/control'),
		'Source: app\nMaintainer: J <j@x.org>\n\nPackage: app\nArchitecture: all\n',
	);
	writeFileSync(
		join(folder, 'debian/changelog'),
		'app (1) x; urgency=low\n\n -- J <j@x.org>  Sun, 09 Sep 2001 01:46:40 +0000\n',
	);
	const theirs = execFileSync('dpkg-gencontrol', ['-Ptree', '-O'], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const ours = output('dpkg-deb', ['-f', await pack(deb, odd), 'Installed-Size']);
	t.is(ours.trim(), /^Installed-Size: (\d+)$/m.exec(theirs)?.[1] ?? '');
});

interface Member {
	readonly name: string;
	readonly mtime: number;
	readonly mode: number;
	readonly body: Uint8Array;
}

function membersOf(file: string): Member[] {
	const archive = readFileSync(file);
	const members: Member[] = [];
	for (let at = arMagic.length; at < archive.length; ) {
		const member = decodeArHeader(archive.subarray(at), at);
		const begin = at + arHeaderSize;
		members.push({...member, body: archive.subarray(begin, begin + member.size)});
		at = begin + member.size + (member.size % 2);
	}

	return members;
}

/** By name; the sizes of what differs by nature left out. */
function headers(archive: Uint8Array | undefined): Map<string, TarMember> {
	const members = [...decodeTar(archive ?? new Uint8Array(0))].map(({member}) => member);
	return new Map(members.map(member => [member.name, member]));
}

function builtByDpkg(): string {
	const folder = temporaryFolder();
	const tree = join(folder, 'tree');
	lay(tree);
	mkdirSync(join(tree, 'DEBIAN'));
	const control = debControl(
		odd,
		{settings: {section: 'misc', priority: 'optional', depends: []}, target: debian12},
		17,
	);
	const sums = output('sh', ['-c', 'cd "$0" && find opt -type f -exec md5sum {} +', tree]);
	writeFileSync(join(tree, 'DEBIAN/control'), control);
	writeFileSync(join(tree, 'DEBIAN/md5sums'), sums);
	writeFileSync(join(tree, 'DEBIAN/venvpack.json'), `${JSON.stringify(odd.manifest, undefined, 2)}\n`);
	const file = join(folder, 'app.deb');
	execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-b', tree, file], {
		env: {...process.env, SOURCE_DATE_EPOCH: '1000000000'},
		stdio: 'ignore',
	});
	return file;
}

/** The tree of `odd` on the disk. */
function lay(root: string): void {
	mkdirSync(root);
	chmodSync(root, 0o755);
	for (const entry of odd.tree.entries) {
		const place = join(root, entry.path);
		if (entry.kind === 'directory') {
			mkdirSync(place);
			chmodSync(place, entry.mode);
		} else if (entry.kind === 'link') {
			symlinkSync(entry.target, place);
		} else if (entry.content.kind === 'bytes') {
			writeFileSync(place, entry.content.bytes);
			chmodSync(place, entry.mode);
		}
	}
}

function output(program: string, args: readonly string[]): string {
	return execFileSync(program, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}
