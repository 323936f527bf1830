import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Config} from '../../src/config/config.ts';
import {decideMetadata} from '../../src/config/decide-metadata.ts';
import {exposedOf} from '../../src/config/expose.ts';
import {loadConfig} from '../../src/config/load.ts';
import {unitsOf} from '../../src/config/units.ts';
import {deb} from '../../src/formats/deb/index.ts';
import {rpm} from '../../src/formats/rpm/index.ts';
import {VenvpackError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {PlannedUnit} from '../../src/model/units.ts';
import {folder, formats, hello} from './world.ts';

interface Given {
	readonly text: string;
	readonly files?: Readonly<Record<string, string>>;
}

async function planned(t: ExecutionContext, given: Given): Promise<readonly PlannedUnit[]> {
	const config = await loaded(t, given);
	exposedOf(config);
	return unitsOf(config, decideMetadata(config, undefined, false));
}

async function loaded(t: ExecutionContext, {text, files = {}}: Given): Promise<Config> {
	const root = folder(t, {'pyproject.toml': hello, 'venvpack.toml': `prefix = "/opt/hello"\n${text}`, ...files});
	const settings = {deb: deb.settings, rpm: rpm.settings};
	const own = formats.map(format => ({...format, settings: {...format.settings, ...settings[format.name as 'deb']}}));
	const options = {formats: own, environment: {}, cwd: root};
	return loadConfig({project: hostPath(join(root, ''))}, options);
}

const refused = test.macro(async (t, given: Given, code: string, says: RegExp) => {
	const error = await t.throwsAsync(async () => planned(t, given), {instanceOf: VenvpackError});
	t.is(error?.code, code);
	t.regex(`${error?.message}\n${error?.hint}`, says);
});

const lineOf = (text: string | undefined, key: string) =>
	(text ?? '').split('\n').filter(line => line.startsWith(`${key}=`));

test('a service runs as its own user, from a whole path, hardened, and is restarted by an upgrade', async t => {
	const [unit] = await planned(t, {text: '[[service]]\ncommand = ["hello", "--name", "a b", "x\\"y"]\n'});
	t.like(unit, {name: 'hello.service', enable: true, start: true, onUpgrade: 'restart'});
	t.deepEqual(lineOf(unit?.text, 'ExecStart'), ['ExecStart=/opt/hello/bin/hello --name "a b" "x\\"y"']);
	t.deepEqual(lineOf(unit?.text, 'User'), ['User=hello']);
	t.deepEqual(lineOf(unit?.text, 'ProtectSystem'), ['ProtectSystem=strict']);
	t.deepEqual(lineOf(unit?.text, 'WantedBy'), ['WantedBy=multi-user.target']);
});

test('a directive takes the place of a default, a list gives lines, and goes into its section', async t => {
	const [unit] = await planned(t, {
		text: `[[service]]
command = ["/bin/true"]
directives = {ProtectHome = false, ExecStartPre = ["/bin/a", "/bin/b"], SystemCallFilter = [], ConditionPathExists = "/x"}
`,
	});
	t.deepEqual(lineOf(unit?.text, 'ProtectHome'), ['ProtectHome=no']);
	t.deepEqual(lineOf(unit?.text, 'ExecStartPre'), ['ExecStartPre=/bin/a', 'ExecStartPre=/bin/b']);
	t.deepEqual(lineOf(unit?.text, 'SystemCallFilter'), []);
	t.regex(unit?.text ?? '', /^\[Unit\]\n(?:[A-Z].*\n)*ConditionPathExists=\/x\n/);
});

test('without hardening nothing is taken from a service; root keeps its capabilities', async t => {
	const [plain, root] = await planned(t, {
		text: `[[service]]
command = ["hello"]
hardening = false
[[service]]
name = "other"
user = "root"
command = ["hello"]
`,
	});
	t.deepEqual(lineOf(plain?.text, 'NoNewPrivileges'), []);
	t.deepEqual(lineOf(root?.text, 'CapabilityBoundingSet'), []);
	t.deepEqual(lineOf(root?.text, 'User'), []);
});

test('what a timer or a socket starts is not enabled itself', async t => {
	const units = await planned(t, {
		text: `[[service]]
name = "clean"
type = "oneshot"
command = ["hello"]
[[timer]]
name = "nightly"
service = "clean"
on-calendar = ["daily", "Mon 06:00"]
[[service]]
command = ["hello"]
[[socket]]
listen-stream = ["8000"]
`,
	});
	t.deepEqual(
		units.map(({name, enable, onUpgrade}) => [name, enable, onUpgrade]),
		[
			['hello.socket', true, 'nothing'],
			['clean.service', false, 'nothing'],
			['hello.service', false, 'restart'],
			['nightly.timer', true, 'restart'],
		],
	);
	t.false(units[1]?.text.includes('[Install]'));
	t.deepEqual(lineOf(units[3]?.text, 'OnCalendar'), ['OnCalendar=daily', 'OnCalendar=Mon 06:00']);
	t.deepEqual(lineOf(units[3]?.text, 'Unit'), ['Unit=clean.service']);
});

test('a unit of the user stays as it is', async t => {
	const text = '# mine\n[Service]\nExecStart=/opt/hello/bin/hello \\\n  --x\nX-Own=1\n[X-More]\nY=1\n';
	const [unit] = await planned(t, {
		text: '[[unit]]\nfile = "own.service"\non-upgrade = "reload"\n',
		files: {'own.service': text},
	});
	t.deepEqual(unit, {name: 'own.service', enable: false, start: false, onUpgrade: 'reload', text});
});

const service = (line: string): Given => ({text: `[[service]]\ncommand = ["hello"]\n${line}\n`});

test(
	'an unknown directive',
	refused,
	service('directives = {ProtectSytem = "full"}'),
	'DIRECTIVE_UNKNOWN',
	/service\[0\]\.directives\.ProtectSytem .*\n.*"ProtectSystem"/,
);
test(
	'a directive of another kind',
	refused,
	service('directives = {OnCalendar = "daily"}'),
	'DIRECTIVE_UNKNOWN',
	/OnCalendar/,
);
test(
	'a line break',
	refused,
	service('description = "a\\nUser=root"'),
	'UNIT_VALUE_INVALID',
	/service\[0\]\.description/,
);
test(
	'a line break in the command',
	refused,
	{text: '[[service]]\ncommand = ["hello", "a\\nb"]\n'},
	'UNIT_VALUE_INVALID',
	/command/,
);
test(
	'a program with a blank',
	refused,
	{text: '[[service]]\ncommand = ["hello world"]\n'},
	'UNIT_COMMAND_INVALID',
	/"hello world"/,
);
test(
	'a relative program',
	refused,
	{text: '[[service]]\ncommand = ["bin/hello"]\n'},
	'UNIT_COMMAND_INVALID',
	/"bin\/hello"/,
);
test('a user with a capital', refused, service('user = "Hello"'), 'USER_INVALID', /service\[0\]\.user is "Hello"/);
test('a user with an option', refused, service('user = "-x"'), 'USER_INVALID', /"-x"/);
test('a user that is too long', refused, service(`user = "${'a'.repeat(32)}"`), 'USER_INVALID', /31/);
test('a state folder outside', refused, service('state = ["../x"]'), 'UNIT_FOLDER_INVALID', /"\.\.\/x"/);
test('an absolute state folder', refused, service('state = ["/var/lib/x"]'), 'UNIT_FOLDER_INVALID', /var/);
test(
	'two of a name',
	refused,
	{text: '[[service]]\ncommand=["a"]\n[[service]]\ncommand=["b"]\n'},
	'UNIT_TWICE',
	/hello\.service/,
);
test(
	'a timer without a time',
	refused,
	{text: '[[service]]\ncommand=["a"]\n[[timer]]\n'},
	'UNIT_TRIGGER_MISSING',
	/on-calendar/,
);
test(
	'a timer without a service',
	refused,
	{text: '[[timer]]\non-boot = "1h"\n'},
	'UNIT_SERVICE_MISSING',
	/hello\.service/,
);
test('a name with a slash', refused, service('name = "a/b"'), 'UNIT_NAME_INVALID', /"a\/b"/);
test('a variable that is none', refused, service('environment = {"A B" = "x"}'), 'UNIT_VALUE_INVALID', /environment/);
test(
	'a unit file that is not there',
	refused,
	{text: '[[unit]]\nfile = "x.service"\n'},
	'FILE_UNREADABLE',
	/x\.service/,
);
test(
	'a unit file that is none',
	refused,
	{text: '[[unit]]\nfile = "x.txt"\n', files: {'x.txt': 'x'}},
	'UNIT_FILE_INVALID',
	/x\.txt/,
);
test(
	'a unit file with a directive misspelt',
	refused,
	{text: '[[unit]]\nfile = "x.service"\n', files: {'x.service': '[Service]\nExecStrt=/x\n'}},
	'DIRECTIVE_UNKNOWN',
	/ExecStart/,
);
test(
	'a unit file for a user that is none',
	refused,
	{text: '[[unit]]\nfile = "x.service"\n', files: {'x.service': '[Service]\nUser=a b\n'}},
	'USER_INVALID',
	/"a b"/,
);
test(
	'a unit file that would have a purge take all',
	refused,
	{text: '[[unit]]\nfile = "x.service"\n', files: {'x.service': '[Service]\nStateDirectory=..\n'}},
	'UNIT_FOLDER_INVALID',
	/"\.\."/,
);
test('a program exposed twice', refused, {text: 'expose = ["a", "b:a"]\n'}, 'EXPOSE_TWICE', /"a"/);
test('a program of Debian', refused, {text: 'expose = ["hello:python3"]\n'}, 'EXPOSE_TAKEN', /"python3"/);
test('a path to expose', refused, {text: 'expose = ["../x"]\n'}, 'EXPOSE_INVALID', /"\.\.\/x"/);

const script = (text: string): Given => ({text: '[deb]\npostinst = "p"\n', files: {p: text}});
test(
	'a script that its shell cannot read',
	refused,
	script('#!/bin/sh\nif true\n'),
	'SCRIPT_SYNTAX',
	/deb\.postinst .*\bsh\b/,
);
test('a script for another program', refused, script('#!/usr/bin/perl\n1;\n'), 'SCRIPT_INTERPRETER', /perl/);
test('a script of nothing', refused, script('\n'), 'SCRIPT_EMPTY', /postinst/);
const trigger = (name: string, text: string): Given => ({text: `[rpm.triggers]\n"${name}" = "p"\n`, files: {p: text}});
test(
	'a trigger that its shell cannot read',
	refused,
	trigger('triggerin -- bash', 'if true\n'),
	'SCRIPT_SYNTAX',
	/rpm\.triggers\.triggerin -- bash .*\bsh\b/,
);
test('a trigger of nothing', refused, trigger('triggerin -- bash', ''), 'SCRIPT_EMPTY', /triggerin -- bash/);
test(
	'a trigger that rpm does not know',
	refused,
	trigger('triggerwhen -- bash', 'true\n'),
	'RPM_TRIGGER_INVALID',
	/rpm\.triggers\.triggerwhen -- bash is "p"/,
);
test(
	'a trigger without a script',
	refused,
	{text: '[rpm.triggers]\n"triggerin -- bash" = "p"\n', files: {}},
	'FILE_UNREADABLE',
	/p/,
);
test('a trigger has the text of its script', async t => {
	const {sections} = await loaded(t, trigger('triggerin -- python3.11', 'exit 7\n'));
	t.deepEqual(sections.rpm?.values.triggers, {'triggerin -- python3.11': 'exit 7\n'});
});
test('a script is read, and nothing of it is run', async t => {
	await t.notThrowsAsync(planned(t, script('#!/bin/sh\nexit 7\n')));
});
