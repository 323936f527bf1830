import test from 'ava';
import {flagPlace} from '../../src/config/place.ts';
import {checkPrefix} from '../../src/config/prefix.ts';
import {ConfigError} from '../../src/model/errors.ts';

const place = flagPlace('--prefix');

const taken = test.macro((t, text: string, prefix: string, notes: readonly string[] = []) => {
	t.deepEqual(checkPrefix(text, place), {prefix, notes} as never);
});
for (const prefix of [
	'/opt/app',
	'/opt/Some Vendor/My App',
	'/opt/ä-ö/ü',
	'/usr/lib/app',
	'/usr/share/app',
	'/usr/local/app',
	'/usr/local/lib/app',
	'/srv/app',
	'/var/lib/app',
	'/var/www/app',
	'/home/app/venv',
	'/app',
	'/nix/x',
	'/usr/library',
	'/optional',
	"/opt/it's",
	`/opt/${'a'.repeat(255)}`,
	`/opt/${'a'.repeat(200)}/${'b'.repeat(95)}`,
]) {
	test(`takes ${prefix.slice(0, 40)} (${prefix.length}) as it is`, taken, prefix, prefix);
}
test('a trailing slash goes, with a note', taken, '/opt/app/', '/opt/app', [
	'the prefix "/opt/app/" is taken as /opt/app',
]);
test('so does a double one', taken, '//opt//app', '/opt/app', ['the prefix "//opt//app" is taken as /opt/app']);
test('and a dot', taken, '/opt/./app/.', '/opt/app', ['the prefix "/opt/./app/." is taken as /opt/app']);

const system = test.macro((t, text: string, prefix: string) => {
	const error = t.throws(() => checkPrefix(text, place), {instanceOf: ConfigError, code: 'PREFIX_SYSTEM'});
	t.is(error.message, `--prefix is "${prefix}", a folder of the system's own`);
	t.is(error.hint, 'choose a folder that belongs to the application alone, such as /opt/NAME or /usr/lib/NAME');
});
for (const prefix of [
	...[
		'/',
		'/usr',
		'/etc',
		'/usr/bin',
		'/usr/sbin',
		'/usr/lib',
		'/usr/lib64',
		'/bin',
		'/sbin',
		'/lib',
		'/lib64',
		'/var',
		'/home',
	],
	...[
		'/root',
		'/tmp',
		'/opt',
		'/srv',
		'/usr/local',
		'/usr/local/bin',
		'/usr/local/lib',
		'/usr/share',
		'/usr/include',
		'/boot',
	],
	...['/dev', '/proc', '/sys', '/run', '/mnt', '/media', '/var/lib', '/var/tmp', '/usr/src'],
	...['/tmp/app', '/proc/app', '/dev/shm/app', '/run/app', '/usr/bin/app', '/etc/app', '/bin/app', '/var/tmp/app'],
	...[
		'/var/lib/dpkg/app',
		'/var/lib/rpm',
		'/usr/lib/python3',
		'/usr/lib/python3/dist-packages/app',
		'/usr/lib/python3.11',
	],
	...['/usr/lib/x86_64-linux-gnu', '/usr/lib/arm-linux-gnueabihf/app', '/usr/local/lib/python3.12/dist-packages'],
	...['/usr/lib64/python3.9/site-packages/app'],
]) {
	test(`the system keeps ${prefix}`, system, prefix, prefix);
}
test('slashes hide nothing', system, '//usr/./bin///', '/usr/bin');

const refused = test.macro((t, text: string, code: string, message: string, hint: string) => {
	const error = t.throws(() => checkPrefix(text, place), {instanceOf: ConfigError, code});
	t.is(error.message, `--prefix is ${message}`);
	t.is(error.hint, hint);
	t.is(error.exitCode, 2);
});
const absolute = 'begin it with a slash, such as /opt/NAME';
test('relative', refused, 'opt/app', 'PREFIX_RELATIVE', '"opt/app", which is no absolute path', absolute);
test(
	'a home that no shell expanded',
	refused,
	'~/app',
	'PREFIX_RELATIVE',
	'"~/app", which is no absolute path',
	absolute,
);
test('empty', refused, '', 'PREFIX_RELATIVE', '"", which is empty', absolute);
const written = 'write the path that is meant, without ".."';
test('climbing', refused, '/opt/../etc', 'PREFIX_PARENT', '"/opt/../etc", which holds ".."', written);
test('climbing at the end', refused, '/opt/app/..', 'PREFIX_PARENT', '"/opt/app/..", which holds ".."', written);
const letters = 'use letters, digits and punctuation';
const odd = (quoted: string) => `${quoted}, which holds a control character or is no UTF-8`;
test('a line break', refused, '/opt/a\nb', 'PREFIX_CHARACTER', odd('"/opt/a\\nb"'), letters);
test('a tab', refused, '/opt/a\tb', 'PREFIX_CHARACTER', odd('"/opt/a\\tb"'), letters);
test('a NUL', refused, '/opt/a\0b', 'PREFIX_CHARACTER', odd('"/opt/a\\u0000b"'), letters);
test('an escape', refused, '/opt/\u001b[31m', 'PREFIX_CHARACTER', odd('"/opt/\\u001b[31m"'), letters);
test(
	'a colon, which PATH cannot hold',
	refused,
	'/opt/a:b',
	'PREFIX_CHARACTER',
	'"/opt/a:b", which holds a colon',
	'a folder on PATH cannot have a colon: leave it out',
);
const shorter = 'choose a shorter path, such as /opt/NAME';
test(
	'a component of 256 bytes',
	refused,
	`/opt/${'ä'.repeat(128)}`,
	'PREFIX_TOO_LONG',
	`"/opt/${'ä'.repeat(71)}…, with a component of 256 bytes: Linux holds 255`,
	shorter,
);
test(
	'a path of 1025 bytes',
	refused,
	`/opt${`/${'a'.repeat(203)}`.repeat(5)}/`,
	'PREFIX_TOO_LONG',
	`"/opt/${'a'.repeat(71)}…, which has 1025 bytes: at most 1024 are taken`,
	shorter,
);
