import {execFileSync} from 'node:child_process';
import test from 'ava';
import {versionNotices} from '../../src/config/version-notices.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {debVersion} from '../../src/formats/deb/version.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {targets} from '../../src/model/targets.ts';
import {withTools} from '../helpers/tools.ts';

function codes(version: string, ...ids: string[]): string[] {
	const choices = ids.map(id => {
		const target = targets.find(one => one.id === id);
		if (target === undefined) {
			throw new Error(id);
		}

		const format = target.packager === 'dpkg' ? deb : rpm;
		return {format, target, targetOrigin: 'default', formatOrigin: 'default'};
	});
	return versionNotices(version, choices).flatMap(notice => (notice.kind === 'warning' ? [notice.code] : []));
}

for (const version of ['1.0', '1.0+lab', '1.0+ubuntu.1', '1!1.0rc1.post2.dev3']) {
	test(`${version} has the same place for all: no warning`, t => {
		t.deepEqual(codes(version, 'debian-12', 'el9'), []);
	});
}

test('a local version that begins with a number: dpkg puts it before words, rpm does not', t => {
	t.deepEqual(codes('1.0+1', 'debian-12', 'el9'), ['LOCAL_VERSION_UNORDERED']);
	t.deepEqual(codes('1.0+1', 'el9'), []);
});

test('letters and digits in one segment: neither compares as pip does', t => {
	t.deepEqual(codes('1.0.dev3+g1a2b3c', 'debian-12'), ['LOCAL_VERSION_UNORDERED']);
	t.deepEqual(codes('1.0+lab1', 'el9', 'debian-12'), ['LOCAL_VERSION_UNORDERED']);
});

withTools('dpkg', 'rpm')('the tools say so themselves', t => {
	const isOlder = (one: string, other: string) => {
		const [left = '', right = ''] = [one, other].map(version => debVersion({version, release: '1'}));
		execFileSync('dpkg', ['--compare-versions', left, 'lt', right]);
	};
	t.notThrows(() => isOlder('1.0+1', '1.0+lab'), 'pip: the number is the newer');
	t.notThrows(() => isOlder('1.0+lab9', '1.0+lab10'), 'pip: lab10 is the older');
	t.is(execFileSync('rpm', ['--eval', '%{lua: print(rpm.vercmp("1.0^0.lab9", "1.0^0.lab10"))}']).toString(), '-1\n');
});

test('post-releases and local versions on an rpm that knows no caret', t => {
	t.deepEqual(codes('1.0.post1', 'el8', 'debian-12'), ['VERSION_NEEDS_CARET']);
	t.deepEqual(codes('1.0+lab', 'el8'), ['VERSION_NEEDS_CARET']);
	t.deepEqual(codes('1.0rc1', 'el8'), []);
	t.deepEqual(codes('1.0.post1', 'el9'), []);
});
