import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {embedderStarter} from '../../src/codecs/launcher.ts';
import type {Layout} from '../../src/model/layout.ts';
import {installPath} from '../../src/model/paths.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {smallElf} from '../helpers/elf.ts';
import {withTools} from '../helpers/tools.ts';
import {type Literal, readLiteral, staged, textAt} from '../helpers/tree.ts';

const test = withTools('dash', 'bash', 'busybox');

// Programs that have CPython in them as a library.

const site = '/opt/app/lib/python3.11/site-packages';
const program = smallElf({needed: ['libpython3.11.so.1.0', 'libc.so.6']});
const other = smallElf({needed: ['libc.so.6']});
const files: Readonly<Record<string, Literal>> = {
	'/opt/app/bin/python3.11': program,
	'/opt/app/bin/server': program,
	'/opt/app/bin/tool': other,
	[`${site}/server-1.dist-info/RECORD`]: '../../../bin/server,sha256=old,1\nserver-1.dist-info/RECORD,,\n',
};
const movable: Layout = {relocatable: true, bundle: {libraries: true, keep: []}};

function relocated(layout: Layout, more: Readonly<Record<string, Literal>> = {}) {
	const carried = new Map([[installPath('/opt/app/bin/python3.11'), 'interpreter' as const]]);
	return relocate(staged({...files, ...more}, {layout, carried}), readLiteral);
}

test('in a tree that may be moved, something finds the tree and starts them', t => {
	const {tree, rewritten} = relocated(movable);
	const bytesAt = (path: string) => {
		const entry = tree.entries.find(one => one.path === path);
		return entry?.kind === 'file' ? Buffer.from(readLiteral(entry.content)) : undefined;
	};
	t.is(textAt(tree, '/opt/app/bin/server'), embedderStarter);
	t.deepEqual(bytesAt('/opt/app/libexec/server')?.subarray(0, 4), program.subarray(0, 4));
	t.true(rewritten.get(installPath('/opt/app/bin/server'))?.includes('embedders'));
	t.is(bytesAt('/opt/app/libexec/tool'), undefined);
	t.is(bytesAt('/opt/app/libexec/python3.11'), undefined);
	const row = (place: string, bytes = Buffer.alloc(0)) =>
		`${place},sha256=${createHash('sha256').update(bytes).digest('base64url')},${bytes.length}\n`;
	t.is(
		textAt(tree, `${site}/server-1.dist-info/RECORD`),
		row('../../../bin/server', Buffer.from(embedderStarter)) +
			row('../../../libexec/server', bytesAt('/opt/app/libexec/server')) +
			'server-1.dist-info/RECORD,,\n',
	);
});

test('elsewhere they are what they were', t => {
	for (const layout of [{relocatable: false}, {relocatable: true}, {...movable, relocatable: false}]) {
		t.false(relocated(layout).tree.entries.some(({path}) => path.startsWith('/opt/app/libexec')));
	}

	t.false(relocated(movable, {'/opt/app/libexec/server': 'taken'}).rewritten.has(installPath('/opt/app/bin/server')));
});

for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
	test(`${shell[0]}: only below a name that is not ASCII the environment says where`, t => {
		const place = mkdtempSync(join(tmpdir(), 'venvpack-embedder-'));
		t.teardown(() => rmSync(place, {recursive: true}));
		for (const name of ['plain ~!', 'some where/é']) {
			const root = join(place, name);
			for (const folder of ['bin', 'libexec']) {
				mkdirSync(join(root, folder), {recursive: true});
			}

			writeFileSync(join(root, 'bin/it'), embedderStarter);
			writeFileSync(join(root, 'libexec/it'), `#!/bin/sh\necho "$0|\${PYTHONHOME-none}|$*"\n`);
			chmodSync(join(root, 'libexec/it'), 0o755);
			symlinkSync(join(root, 'bin/it'), join(place, `called-${name.length}`));
			const [file = '', ...args] = shell;
			for (const called of [join(root, 'bin/it'), join(place, `called-${name.length}`), 'bin/it']) {
				for (const locale of ['C', 'C.UTF-8']) {
					const env = {LC_ALL: locale, PATH: process.env.PATH};
					const said = execFileSync(file, [...args, called, 'a b', '-c'], {cwd: root, env, encoding: 'utf8'});
					const home = name.endsWith('é') ? root : 'none';
					t.is(said, `${root}/libexec/it|${home}|a b -c\n`);
				}
			}
		}
	});
}
