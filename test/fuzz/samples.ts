import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import {asar} from '../../src/formats/asar/index.ts';
import {deb} from '../../src/formats/deb/index.ts';
import type {Format} from '../../src/formats/format.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {tarGz, tarXz, tarZst} from '../../src/formats/tar.ts';
import {zip as zipFormat} from '../../src/formats/zip.ts';
import type {NewPackage} from '../../src/model/package.ts';
import type {Compression} from '../../src/model/plan.ts';
import {artifact, goodVenv} from '../helpers/artifact.ts';
import {pack, temporaryFolder} from '../helpers/pack.ts';
import {type LiteralEntry, pkg} from '../helpers/package.ts';
import {wheelBytes} from '../helpers/wheel.ts';
import {zip} from '../helpers/zip.ts';
import {pack as packed} from './packings.ts';

/** A good artifact to make bad ones of. */
export interface Sample {
	readonly name: string;
	readonly bytes: Buffer;
}

export const formats = ['deb', 'rpm', 'tar', 'tar.gz', 'tar.xz', 'tar.zst', 'zip', 'asar', 'wheel', 'dir'] as const;
export type FuzzedFormat = (typeof formats)[number];

/** Small artifacts of a format, ours and those of tools that are here. */
export async function samplesOf(format: FuzzedFormat): Promise<readonly Sample[]> {
	switch (format) {
		case 'deb':
			return [
				...(await ours(deb, ['zstd', 'xz', 'gzip'])),
				fixture('test/fixtures/nfpm/hello.deb'),
				fixture('test/fixtures/fpm/hello.deb'),
				...byTool('dpkg-deb', byDpkg),
			];
		case 'rpm':
			return [
				...(await ours(rpm, ['zstd', 'xz', 'gzip'])),
				fixture('test/fixtures/nfpm/hello.rpm'),
				fixture('test/fixtures/fpm/hello.rpm'),
				...byTool('rpmbuild', byRpmbuild),
			];
		case 'tar':
			return tars('none');
		case 'tar.gz':
			return [...(await ours(tarGz, ['gzip'])), ...tars('gzip')];
		case 'tar.xz':
			return [...(await ours(tarXz, ['xz'])), ...tars('xz')];
		case 'tar.zst':
			return [...(await ours(tarZst, ['zstd'])), ...tars('zstd')];
		case 'zip':
			return [
				...(await ours(zipFormat, ['deflate', 'none'])),
				{name: 'literal', bytes: zip(zipMembers())},
				...byTool('zip', byInfoZip),
			];
		case 'asar':
			return [...(await ours(asar, ['none'])), await byElectron()];
		case 'wheel':
			return [
				{
					name: 'literal',
					bytes: wheelBytes({metadata: ['Requires-Dist: other>=1'], files: {'sample/x.py': 'x = 1\n'}}),
				},
			];
		case 'dir':
			return [{name: 'literal', bytes: Buffer.from(JSON.stringify(Object.keys(venv())))}];
	}
}

const site = '/opt/app/lib/python3.11/site-packages';

let literals: Readonly<Record<string, LiteralEntry>> | undefined;

/** A venv with something for every check to look at. */
export function venv(): Readonly<Record<string, LiteralEntry>> {
	literals ??= {
		...goodVenv({
			[`${site}/a.pth`]: 'import os; os.x\n/elsewhere\n',
			[`${site}/native.so`]: smallElf(),
			[`${site}/demo/__pycache__/__init__.cpython-311.pyc`]: smallPyc(),
			[`${site}/demo-1.0.dist-info/direct_url.json`]:
				'{"url": "https://example.org/x", "dir_info": {"editable": true}}',
			[`${site}/demo/key.pem`]: `-----BEGIN PRIVATE ${'KEY'}-----\nMIIB\n-----END PRIVATE ${'KEY'}-----\n`,
			'/opt/app/bin/odd': `#!/bin/sh\n'''exec' "/opt/app/bin/python" "$0" "$@"\n' '''\n`,
			'/usr/lib/systemd/system/app.service': '[Unit]\nDescription=x\n[Service]\nExecStart=/opt/app/bin/demo --x\n',
			'/opt/app/empty/': {mode: 0o755},
			'/opt/app/Grüße 你好': 'x',
		}),
	};
	return literals;
}

