import test from 'ava';
import {chooseTargets} from '../../src/config/choose-targets.ts';
import {flagPlace} from '../../src/config/place.ts';
import {ownTarget, targetNamed} from '../../src/config/targets.ts';
import {targets} from '../../src/model/targets.ts';
import {choicesText, hello, hostOf, load, refusalOf} from './world.ts';

const named = test.macro((t, name: string, id: string) => {
	t.is(targetNamed(name, flagPlace('--target')).id, id);
});
for (const {id} of targets) {
	test(`${id} is itself`, named, id, id);
}
test('a codename of Debian', named, 'bookworm', 'debian-12');
test('a codename of Ubuntu', named, 'noble', 'ubuntu-24.04');
test('as an image is called', named, 'debian:12', 'debian-12');
test('without a dash', named, 'debian12', 'debian-12');
test('a clone of Red Hat', named, 'rocky9', 'el9');
test('with its minor release', named, 'almalinux:9.4', 'el9');
test('an UBI', named, 'rhel-8', 'el8');
test('in capitals', named, 'EL9', 'el9');

test('every target has a Python that venvpack can build with', t => {
	for (const {id, pythons} of targets) {
		t.true(pythons.length > 0 && pythons.every(version => /^3\.(?:[89]|1\d)\.\d+$/.test(version)), id);
	}
});

test("the builder's own distribution, from os-release", t => {
	t.is(ownTarget(hostOf('bookworm').osRelease)?.id, 'debian-12');
	t.is(ownTarget(hostOf('rocky9').osRelease)?.id, 'el9');
	t.is(ownTarget(hostOf('mint').osRelease)?.id, 'ubuntu-22.04');
	t.is(ownTarget(hostOf('arch').osRelease), undefined);
	t.is(ownTarget(''), undefined);
});

const chosen = test.macro(
	async (t, distribution: string, formats: string | undefined, target: string | undefined, expected: string) => {
		const request = {prefix: '/opt/x', target, ...(formats === undefined ? {} : {formats: [formats]})};
		const {config} = await load(t, {request});
		t.is(choicesText(chooseTargets(config, hostOf(distribution))), expected);
	},
);
const all = 'deb,rpm,tar.gz';
const carrying = test.macro(async (t, distribution: string, expected: string) => {
	const {config} = await load(t, {request: {prefix: '/opt/x', formats: ['deb', 'rpm'], bundlePython: true}});
	t.is(choicesText(chooseTargets(config, hostOf(distribution))), expected);
});
test('on Debian 12', chosen, 'bookworm', all, undefined, 'deb debian-12, rpm el9, tar.gz debian-12');
test('on Rocky 9', chosen, 'rocky9', all, undefined, 'deb debian-12, rpm el9, tar.gz el9');
test('on Mint', chosen, 'mint', all, undefined, 'deb ubuntu-22.04, rpm el9, tar.gz ubuntu-22.04');
test('elsewhere', chosen, 'arch', all, undefined, 'deb debian-12, rpm el9, tar.gz debian-12');
test('one target asked for', chosen, 'bookworm', all, 'el8', 'deb debian-12, rpm el8, tar.gz el8');
test(
	'two targets asked for',
	chosen,
	'mint',
	all,
	'debian-11,fedora-42',
	'deb debian-11, rpm fedora-42, tar.gz debian-11',
);
test(
	'an interpreter of Debian 12 comes along: el9 has an older glibc',
	carrying,
	'bookworm',
	'deb debian-12, rpm el10',
);
test('an interpreter of Rocky 9 comes along', carrying, 'rocky9', 'deb debian-12, rpm el9');
test('an interpreter of nobody knows where comes along', carrying, 'arch', 'deb debian-12, rpm el9');
test('a tarball alone', chosen, 'bookworm', 'tar.gz', 'el9', 'tar.gz el9');
test('no format: the package of this distribution', chosen, 'rocky9', undefined, undefined, 'rpm el9');
test('no format, an unknown distribution', chosen, 'arch', undefined, undefined, 'deb debian-12');
test('no format, a target', chosen, 'bookworm', undefined, 'el9', 'rpm el9');

test('a target that takes none of the packages', async t => {
	t.is(
		await refusalOf(t, async () => {
			const {config} = await load(t, {request: {prefix: '/opt/x', formats: ['deb'], target: 'el9'}});
			chooseTargets(config, hostOf('bookworm'));
		}),
		'--target is "el9", which takes none of deb\n→ formats for it: rpm, tar.gz, tar.zst, dir\n[TARGET_UNFIT]',
	);
});

test('where each came from', async t => {
	const files = {'pyproject.toml': hello, 'venvpack.toml': 'prefix = "/opt/x"\nformats = ["deb", "rpm"]\n'};
	const {config} = await load(t, {files, request: {target: 'el9'}});
	t.deepEqual(
		chooseTargets(config, hostOf('bookworm')).map(({formatOrigin, targetOrigin}) => [formatOrigin, targetOrigin]),
		[
			['venvpack.toml', '/etc/os-release'],
			['venvpack.toml', '--target'],
		],
	);
});
