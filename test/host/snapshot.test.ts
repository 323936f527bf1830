import {createHash} from 'node:crypto';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {differences, snapshotOf} from '../../src/host/snapshot.ts';
import {hostPath} from '../../src/model/paths.ts';

const changes: ReadonlyArray<readonly [title: string, change: (folder: string) => void, expected: readonly string[]]> =
	[
		['nothing', () => undefined, []],
		['a new file', folder => writeFileSync(join(folder, 'a/new'), ''), ['added /a/new']],
		['a file that is gone', folder => rmSync(join(folder, 'a/file')), ['removed /a/file']],
		[
			'a new folder with all that is in it',
			folder => {
				mkdirSync(join(folder, 'new/inner'), {recursive: true});
				writeFileSync(join(folder, 'new/inner/file'), '');
			},
			['added /new'],
		],
		['a folder that is gone', folder => rmSync(join(folder, 'a'), {recursive: true}), ['removed /a']],
		['other content', folder => writeFileSync(join(folder, 'a/file'), 'other'), ['changed /a/file']],
		['another mode', folder => chmodSync(join(folder, 'a/file'), 0o600), ['changed /a/file']],
		['another time', folder => utimesSync(join(folder, 'a/file'), 5, 5), ['changed /a/file']],
		[
			'other content of the same length, its time set back',
			folder => {
				writeFileSync(join(folder, 'a/file'), 'tfel');
				utimesSync(join(folder, 'a/file'), 1, 1);
			},
			['changed /a/file'],
		],
		[
			'the same content, its time set back',
			folder => {
				writeFileSync(join(folder, 'a/file'), 'left');
				utimesSync(join(folder, 'a/file'), 1, 1);
			},
			[],
		],
		[
			'another target of a link',
			folder => {
				rmSync(join(folder, 'link'));
				symlinkSync('b', join(folder, 'link'));
			},
			['changed /link'],
		],
		[
			'a folder in place of a file',
			folder => {
				rmSync(join(folder, 'a/file'));
				mkdirSync(join(folder, 'a/file'));
			},
			['changed /a/file'],
		],
	];

for (const [title, change, expected] of changes) {
	test(title, t => {
		const folder = mkdtempSync(join(realpathSync(tmpdir()), 'snapshot-'));
		t.teardown(() => rmSync(folder, {recursive: true}));
		mkdirSync(join(folder, 'a'));
		writeFileSync(join(folder, 'a/file'), 'left');
		symlinkSync('a', join(folder, 'link'));
		utimesSync(join(folder, 'a/file'), 1, 1);
		const digest = createHash('sha256')
			.update(readFileSync(join(folder, 'a/file')))
			.digest('hex');
		const before = snapshotOf(hostPath(folder));
		change(folder);
		const found = differences(before, hostPath(folder), path => (path === '/a/file' ? digest : undefined));
		t.deepEqual(
			found.map(({what, path}) => `${what} ${path}`),
			[...expected],
		);
	});
}
