import test from 'ava';
import {chooseTargets} from '../../src/config/choose-targets.ts';
import {pythonNotices, wantedPython} from '../../src/config/python.ts';
import {resolveInput} from '../../src/config/resolve.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Request} from '../../src/model/request.ts';
import {hello, hostOf, load, python311, refusalOf} from './world.ts';

const requiring = (specifier: string) => ({
	'pyproject.toml': hello.replace('[build', `requires-python = "${specifier}"\n[build`),
});

const wants = test.macro(async (t, request: Request, requires: string, expected: object) => {
	const {config} = await load(t, {files: requiring(requires), request: {prefix: '/opt/x', ...request}});
	t.deepEqual(wantedPython(config, hostOf('bookworm')) as object, expected);
});
test('the minor of the target', wants, {formats: ['deb']}, '>=3.8', {
	kind: 'minor',
	minor: '3.11',
	otherwise: '>=3.8',
	origin: 'the target debian-12',
});
test('of the first package', wants, {formats: ['tar.gz', 'rpm']}, '>=3.8', {
	kind: 'minor',
	minor: '3.9',
	otherwise: '>=3.8',
	origin: 'the target el9',
});
test('of another interpreter that the target has', wants, {formats: ['rpm']}, '>=3.10', {
	kind: 'minor',
	minor: '3.11',
	otherwise: '>=3.10',
	origin: 'the target el9',
});
test('patch levels count', wants, {formats: ['rpm']}, '>=3.11.12', {
	kind: 'minor',
	minor: '3.12',
	otherwise: '>=3.11.12',
	origin: 'the target el9',
});
test('a minor asked for', wants, {python: '3.13'}, '>=3.8', {kind: 'minor', minor: '3.13', origin: '--python'});
test('a path asked for', wants, {python: '/opt/py/bin/python'}, '>=3.8', {
	kind: 'path',
	path: hostPath('/opt/py/bin/python'),
	origin: '--python',
});
test("the minor of the target's interpreter by its name", wants, {targetPython: '/opt/py/bin/python3.12'}, '>=3.8', {
	kind: 'minor',
	minor: '3.12',
	origin: '--target-python',
});
test("of the builder's own distribution before that of the first package", async t => {
	const {config} = await load(t, {files: requiring('>=3.8'), request: {prefix: '/opt/x', formats: ['deb', 'rpm']}});
	const fedora = {osRelease: 'ID=fedora\nVERSION_ID=42\n', machine: 'x86_64'};
	t.like(wantedPython(config, fedora), {kind: 'minor', minor: '3.13', otherwise: '>=3.8'});
});
test('without packages, what the project asks for', wants, {formats: ['dir']}, '>=3.13', {
	kind: 'any',
	requiresPython: '>=3.13',
	origin: 'requires-python of [project]',
});

test('a target without an interpreter that the project accepts', async t => {
	const message = await refusalOf(t, async () => {
		const {config} = await load(t, {files: requiring('>=3.13'), request: {prefix: '/opt/x', formats: ['deb']}});
		wantedPython(config, hostOf('bookworm'));
	});
	t.is(
		message.replace(/\/\S+\/pyproject/, 'ROOT/pyproject'),
		'ROOT/pyproject.toml requires Python >=3.13, and debian-12 has 3.11.2\n→ choose another --target, or name an interpreter that will be there with --target-python PATH\n[TARGET_PYTHON_UNFIT]',
	);
});

const version = test.macro(async (t, request: Request, expected: readonly [path: string, version: string]) => {
	const {config} = await load(t, {request: {prefix: '/opt/x', ...request}});
	const plan = resolveInput(config, hostOf('bookworm'), python311);
	t.deepEqual([plan.python.target, plan.targetVersion], [...expected]);
});
test('the patch level is that of the target, never of the builder', version, {formats: ['deb']}, [
	'/usr/bin/python3.11',
	'3.11.2',
]);
test('the lowest of several targets', version, {formats: ['rpm,deb']}, ['/usr/bin/python3.11', '3.11.2']);
test('another target, another level', version, {formats: ['rpm']}, ['/usr/bin/python3.11', '3.11.11']);
test('a target without that minor has none', version, {target: 'debian-13'}, ['/usr/bin/python3.11', '']);
test('an interpreter elsewhere has none', version, {targetPython: '/opt/py/bin/python'}, ['/opt/py/bin/python', '']);

const refused = test.macro(
	async (t, requires: string, request: Request, python: typeof python311, expected: string) => {
		const message = await refusalOf(t, async () => {
			const {config} = await load(t, {files: requiring(requires), request: {prefix: '/opt/x', ...request}});
			resolveInput(config, hostOf('bookworm'), python);
		});
		t.is(message.replace(/\/\S+\/pyproject/, 'ROOT/pyproject'), expected);
	},
);
test(
	"the target's patch level is too low, the builder's is not",
	refused,
	'>=3.11.5',
	{python: '3.11'},
	{...python311, version: '3.11.7'},
	'ROOT/pyproject.toml requires Python >=3.11.5, and the target has 3.11.2\n→ choose another --target\n[REQUIRES_PYTHON]',
);
test(
	'another minor than the project takes',
	refused,
	'>=3.12',
	{python: '3.11'},
	python311,
	'ROOT/pyproject.toml requires Python >=3.12, and /usr/bin/python3.11 is 3.11.2\n→ choose an interpreter that it accepts with --python 3.X\n[REQUIRES_PYTHON]',
);
test(
	"another minor for the target's interpreter than the builder's",
	refused,
	'>=3.8',
	{python: '3.11', targetPython: '/usr/bin/python3.12'},
	python311,
	'--target-python is /usr/bin/python3.12, and the interpreter that builds is Python 3.11\n→ build with --python 3.12, or name a Python 3.11: a venv belongs to one minor\n[TARGET_PYTHON_MINOR]',
);

test('a package for a target without that minor draws a warning, a tarball does not', async t => {
	const {config} = await load(t, {request: {prefix: '/opt/x', formats: ['deb,tar.gz'], target: 'debian-13'}});
	t.deepEqual(pythonNotices(config, chooseTargets(config, hostOf('bookworm')), '3.11'), [
		{
			kind: 'warning',
			code: 'TARGET_LACKS_PYTHON',
			message:
				'debian-13 has no Python 3.11 of its own (it has 3.13.5): the deb will not install until something else provides /usr/bin/python3.11',
		},
	]);
});
