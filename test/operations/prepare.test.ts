import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {hostPath} from '../../src/model/paths.ts';
import {prepare} from '../../src/operations/prepare.ts';
import {pythonOf, withReason} from '../helpers/tools.ts';

// A laptop has one Python, and seldom the one of the target's minor.

const only = pythonOf('3.11');
const test = withReason(only ? '' : 'python3.11');

function laptop(t: ExecutionContext) {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-prepare-')));
	t.teardown(() => rmSync(folder, {recursive: true}));
	mkdirSync(join(folder, 'bin'));
	symlinkSync(only?.path ?? '', join(folder, 'bin/python3'));
	writeFileSync(join(folder, 'pyproject.toml'), '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\n');
	return {folder: hostPath(folder), environment: {PATH: join(folder, 'bin'), HOME: folder, PYENV_ROOT: folder}};
}

const listener = () => undefined;

test('builds with the Python that is there where the one of the target is not', async t => {
	const {folder, environment} = laptop(t);
	const request = {project: folder, prefix: '/opt/x', formats: ['deb'], target: 'debian-11'};
	const {python} = await prepare(request, {listener, environment, version: '0'}, () => folder);
	t.is(python.minor, '3.11');
});

test('does not where somebody asked for another', async t => {
	const {folder, environment} = laptop(t);
	const request = {project: folder, prefix: '/opt/x', formats: ['deb'], python: '3.9'};
	const error = await t.throwsAsync(prepare(request, {listener, environment, version: '0'}, () => folder));
	t.like(error, {code: 'INTERPRETER_MISSING'});
});
