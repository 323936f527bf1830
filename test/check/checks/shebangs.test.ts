import test from 'ava';
import {shebangs} from '../../../src/check/checks/shebangs.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

const started = test.macro({
	exec: async (t, script: string, expected: string[], path: string = '/opt/app/bin/x') => {
		const findings = await findingsOf(shebangs, artifact(goodVenv({[path]: script})));
		t.deepEqual(
			findings.map(({code, severity}) => `${code} ${severity}`),
			expected,
		);
	},
	title: (name = '') => name,
});

test('a good venv has nothing to say', async t => {
	t.deepEqual(await findingsOf(shebangs, artifact(goodVenv())), []);
	t.deepEqual(await findingsOf(shebangs, artifact(goodVenv(), {manifest: true})), []);
});

test('the interpreter of the venv is right, by any name', started, '#!/opt/app/bin/python3.11\n', []);
test('the interpreter of the target is right', started, '#!/usr/bin/python3.11 -I\n', []);
test('the shell is right', started, '#!/bin/sh\nexec true\n', []);
test('perl through env is right', started, '#!/usr/bin/env perl\n', []);
test('a trampoline to the venv is right', started, `#!/bin/sh\n'''exec' '/opt/app/bin/python' "$0" "$@"\n' '''\n`, []);
test('what is no script is not asked', started, '\x7fELF', []);

test('an interpreter that is not there', started, '#!/opt/app/bin/python3.12\n', ['SHEBANG_MISSING error']);
test('a trampoline to what is not there', started, `#!/bin/sh\n'''exec' '/opt/app/bin/gone' "$0" "$@"\n' '''\n`, [
	'SHEBANG_MISSING error',
]);
test('the interpreter of a builder', started, '#!/home/ada/venv/bin/python\n', ['SHEBANG_FOREIGN error']);
test('a path that is cut off', started, `#!/opt/app/${'x'.repeat(130)}/python\n`, ['SHEBANG_TOO_LONG error']);
test('127 bytes, newline included, are read', started, `#!/bin/sh ${'x'.repeat(116)}\n`, []);
test('128 are not', started, `#!/bin/sh ${'x'.repeat(117)}\n`, ['SHEBANG_TOO_LONG error']);
test('a path with a space', started, '#!/opt/my app/bin/python\n', ['SHEBANG_SPACE error']);
test('a name that no installer filled in', started, '#!python\n', ['SHEBANG_RELATIVE error']);
test('nothing behind the marks', started, '#!\n', ['SHEBANG_UNREADABLE error']);
test('the end of a line of Windows', started, '#!/bin/sh\r\n', ['SHEBANG_UNREADABLE error']);
test('quotes are part of the name', started, '#!"/usr/bin/python3"\n', ['SHEBANG_UNREADABLE error']);
test('any python', started, '#!/usr/bin/env python3\n', ['SHEBANG_ENV warning']);
test('any python, outside of bin', started, '#!/usr/bin/env python3\n', [], '/opt/app/share/bin/x');

test('what cannot be executed is not started', async t => {
	const files = goodVenv({'/opt/app/lib/x': {mode: 0o644, text: '#!/home/ada/python\n'}});
	t.deepEqual(await findingsOf(shebangs, artifact(files)), []);
});

test('data of a downloaded wheel, as it was, is a note', async t => {
	const site = '/opt/app/lib/python3.11/site-packages';
	const text = '#!/src/build/python\n';
	const row = `demo/tool.py,sha256=6e2ikyQD_ypmtQ_y2IEGf5OaMIoDFPqJ1G7NZmJjDCo,${text.length}\n`;
	const files = goodVenv({
		[`${site}/demo/tool.py`]: {mode: 0o755, text},
		[`${site}/demo-1.0.dist-info/RECORD`]: row,
	});
	t.deepEqual(told(await findingsOf(shebangs, artifact(files))), [`SHEBANG_FOREIGN note ${site}/demo/tool.py`]);
});