function newPackage(): NewPackage {
	const made = pkg(venv());
	const files = artifact(venv(), {manifest: true}).pkg.tree.entries;
	const manifest = files.find(({path}) => path === made.manifestPath);
	const bytes = manifest?.kind === 'file' && manifest.content.kind === 'bytes' ? manifest.content.bytes : undefined;
	const own = bytes ?? Buffer.concat([...encodeManifest(made.manifest, [])]);
	const entries = made.tree.entries.map(entry =>
		entry.path === made.manifestPath && entry.kind === 'file'
			? {...entry, content: {kind: 'bytes', bytes: own} as const}
			: entry,
	);
	return {...made, tree: {entries}};
}

async function ours(format: Format, methods: readonly Compression['method'][]): Promise<Sample[]> {
	const samples: Sample[] = [];
	for (const method of methods) {
		const file = await pack(format, newPackage(), {compression: {method, level: 1}});
		samples.push({name: `venvpack ${method}`, bytes: readFileSync(file)});
	}

	return samples;
}

function fixture(file: string): Sample {
	return {name: file, bytes: readFileSync(file)};
}

function byTool(tool: string, make: () => readonly Sample[]): readonly Sample[] {
	return hasTool(tool) ? make() : [];
}

/** Without AVA's ways to say so: this also runs by itself. */
function hasTool(tool: string): boolean {
	return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool], {stdio: 'ignore'}).status === 0;
}

const clock = {...process.env, SOURCE_DATE_EPOCH: '1700000000', LC_ALL: 'C.UTF-8'};

/** The venv as files, with hard links. */
function treeFolder(): string {
	const folder = join(temporaryFolder(), 'tree');
	for (const [path, literal] of Object.entries(venv())) {
		const place = join(folder, path);
		mkdirSync(path.endsWith('/') ? place : dirname(place), {recursive: true});
		if (typeof literal === 'string' || literal instanceof Uint8Array) {
			writeFileSync(place, literal, {mode: path.includes('/bin/') ? 0o755 : 0o644});
		} else if ('link' in literal) {
			symlinkSync(literal.link, place);
		}
	}

	execFileSync('ln', [join(folder, '/opt/app/pyvenv.cfg'), join(folder, '/opt/app/second.cfg')]);
	execFileSync('find', [folder, '-exec', 'touch', '-hd', '@1700000000', '{}', '+']);
	return folder;
}

function tars(compression: 'none' | 'gzip' | 'xz' | 'zstd'): Sample[] {
	const names = ['gnu', 'ustar', 'pax', 'v7'];
	const tree = treeFolder();
	const long = `${'long-'.repeat(30)}/${'name-'.repeat(15)}`;
	mkdirSync(join(tree, dirname(long)), {recursive: true});
	writeFileSync(join(tree, long), 'x');
	return names.map(name => {
		const left = name === 'v7' || name === 'ustar' ? ['--exclude', 'long-*'] : [];
		const args = [
			`--format=${name}`,
			'--sort=name',
			'--owner=root:0',
			'--group=root:0',
			...left,
			'-cf',
			'-',
			'-C',
			tree,
			'.',
		];
		const bytes = execFileSync('tar', args, {env: clock, stdio: 'pipe', maxBuffer: 2 ** 26});
		return {name: `tar ${name}`, bytes: packed(bytes, compression)};
	});
}

function byDpkg(): Sample[] {
	const tree = treeFolder();
	mkdirSync(join(tree, 'DEBIAN'));
	const control =
		'Package: app\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: Ada <a@example.org>\nDepends: libc6 (>= 2), a | b\nDescription: x\n y\n .\n z\n';
	writeFileSync(join(tree, 'DEBIAN/control'), control);
	writeFileSync(join(tree, 'DEBIAN/conffiles'), '/opt/app/pyvenv.cfg\n');
	writeFileSync(join(tree, 'DEBIAN/postinst'), '#!/bin/sh\n', {mode: 0o755});
	return ['none', 'gzip'].map(compression => {
		const file = join(temporaryFolder(), 'a.deb');
		execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '-b', tree, file], {env: clock, stdio: 'pipe'});
		return {name: `dpkg-deb ${compression}`, bytes: readFileSync(file)};
	});
}

