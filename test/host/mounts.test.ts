import test from 'ava';
import {bubblewrapArguments, fstabOf, type Mount} from '../../src/host/mounts.ts';
import {hostPath} from '../../src/model/paths.ts';

const mounts: readonly Mount[] = [
	{kind: 'bind', source: hostPath('/usr'), target: '/usr'},
	{kind: 'device', source: hostPath('/dev/null'), target: '/dev/null'},
	{kind: 'tmpfs', target: '/tmp', mode: '1777'},
	{kind: 'proc', target: '/proc'},
	{kind: 'place', source: hostPath('/t/my tree#1'), target: '/srv/a\\b', writable: true},
];

test('a table as fstab(5) has it: white space and backslashes in octal', t => {
	t.deepEqual(
		fstabOf({root: hostPath('/t/root'), mounts})
			.trimEnd()
			.split('\n'),
		[
			'/t/root /t/root none bind,ro,nosuid,nodev',
			'/usr /t/root/usr none bind,ro,nosuid,nodev',
			'/dev/null /t/root/dev/null none bind',
			'tmpfs /t/root/tmp tmpfs mode=1777,nosuid,nodev',
			'proc /t/root/proc proc nosuid,nodev,noexec',
			'/t/my\\040tree\\0431 /t/root/srv/a\\134b none bind,rw,nosuid,nodev,x-mount.mkdir',
		],
	);
});

test('an overlay lies over a folder whose name overlayfs would not misread', t => {
	const part = (name: string) => hostPath(`/t/${name}`);
	const [upper, work, merged, base] = ['upper', 'work', 'merged', 'base'].map(part) as [never, never, never, never];
	t.deepEqual(
		fstabOf({root: {lower: hostPath('/roots/a:b,c'), upper, work, merged, base}, mounts: []})
			.trimEnd()
			.split('\n'),
		[
			'/roots/a:b,c /t/base none bind,ro',
			'overlay /t/merged overlay lowerdir=/t/base,upperdir=/t/upper,workdir=/t/work',
		],
	);
});

test('the same for bubblewrap', t => {
	t.deepEqual(bubblewrapArguments({root: hostPath('/t/root'), mounts}), [
		...['--ro-bind', '/t/root', '/'],
		...['--ro-bind', '/usr', '/usr'],
		...['--dev-bind', '/dev/null', '/dev/null'],
		...['--perms', '1777', '--tmpfs', '/tmp'],
		...['--proc', '/proc'],
		...['--bind', '/t/my tree#1', '/srv/a\\b'],
	]);
});
