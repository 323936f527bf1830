import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import test from 'ava';
import {type HostPath, hostPath, installPath} from '../../../src/model/paths.ts';
import type {Carried, Staged} from '../../../src/model/staged.ts';
import {type Entry, treeOf} from '../../../src/model/tree.ts';
import {carriedParts} from '../../../src/stage/carried/parts.ts';
import {packagesOf} from '../../../src/stage/carried/system-packages.ts';
import {withTools} from '../../helpers/tools.ts';

function folder(t: ExecutionContext): string {
	const path = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-carried-')));
	t.teardown(() => rmSync(path, {recursive: true}));
	return path;
}

/** A program of the test's own that answers as the real one would. */
function fake(place: string, name: string, text: string): void {
	mkdirSync(place, {recursive: true});
	writeFileSync(join(place, name), `#!/bin/sh\n${text}\n`);
	chmodSync(join(place, name), 0o755);
}

const prefix = installPath('/opt/app');

function staged(builder: string, files: ReadonlyArray<readonly [path: string, origin: string, kind: Carried]>): Staged {
	const entries = files.map(([path, origin]): Entry => {
		const content = {kind: 'staged', root: hostPath(''), path: installPath(origin), size: 1} as const;
		return {kind: 'file', path: installPath(path), mode: 0o644, content};
	});
	return {
		tree: treeOf(entries),
		prefix,
		moves: [],
		python: {
			builder: hostPath(builder),
			builderPrefix: hostPath('/usr'),
			target: installPath('/opt/app/bin/python3.11'),
			minor: '3.11',
			version: '3.11.2',
		},
		layout: {relocatable: false, bundle: {libraries: true, keep: []}},
		distributions: [],
		downloaded: new Map(),
		carried: new Map(files.map(([path, , kind]) => [installPath(path), kind])),
	};
}

withTools('dpkg-query')('dpkg tells whose a library is, by whatever name of its folder it knows it', async t => {
	// A package of every Debian; where /lib is a link, dpkg may know the file there.
	const listed = execFileSync('dpkg-query', ['-L', 'zlib1g'], {encoding: 'utf8'});
	const file = listed.split('\n').find(line => /\/libz\.so\.1\.[\d.]+$/.test(line)) ?? '';
	// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how dpkg-query writes its fields.
	const version = execFileSync('dpkg-query', ['-W', '-f=${Version}', 'zlib1g'], {encoding: 'utf8'});
	for (const name of [realpathSync(file), realpathSync(file).replace(/^\/usr/, '')]) {
		const found = await packagesOf([hostPath(name), hostPath('/no/such/libfoo.so.1')], process.env);
		t.deepEqual([...found.keys()].map(String), [name]);
		t.like(found.get(hostPath(name)), {manager: 'deb', name: 'zlib1g', version});
	}
});

test('rpm is asked of what dpkg does not know (a stand-in answers: no machine has both)', async t => {
	const bin = join(folder(t), 'bin');
	fake(
		bin,
		'rpm',
		'case $4 in /lib64/libssl*) printf \'openssl-libs\\t3.0.7-27.el9\\tx86_64\\tASL 2.0\\n\';; *) echo "file $4 is not owned by any package"; exit 1;; esac',
	);
	const files = ['/lib64/libssl.so.3', '/lib64/libmine.so.1'].map(hostPath);
	const found = await packagesOf(files, {PATH: bin});
	t.deepEqual([...found.keys()], [files[0] as HostPath]);
	t.like([...found.values()][0], {manager: 'rpm', name: 'openssl-libs', version: '3.0.7-27.el9', license: 'ASL 2.0'});
});

test('without either, a library is told by its name alone, and no path of the builder is said', async t => {
	const home = folder(t);
	writeFileSync(join(home, 'libmine.so.1'), 'x');
	writeFileSync(join(home, 'LICENSE.txt'), 'PSF\r\nlicence\n');
	const parts = await carriedParts(
		staged(join(home, 'bin/python3.11'), [
			['/opt/app/lib/libmine.so.1', join(home, 'libmine.so.1'), 'library'],
			['/opt/app/lib/python3.11/LICENSE.txt', join(home, 'LICENSE.txt'), 'interpreter'],
		]),
		{archive: undefined, environment: {PATH: join(home, 'none')}},
	);
	t.like(parts[0], {kind: 'interpreter', name: 'cpython', version: '3.11.2', license: 'PSF-2.0', package: undefined});
	t.deepEqual(parts[0]?.texts, [{name: 'LICENSE.txt', text: 'PSF\nlicence\n'}]);
	t.like(parts[1], {kind: 'libraries', name: 'libmine.so.1', version: '', license: '', package: undefined});
	t.false(JSON.stringify(parts).includes(home));
});

test('where nothing came along, nobody is asked', async t => {
	const bin = join(folder(t), 'bin');
	fake(bin, 'dpkg-query', 'exit 70');
	t.deepEqual(
		await carriedParts(staged('/usr/bin/python3.11', []), {archive: undefined, environment: {PATH: bin}}),
		[],
	);
});

withTools('dpkg-query')(
	'libraries of one package are one part, with its copyright; a source with several licences names none',
	async t => {
		const at = (name: string) =>
			execFileSync('sh', ['-c', `ls -d /lib/*-linux-gnu/${name} /usr/lib/*-linux-gnu/${name} 2>/dev/null | head -1`], {
				encoding: 'utf8',
			}).trim();
		const names = ['libssl.so.3', 'libcrypto.so.3', 'libz.so.1'].filter(name => at(name) !== '');
		const parts = await carriedParts(
			staged(
				'/no/such/python3.11',
				names.map(name => [`/opt/app/lib/${name}`, at(name), 'library'] as const),
			),
			{archive: undefined, environment: process.env},
		);
		const zlib = parts.find(({name}) => name === 'zlib1g');
		t.is(zlib?.license, 'Zlib');
		t.regex(zlib?.texts[0]?.text ?? '', /Jean-loup Gailly/);
		const ssl = parts.find(({name}) => name.startsWith('libssl3'));
		t.deepEqual(
			ssl?.files.map(String),
			names
				.filter(name => name !== 'libz.so.1')
				.map(name => `/opt/app/lib/${name}`)
				.sort(),
		);
	},
);
