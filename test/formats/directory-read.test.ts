import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {encodeManifest} from '../../src/codecs/manifest.ts';
import {installPath} from '../../src/model/paths.ts';
import {contentsOf, opened} from '../helpers/opened.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {pkg} from '../helpers/package.ts';
import {withTools} from '../helpers/tools.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
	const folder = temporaryFolder();
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), text);
	}

	return folder;
}

async function pathsOf(folder: string, prefix?: string): Promise<{paths: string[]; prefix: string}> {
	const {pkg: read} = await opened(folder, prefix === undefined ? undefined : installPath(prefix));
	return {
		paths: read.tree.entries.filter(({kind}) => kind === 'file').map(({path}) => String(path)),
		prefix: read.prefix,
	};
}

test('a venv lies where the user says, or where it is', async t => {
	const folder = folderWith({'pyvenv.cfg': '', 'bin/x': ''});
	t.deepEqual(await pathsOf(folder), {paths: [`${folder}/bin/x`, `${folder}/pyvenv.cfg`], prefix: folder});
	t.deepEqual(await pathsOf(folder, '/opt/app'), {
		paths: ['/opt/app/bin/x', '/opt/app/pyvenv.cfg'],
		prefix: '/opt/app',
	});
});

test('what venvpack made lies where its manifest says', async t => {
	const {manifest} = pkg({}, {prefix: '/srv/app'});
	const text = Buffer.concat([...encodeManifest(manifest, [])]).toString();
	const folder = folderWith({'venvpack.json': text, 'bin/x': ''});
	t.deepEqual(await pathsOf(folder), {paths: ['/srv/app/bin/x', '/srv/app/venvpack.json'], prefix: '/srv/app'});
	t.like((await opened(folder)).pkg, {arch: 'x86_64', manifest: {name: 'app'}});
	// A copy of it may lie elsewhere, and be asked about.
	t.is((await pathsOf(folder, '/opt/app')).prefix, '/opt/app');
});

test('a venv further down: the folder is a root', async t => {
	const folder = folderWith({'opt/app/pyvenv.cfg': '', 'usr/bin/x': ''});
	t.deepEqual(await pathsOf(folder), {paths: ['/opt/app/pyvenv.cfg', '/usr/bin/x'], prefix: '/opt/app'});
	await t.throwsAsync(pathsOf(folder, '/srv/app'), {code: 'ARTIFACT_PREFIX_ABSENT'});
});

test('no venv at all: the content of a prefix', async t => {
	const folder = folderWith({'bin/x': ''});
	t.deepEqual(await pathsOf(folder, '/opt/app'), {paths: ['/opt/app/bin/x'], prefix: '/opt/app'});
	t.is((await pathsOf(folder)).prefix, folder);
});

test('everything is told as it is: modes, links, empty folders, contents', async t => {
	const folder = folderWith({'pyvenv.cfg': 'home = /usr/bin\n'});
	mkdirSync(join(folder, 'empty'));
	writeFileSync(join(folder, 'open'), '');
	chmodSync(join(folder, 'empty'), 0o2750);
	chmodSync(join(folder, 'open'), 0o4666);
	symlinkSync('../../away', join(folder, 'link'));
	chmodSync(folder, 0o711);
	const artifact = await opened(folder, installPath('/a'));
	t.deepEqual(
		artifact.pkg.tree.entries.map(entry => [
			String(entry.path),
			entry.kind === 'link' ? entry.target : entry.mode.toString(8),
		]),
		[
			['/a', '711'],
			['/a/empty', '2750'],
			['/a/link', '../../away'],
			['/a/open', '4666'],
			['/a/pyvenv.cfg', execFileSync('stat', ['-c', '%a', join(folder, 'pyvenv.cfg')], {encoding: 'utf8'}).trim()],
		],
	);
	t.is(String((await contentsOf(artifact)).get(installPath('/a/pyvenv.cfg'))), 'home = /usr/bin\n');
	t.is(artifact.size, 16);
});

withTools('root')('owners are told by their numbers, though the format does not carry them', async t => {
	const folder = folderWith({'pyvenv.cfg': ''});
	chownSync(join(folder, 'pyvenv.cfg'), 12_345, 54_321);
	const {carries, declared} = await opened(folder, installPath('/a'));
	t.false(carries.owners);
	t.deepEqual([...declared.owners], [[installPath('/a/pyvenv.cfg'), {user: '12345', group: '54321'}]]);
});

test('what no package holds is refused', async t => {
	const folder = folderWith({'pyvenv.cfg': ''});
	execFileSync('mkfifo', [join(folder, 'pipe')]);
	t.like(await t.throwsAsync(opened(folder)), {code: 'ARTIFACT_ENTRY_UNSUPPORTED', exitCode: 3});
	const other = folderWith({'pyvenv.cfg': ''});
	writeFileSync(Buffer.concat([Buffer.from(`${other}/`), Uint8Array.of(0xe9)]), '');
	t.like(await t.throwsAsync(opened(other)), {code: 'ARTIFACT_NAME_NOT_UTF8', exitCode: 3});
	t.like(await t.throwsAsync(opened(temporaryFolder())), {code: 'ARTIFACT_EMPTY', exitCode: 3});
});
