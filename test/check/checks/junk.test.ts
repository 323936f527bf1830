import test from 'ava';
import {junk} from '../../../src/check/checks/junk.ts';
import {hostPath} from '../../../src/model/paths.ts';
import {artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';
import {smallElf} from '../../helpers/elf.ts';
import type {LiteralEntry} from '../../helpers/package.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const info = `${site}/demo-1.0.dist-info`;

const lies = test.macro({
	exec: async (t, files: Readonly<Record<string, LiteralEntry>>, expected: string[]) => {
		t.deepEqual(told(await findingsOf(junk, artifact(goodVenv(files)))), expected);
	},
	title: (name = '') => name,
});

test('a good venv', lies, {}, []);
test('a working copy', lies, {[`${site}/demo/.git/HEAD`]: '', [`${site}/demo/.git/objects/aa/b`]: ''}, [
	`JUNK_VCS warning ${site}/demo/.git`,
]);
test('a submodule', lies, {[`${site}/demo/.git`]: 'gitdir: ../.git/modules/demo\n'}, [
	`JUNK_VCS warning ${site}/demo/.git`,
]);
test('caches of tools', lies, {'/opt/app/.mypy_cache/3.11/x.json': '', '/opt/app/.pytest_cache/README.md': ''}, [
	'JUNK_CACHE warning /opt/app/.mypy_cache',
	'JUNK_CACHE warning /opt/app/.pytest_cache',
]);
test(
	'what editors and desktops leave',
	lies,
	{[`${site}/demo/a.py~`]: '', [`${site}/demo/.DS_Store`]: '', [`${site}/.a.py.swp`]: ''},
	[
		`JUNK_EDITOR warning ${site}/.a.py.swp`,
		`JUNK_EDITOR warning ${site}/demo/.DS_Store`,
		`JUNK_EDITOR warning ${site}/demo/a.py~`,
	],
);
test('what uv leaves', lies, {'/opt/app/.lock': '', [`${info}/uv_cache.json`]: '{}'}, [
	'JUNK_INSTALLER note /opt/app/.lock',
	`JUNK_INSTALLER note ${info}/uv_cache.json`,
]);
test('a lock elsewhere is somebody’s own', lies, {[`${site}/demo/.lock`]: ''}, []);
test('a core dump', lies, {'/opt/app/share/core.17': smallElf({type: 4})}, ['JUNK_CORE error /opt/app/share/core.17']);
test('a module named core', lies, {[`${site}/demo/core`]: 'x', [`${site}/demo/core.py`]: 'x'}, []);

const dist = (name: string) => `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n\n`;
test('pip, which nothing asks for', lies, {[`${site}/pip-1.0.dist-info/METADATA`]: dist('pip')}, [
	`JUNK_PIP note ${site}/pip-1.0.dist-info`,
]);
test(
	'setuptools, which something asks for',
	lies,
	{
		[`${site}/setuptools-1.0.dist-info/METADATA`]: dist('setuptools'),
		[`${info}/METADATA`]:
			'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: setuptools>=60; python_version > "3.8"\n\n',
	},
	[],
);
test(
	'an editable',
	lies,
	{
		[`${info}/direct_url.json`]: '{"url": "file:///home/ada/demo", "dir_info": {"editable": true}}',
	},
	[`JUNK_EDITABLE error ${info}`],
);

const size = 120 * 1024 * 1024;
test('what is large', async t => {
	const large = {host: hostPath('/dev/null'), size};
	const subject = artifact(
		goodVenv({
			[`${site}/demo/tests/data.bin`]: large,
			[`${site}/demo/lib.a`]: large,
			[`${site}/demo/old.tar.gz`]: large,
		}),
	);
	// Nothing of it is read: the check goes by names and sizes.
	const entries = subject.pkg.tree.entries;
	const run = junk.begin({...subject, pkg: {...subject.pkg, tree: {entries}}});
	const nothing = {
		...{venv: undefined, distributions: [], scripts: [], elf: [], services: [], loads: [], manifest: undefined},
		...{damaged: new Map(), digestOf: () => undefined},
	};
	t.deepEqual(told(run.finish?.(nothing) ?? []), [
		`JUNK_STATIC_LIBRARY note ${site}/demo/lib.a`,
		`JUNK_ARCHIVE note ${site}/demo/old.tar.gz`,
		`JUNK_TESTS note ${site}/demo/tests`,
	]);
});

test('what a downloaded wheel brought is a note', async t => {
	const files = {[`${site}/demo/x.orig`]: 'x', [`${site}/demo/.git/HEAD`]: 'ref'};
	const subject = artifact(goodVenv({...files, [`${info}/RECORD`]: recordOf(files, `${info}/RECORD`)}));
	t.deepEqual(told(await findingsOf(junk, subject)), [
		`JUNK_VCS note ${site}/demo/.git`,
		`JUNK_EDITOR note ${site}/demo/x.orig`,
	]);
});
