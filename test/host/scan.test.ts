import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {scanTree} from '../../src/host/scan.ts';
import {compareBytes, hostPath, installPath} from '../../src/model/paths.ts';
import type {Tree} from '../../src/model/tree.ts';

function folder(t: ExecutionContext): string {
	const path = mkdtempSync(join(tmpdir(), 'venvpack-test-'));
	t.teardown(() => rmSync(path, {recursive: true, force: true}));
	return path;
}

function put(root: string, path: string, mode = 0o644): void {
	mkdirSync(dirname(join(root, path)), {recursive: true});
	writeFileSync(join(root, path), path);
	chmodSync(join(root, path), mode);
}

const scan = (root: string): Tree => scanTree({root: hostPath(root), from: installPath('/opt/app')});

test('folders, files and links, with the parents of the prefix, by their bytes', t => {
	const root = folder(t);
	const names = [
		'a',
		'a-b',
		'a.c',
		'dir/x',
		'dir-x/y',
		'dir.x',
		'dir0',
		'é',
		'z z',
		'\u{ff5e}',
		'\u{1f600}/n',
		'\u{1f600}-',
	];
	for (const name of names) {
		put(root, `opt/app/${name}`);
	}

	symlinkSync('../nowhere', join(root, 'opt/app/link'));
	mkdirSync(join(root, 'opt/app/empty'));
	const {entries} = scan(root);
	const paths = entries.map(entry => entry.path);
	t.deepEqual(paths, [...paths].sort(compareBytes));
	t.deepEqual(
		[...paths].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
		paths,
	);
	t.deepEqual(paths.slice(0, 3), ['/opt', '/opt/app', '/opt/app/a'].map(installPath));
	t.is(entries.length, 2 + names.length + 3 + 2);
	t.deepEqual(
		entries.find(entry => entry.path === '/opt/app/link'),
		{kind: 'link', path: installPath('/opt/app/link'), target: '../nowhere'},
	);
	t.deepEqual(
		entries.find(entry => entry.path === '/opt/app/é'),
		{
			kind: 'file',
			path: installPath('/opt/app/é'),
			mode: 0o644,
			content: {kind: 'staged', root: hostPath(root), path: installPath('/opt/app/é'), size: 10},
		},
	);
});

test('modes are those of a package, whatever they were', t => {
	const root = folder(t);
	put(root, 'opt/app/f600', 0o600);
	put(root, 'opt/app/f666', 0o666);
	put(root, 'opt/app/f700', 0o700);
	put(root, 'opt/app/f611', 0o611);
	mkdirSync(join(root, 'opt/app/shared'));
	chmodSync(join(root, 'opt/app/shared'), 0o2770);
	const modes = scan(root).entries.flatMap(entry => (entry.kind === 'link' ? [] : [[entry.path, entry.mode]]));
	t.deepEqual(modes, [
		['/opt', 0o755],
		['/opt/app', 0o755],
		['/opt/app/f600', 0o644],
		['/opt/app/f611', 0o755],
		['/opt/app/f666', 0o644],
		['/opt/app/f700', 0o755],
		['/opt/app/shared', 0o755],
	]);
});

const refused = test.macro((t, make: (root: string) => void, code: string, message: RegExp) => {
	const root = folder(t);
	put(root, 'opt/app/fine');
	make(root);
	t.throws(() => scan(root), {code, message});
});
test('a setuid file is refused', refused, root => put(root, 'opt/app/s', 0o4755), 'SETUID', /^\/opt\/app\/s is setuid/);
test('a setgid file is refused', refused, root => put(root, 'opt/app/s', 0o2755), 'SETUID', /^\/opt\/app\/s is setuid/);
test(
	'a pipe is refused',
	refused,
	root => execFileSync('mkfifo', [join(root, 'opt/app/pipe')]),
	'SPECIAL_FILE',
	/^\/opt\/app\/pipe is a socket, a pipe or a device/,
);
test(
	'a name that is not UTF-8 is refused',
	refused,
	root => writeFileSync(Buffer.concat([Buffer.from(`${root}/opt/app/n`), Buffer.of(0xe9), Buffer.from('x')]), ''),
	'NON_UTF8_NAME',
	/^\/opt\/app\/n\\xe9x has a name that is not UTF-8/,
);

test('the replacement character itself is a good name', t => {
	const root = folder(t);
	put(root, 'opt/app/\ufffd');
	t.is(scan(root).entries.at(-1)?.path, installPath('/opt/app/\ufffd'));
});
