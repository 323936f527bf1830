import test from 'ava';
import type {Finding} from '../../src/model/findings.ts';
import {installPath} from '../../src/model/paths.ts';
import {Moving, secondPlace} from '../../src/operations/running/second-place.ts';

const from = installPath('/opt/app');
const to = secondPlace(from);
const moving = new Moving(from, to);

function finding(path: string, message: string): Finding {
	return {
		...{code: 'RUN_X', severity: 'error', title: 'x', why: 'x', remedy: 'x', offset: undefined},
		...{path: installPath(path), message},
	};
}

const told = (findings: readonly Finding[]) => findings.map(({path, message}) => `${path} ${message}`);

test('the second place has a space and a letter beyond ASCII, and never holds the first', t => {
	t.is(to, installPath('/srv/some where/é'));
	t.is(secondPlace(installPath('/srv')), installPath('/mnt/some where/é'));
	t.is(secondPlace(installPath('/srv/some where/é/app')), installPath('/mnt/some where/é'));
	t.is(secondPlace(installPath('/srv/app')), to);
});

test('what lies in the tree comes along, its neighbours stay', t => {
	t.is(moving.path(installPath('/opt/app/bin/x')), installPath('/srv/some where/é/bin/x'));
	t.is(moving.path(from), to);
	t.is(moving.path(installPath('/opt/apple/x')), installPath('/opt/apple/x'));
	t.is(moving.path(installPath('/usr/bin/python3.11')), installPath('/usr/bin/python3.11'));
});

test('what was found at the first place, too, is no news: also where a program says it in other words', t => {
	const before = [
		finding('/opt/app/bin/python', 'it loads /opt/app/x'),
		finding('/opt/app/bin/y', '--help: exit code 1: thread 0x1'),
	];
	const after = [
		finding(`${to}/bin/python`, `it loads ${to}/x`),
		finding(`${to}/bin/y`, '--help: exit code 1: thread 0x2'),
		finding(`${to}/bin/z`, '--help: exit code 127: not found'),
	];
	t.deepEqual(told(moving.news(after, before, 'moved')), ['/opt/app/bin/z moved: --help: exit code 127: not found']);
});
