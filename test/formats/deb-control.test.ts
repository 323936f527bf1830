import test, {type ExecutionContext} from 'ava';
import {debControl} from '../../src/formats/deb/control.ts';
import {debDescription} from '../../src/formats/deb/description.ts';
import {deb} from '../../src/formats/deb/index.ts';
import type {Metadata} from '../../src/model/metadata.ts';
import {installPath} from '../../src/model/paths.ts';
import type {SettingValues} from '../../src/model/settings.ts';
import {debian12, writeOptions} from '../helpers/pack.ts';
import {type PackageOptions, pkg} from '../helpers/package.ts';

const settings: SettingValues = {section: 'misc', priority: 'optional', depends: []};
const target = debian12;

test('the fields stand in the order of Policy 5.3, empty ones are left out', t => {
	const control = debControl(pkg({}, {metadata: {homepage: '', version: '1!2.0rc1'}}), {settings, target}, 7);
	t.is(
		control,
		[
			'Package: app',
			'Version: 1:2.0~rc1-1',
			'Architecture: amd64',
			'Maintainer: Jo Doe <jo@example.org>',
			'Installed-Size: 7',
			'Depends: python3.11 (>= 3.11.2)',
			'Section: misc',
			'Priority: optional',
			'Description: Application to test with',
			' It does nothing.',
			' .',
			' It does so slowly.',
			'',
		].join('\n'),
	);
});

const depends = test.macro(
	(t: ExecutionContext, options: PackageOptions, added: string[], expected: string | undefined) => {
		const control = debControl(pkg({}, options), {settings: {...settings, depends: added}, target}, 1);
		t.is(/^Depends: (.*)$/m.exec(control)?.[1], expected);
	},
);
test('any patch level will do', depends, {interpreter: {minimum: '3.11'}}, [], 'python3.11');
test('the lowest patch level counts', depends, {}, [], 'python3.11 (>= 3.11.2)');
test(
	'an interpreter elsewhere is in no package',
	depends,
	{interpreter: {path: installPath('/opt/py/bin/python3.11')}},
	[],
	undefined,
);
test(
	'the configuration adds',
	depends,
	{},
	['libpq5 (>= 15)', 'a1 | b2'],
	'python3.11 (>= 3.11.2), libpq5 (>= 15), a1 | b2',
);
test(
	'each comes once',
	depends,
	{interpreter: {minimum: '3.11'}},
	['python3.11', 'libpq5', 'libpq5'],
	'python3.11, libpq5',
);

const refused = test.macro(
	(t: ExecutionContext, metadata: Partial<Metadata>, values: SettingValues, code: string, message: RegExp) => {
		const bad = pkg({}, {metadata});
		const error = t.throws(() => deb.check(bad, writeOptions(deb, pkg({}), {settings: values})), {code, message});
		t.like(error, {exitCode: 2});
	},
);
test('a newline in the homepage', refused, {homepage: 'x\nEssential: yes'}, {}, 'DEB_FIELD_INVALID', /Homepage/);
test(
	'a newline in the maintainer',
	refused,
	{maintainer: 'J <j@x>\nA: b <c@d>'},
	{},
	'DEB_FIELD_INVALID',
	/Maintainer/,
);
test('a maintainer without an address', refused, {maintainer: 'Jo'}, {}, 'DEB_FIELD_INVALID', /"Jo"/);
test('an escape in the description', refused, {description: 'a\u001b[31m'}, {}, 'DEB_FIELD_INVALID', /Description/);
test('a section of two words', refused, {}, {section: 'a b'}, 'DEB_FIELD_INVALID', /deb.section/);
test('a dependency with a comma', refused, {}, {depends: ['a1, b2']}, 'DEB_RELATION_INVALID', /"a1, b2"/);
test('a dependency with a newline', refused, {}, {depends: ['a1\nEssential: yes']}, 'DEB_RELATION_INVALID', /depends/);
test('a name of one letter', refused, {name: 'a'}, {}, 'DEB_NAME_INVALID', /"a"/);
test('a version of no kind', refused, {version: 'latest'}, {}, 'DEB_VERSION_INVALID', /"latest"/);

test('an invalid name comes with one that would do', t => {
	const bad = pkg({}, {metadata: {name: '_My App_'}});
	t.like(
		t.throws(() => deb.check(bad, writeOptions(deb, pkg({}))), {code: 'DEB_NAME_INVALID'}),
		{hint: 'use lower-case letters, digits, "+", "-" and ".", such as my-app, with --name'},
	);
});

test('a machine that Debian has no name for is refused', t => {
	t.throws(() => deb.fileName(pkg({}, {arch: 'pdp11'})), {code: 'DEB_ARCH_UNKNOWN'});
	t.is(deb.fileName(pkg({}, {arch: 'aarch64', metadata: {version: '1!2.0'}})), 'app_2.0-1_arm64.deb');
	t.is(deb.fileName(pkg({}, {arch: 'any'})), 'app_1.0-1_all.deb');
});

test('names that dpkg cannot unpack are refused', t => {
	const check = (path: string) => deb.check(pkg({[path]: ''}), writeOptions(deb, pkg({})));
	t.notThrows(() => check(`/opt/app/${'n'.repeat(246)}`));
	t.notThrows(() => check(`/opt/app/${'n'.repeat(255)}/file`));
	t.throws(() => check(`/opt/app/${'n'.repeat(247)}`), {code: 'DEB_PATH_INVALID'});
	t.throws(() => check('/opt/app/a\nb'), {code: 'DEB_PATH_INVALID'});
});

const described = test.macro((t: ExecutionContext, summary: string, description: string, expected: string[]) => {
	t.deepEqual(debDescription(pkg({}, {metadata: {summary, description}})).split('\n'), expected);
});
test('the synopsis is one line without a full stop', described, ' A  web\n service. ', 'Text.', [
	'Web service',
	'Text.',
]);
test('a long summary is cut, and stands whole below', described, 'word '.repeat(20), 'More.', [
	`${'word '.repeat(15).trim()}…`,
	`${'word '.repeat(15).trim()}`,
	'word word word word word',
	'',
	'More.',
]);
test(
	'indented lines stay as they are, long ones are wrapped',
	described,
	'S',
	`    ${'x'.repeat(90)}\n${'abc '.repeat(20)}`,
	['S', `    ${'x'.repeat(90)}`, 'abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc abc', 'abc'],
);
test('items of a list keep their lines', described, 'S', '\n\n- one\n* two\n\n\nend\n', [
	'S',
	' - one',
	' * two',
	'',
	'end',
]);
test('tabs, carriage returns and leading full stops', described, 'S', 'a\tb\r\n.c', ['S', 'a b', ' .c']);
test('a project that says nothing is told of', t => {
	t.regex(
		debDescription(pkg({}, {metadata: {summary: '', description: ''}})),
		/^Python application in an environment of its own\nThis package/,
	);
});

test('an old dpkg gets xz, a new one zstd', t => {
	const first = (packagerVersion: string) => deb.compressions({...debian12, packagerVersion})[0]?.method;
	t.deepEqual(['1.20.13', '1.21.17', '1.21.18', '1.22.0', '2.0'].map(first), ['xz', 'xz', 'zstd', 'zstd', 'zstd']);
});
