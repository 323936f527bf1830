import test from 'ava';
import {ArchiveEntries} from '../../src/formats/archive-entries.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {FileEntry} from '../../src/model/tree.ts';

const stretch = {file: hostPath('/x'), start: 0, length: 1, compression: 'none'} as const;

function file(path: string, size: number): FileEntry {
	return {kind: 'file', path: installPath(path), mode: 0o644, content: {kind: 'packed', stretch, offset: 0, size}};
}

test('hard links stand for so much, and no more', t => {
	const entries = new ArchiveEntries('tar');
	const target = installPath('/a');
	entries.add(file('/a', 2 ** 32));
	entries.addHardLink(installPath('/b'), target);
	entries.addHardLink(installPath('/c'), installPath('/b'));
	t.throws(() => entries.addHardLink(installPath('/d'), target), {code: 'ARTIFACT_TOO_LARGE'});
	t.deepEqual(
		entries.tree().entries.map(({path}) => String(path)),
		['/a', '/b', '/c'],
	);
});

test('names together have a limit, before their folders fill the memory', t => {
	const entries = new ArchiveEntries('tar');
	const deep = 'd/'.repeat(2000);
	t.throws(
		() => {
			for (let at = 0; at < 1000; at++) {
				entries.add(file(`/${at}/${deep}f`, 0));
			}
		},
		{code: 'ARTIFACT_TOO_LARGE'},
	);
});

test('what was replaced by what belongs to root belongs to root', t => {
	const entries = new ArchiveEntries('tar');
	entries.add(file('/a', 1), {user: 'ann', group: 'root'});
	t.is(entries.owners.size, 1);
	entries.add(file('/a', 1));
	t.is(entries.owners.size, 0);
});
