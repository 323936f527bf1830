import {
	existsSync,
	lstatSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {extractTree} from '../../src/host/extract.ts';
import {type HostPath, hostPath, installPath} from '../../src/model/paths.ts';
import {type Entry, treeOf} from '../../src/model/tree.ts';

function folder(t: ExecutionContext): HostPath {
	const path = mkdtempSync(join(realpathSync(tmpdir()), 'extract-'));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return hostPath(path);
}

const file = (path: string, mode = 0o644, text = path): Entry => ({
	kind: 'file',
	path: installPath(path),
	mode,
	content: {kind: 'bytes', bytes: Buffer.from(text)},
});
const link = (path: string, target: string): Entry => ({kind: 'link', path: installPath(path), target});

test('files that share their bytes, as hard links in an archive do, are made of one reading', async t => {
	const into = folder(t);
	const place = hostPath(join(folder(t), 'packed'));
	writeFileSync(place, gzipSync('shared'));
	const stretch = {file: place, start: 0, length: statSync(place).size, compression: 'gzip'} as const;
	const content = {kind: 'packed', stretch, offset: 0, size: 6} as const;
	const files = ['/one', '/two'].map(path => ({kind: 'file', path: installPath(path), mode: 0o644, content}) as const);
	await extractTree(treeOf(files), {into, epoch: 7});
	for (const {path} of files) {
		t.is(readFileSync(`${into}${path}`, 'utf8'), 'shared');
		t.is(statSync(`${into}${path}`).mtimeMs, 7000);
	}
});

test('files, links, folders, modes and times come out as they are', async t => {
	const into = folder(t);
	const tree = treeOf([
		file('/opt/app/bin/app', 0o755, '#!/bin/sh\n'),
		file('/opt/app/odd näme\n', 0o666),
		file('/opt/app/setuid', 0o4755),
		link('/opt/app/lib64', 'lib'),
		{kind: 'directory', path: installPath('/opt/app/empty'), mode: 0o775},
		{kind: 'directory', path: installPath('/opt/app/locked'), mode: 0o555},
		file('/opt/app/locked/inside'),
	]);
	await extractTree(tree, {into, epoch: 315_532_800});
	const mode = (path: string) => (lstatSync(`${into}${path}`).mode & 0o7777).toString(8);
	t.is(readFileSync(`${into}/opt/app/bin/app`, 'utf8'), '#!/bin/sh\n');
	t.is(mode('/opt/app/bin/app'), '755');
	t.is(mode('/opt/app/odd näme\n'), '666');
	t.is(mode('/opt/app/setuid'), '755');
	t.is(mode('/opt/app/empty'), '775');
	t.is(mode('/opt'), '755');
	t.is(readlinkSync(`${into}/opt/app/lib64`), 'lib');
	t.true(existsSync(`${into}/opt/app/locked/inside`));
	for (const {path} of tree.entries) {
		t.is(lstatSync(`${into}${path}`).mtimeMs, 315_532_800_000, path);
	}
});

test('a link that leads out is made and never followed', async t => {
	const outside = folder(t);
	const into = folder(t);
	// A Tree has no entry below a link: what would be written through one cannot even be said.
	t.throws(() => treeOf([link('/opt/out', outside), file('/opt/out/file')]), {instanceOf: RangeError});
	await extractTree(treeOf([link('/opt/out', outside), file('/opt/zzz')]), {into, epoch: 0});
	t.deepEqual(readdirSync(outside), []);
});

test('what is there already is not overwritten', async t => {
	const into = folder(t);
	const tree = treeOf([file('/opt/x')]);
	await extractTree(tree, {into, epoch: 0});
	await t.throwsAsync(extractTree(tree, {into, epoch: 0}), {code: 'EXTRACTION_FAILED'});
});

test('what does not fit is refused before a byte is written', async t => {
	const into = folder(t);
	const size = 2 ** 60;
	const stretch = {file: hostPath('/nonexistent'), start: 0, length: 1, compression: 'none'} as const;
	const huge: Entry = {
		...file('/opt/x'),
		kind: 'file',
		mode: 0o644,
		content: {kind: 'packed', stretch, offset: 0, size},
	};
	await t.throwsAsync(extractTree(treeOf([huge]), {into, epoch: 0}), {code: 'DISK_FULL'});
	t.deepEqual(readdirSync(into), []);
});