function byRpmbuild(): Sample[] {
	const tree = treeFolder();
	const spec = join(dirname(tree), 'app.spec');
	writeFileSync(spec, rpmSpec(tree));
	return ['w1.gzdio', 'w.ufdio'].map(payload => {
		const top = temporaryFolder();
		const macros = {
			...{_topdir: top, _binary_payload: payload, __os_install_post: '%{nil}', _build_id_links: 'none'},
			...{_buildhost: 'x', use_source_date_epoch_as_buildtime: '1', clamp_mtime_to_source_date_epoch: '1'},
		};
		const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
		execFileSync('rpmbuild', ['-bb', ...defines, spec], {env: clock, stdio: 'pipe'});
		const folder = join(top, 'RPMS/noarch');
		return {name: `rpmbuild ${payload}`, bytes: readFileSync(join(folder, readdirSync(folder)[0] ?? ''))};
	});
}

function rpmSpec(tree: string): string {
	return `Name: app
Version: 1
Release: 1
Summary: x
License: MIT
BuildArch: noarch
AutoReqProv: no
Requires: bash > 4, coreutils
Obsoletes: old < 1
%description
x
%post -p <lua>
print("x")
%triggerin -- bash > 4, dash
echo shell
%install
cp -a ${tree}/. %{buildroot}/
%files
/opt/app/bin
/opt/app/lib
/opt/app/empty
/opt/app/second.cfg
/usr/lib
%config(noreplace) %attr(0640, daemon, adm) /opt/app/pyvenv.cfg
%ghost "/opt/app/Grüße 你好"
`;
}

function zipMembers(): Parameters<typeof zip>[0] {
	return Object.entries(venv()).flatMap(([path, literal]) => {
		const name = path.slice(1);
		if (typeof literal === 'string' || literal instanceof Uint8Array) {
			return [{name, body: literal, deflate: true, mode: 0o100_644}];
		}

		return 'link' in literal ? [{name, body: literal.link, mode: 0o120_777}] : [{name, mode: 0o040_755}];
	});
}

function byInfoZip(): Sample[] {
	const tree = treeFolder();
	const file = join(temporaryFolder(), 'a.zip');
	execFileSync('zip', ['-qyr', file, '.'], {cwd: tree, env: clock, stdio: 'pipe'});
	return [{name: 'Info-ZIP', bytes: readFileSync(file)}];
}

async function byElectron(): Promise<Sample> {
	const {createPackage} = await import('@electron/asar');
	const file = join(temporaryFolder(), 'a.asar');
	const tree = treeFolder();
	// It packs no link that leads out.
	rmSync(join(tree, 'opt/app/bin/python3.11'));
	await createPackage(tree, file);
	return {name: '@electron/asar', bytes: readFileSync(file)};
}

/** The smallest library of the machine, so that something is there for ELF readers to stumble on. */
function smallElf(): Buffer {
	const known = ['x86_64-linux-gnu', 'aarch64-linux-gnu', ''].map(folder => join('/usr/lib', folder, 'libdl.so.2'));
	const file = [...known, '/usr/lib64/libdl.so.2', process.execPath].find(existsSync) ?? '';
	return readFileSync(file).subarray(0, 15_000);
}

/** A magic of 3.11, a time, a size, and the code of an empty module as far as anybody reads it. */
function smallPyc(): Buffer {
	const python = hasTool('python3.11') ? 'python3.11' : undefined;
	const code =
		'import marshal,sys; sys.stdout.buffer.write(marshal.dumps(compile("x = {1, 2}\\ndef f(a): return a", "/b/x.py", "exec")))';
	const body = python ? execFileSync(python, ['-IS', '-c', code], {stdio: 'pipe'}) : Buffer.from('e3', 'hex');
	return Buffer.concat([Buffer.from('a70d0d0a00000000000000000c000000', 'hex'), body]);
}
