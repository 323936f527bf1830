import {installPath} from '../../src/model/paths.ts';
import type {Verification} from '../../src/model/verification.ts';
import {verify} from '../../src/operations/verify.ts';
import type {VerifyRequest} from '../../src/operations/verify-request.ts';
import {flatTree} from '../helpers/flat-tree.ts';
import {builderPython, type RunningVenv} from '../helpers/running-venv.ts';
import {type FoundPython, withReason, withTools} from '../helpers/tools.ts';

const test =
	builderPython === undefined ? withReason('a pyenv with a shared libpython') : withTools('unshare', 'setpriv', 'root');
const python = builderPython as FoundPython;

const asked = ['run-interpreter', 'run-imports', 'run-scripts', 'run-commands', 'run-writes'];

async function ran({folder, prefix}: RunningVenv, request: Partial<VerifyRequest> = {}): Promise<Verification> {
	return verify(
		{artifact: folder, prefix: installPath(prefix), run: true, seconds: 300, only: asked, ...request},
		{listener: () => undefined, environment: {}, version: '0.0.0'},
	);
}

/** `severity CODE path`, the prefix left out. */
function told({findings}: Verification): readonly string[] {
	return findings.map(
		({severity, code, path, message}) => `${severity} ${code} ${path.replace('/opt/app/', '')}: ${message}`,
	);
}

test('a good tree with its interpreter has nothing to say', async t => {
	const verification = await ran(flatTree(t, python));
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
});

test('a good tree that may lie anywhere has nothing to say at either place', async t => {
	const verification = await ran(flatTree(t, python, {relocatable: true}));
	t.deepEqual(told(verification), []);
	t.deepEqual(verification.unproven, []);
});
