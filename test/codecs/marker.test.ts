import {execFileSync} from 'node:child_process';
import test from 'ava';
import {holds, markerEnvironment} from '../../src/codecs/marker.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const environment = markerEnvironment(
	{version: '3.11.2', minor: '3.11', machine: 'x86_64'},
	{extras: ['Socks_5'], groups: ['dev']},
);

const markers = [
	"python_version >= '3.8'",
	"python_version < '3.9'",
	"python_version < '3.10' or sys_platform == 'linux'",
	"python_version < '3.10' and sys_platform == 'linux'",
	"(python_version < '3.10' or platform_machine == 'x86_64') and os_name == 'posix'",
	"python_full_version >= '3.11.3'",
	"python_full_version == '3.11.*'",
	"python_version ~= '3.8'",
	"python_version in '3.10 3.11'",
	"python_version not in '3.10, 3.12'",
	"platform_system != 'Windows'",
	"platform_python_implementation == 'PyPy'",
	"implementation_name == 'cpython'",
	"'linux' in sys_platform",
	'sys_platform == "win32" or sys_platform == \'darwin\'',
	"extra == 'socks-5'",
	"extra == 'other'",
	"python_version > '3'",
	"'3.9' <= python_version",
];

const expected = [
	true,
	false,
	true,
	false,
	true,
	false,
	true,
	true,
	true,
	true,
	true,
	false,
	true,
	true,
	false,
	true,
	false,
	true,
	true,
];

for (const [at, marker] of markers.entries()) {
	test(`${marker} ${expected[at] ? 'holds' : 'does not hold'} on CPython 3.11.2`, t => {
		t.is(holds(marker, environment), expected[at] ?? false);
	});
}

test('asks the sets of PEP 751', t => {
	t.true(holds("'socks-5' in extras", environment));
	t.true(holds("'dev' in dependency_groups or 'x' in extras", environment));
	t.false(holds("'test' in dependency_groups", environment));
	t.true(holds("'test' not in dependency_groups", environment));
});

for (const wrong of [
	'',
	'python_version',
	"python_version = '3'",
	"(python_version > '3'",
	"colour == 'red'",
	"python_version > '3' 'x'",
]) {
	test(`«${wrong}» is no marker`, t => {
		t.throws(() => holds(wrong, environment), {instanceOf: SyntaxError});
	});
}

const python = pythons().find(({path}) => {
	try {
		execFileSync(path, ['-c', 'import pip._vendor.packaging.markers'], {stdio: 'ignore'});
		return true;
	} catch {
		return false;
	}
});

withReason(python === undefined ? 'a Python with pip' : '')('agrees with packaging.markers', t => {
	const question = `
import json, sys
from pip._vendor.packaging.markers import Marker
markers, environment = json.load(sys.stdin)
print(json.dumps([Marker(marker).evaluate(environment) for marker in markers]))`;
	const variables = {...environment.variables, extra: 'socks-5'};
	const answer = execFileSync(python?.path ?? '', ['-c', question], {
		input: JSON.stringify([markers, variables]),
		encoding: 'utf8',
	});
	t.deepEqual(JSON.parse(answer), expected);
});
