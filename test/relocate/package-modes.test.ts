import test from 'ava';
import {installPath} from '../../src/model/paths.ts';
import {treeOf} from '../../src/model/tree.ts';
import {withPackageModes} from '../../src/relocate/package-modes.ts';
import {readLiteral} from '../helpers/tree.ts';

const site = '/opt/app/lib/python3.11/site-packages';

const mode = test.macro((t, path: string, text: string, expected: number) => {
	const content = {kind: 'bytes', bytes: Buffer.from(text, 'latin1')} as const;
	const tree = treeOf([{kind: 'file', path: installPath(path), mode: 0o755, content}]);
	const found = withPackageModes(tree, installPath('/opt/app'), readLiteral).entries.at(-1);
	t.is(found?.kind === 'file' ? found.mode : undefined, expected);
});

test('a library is loaded, not run', mode, `${site}/x.libs/libz-1a2b.so.1.3`, '\x7fELF', 0o644);
test('a module too', mode, `${site}/_x.cpython-311-x86_64-linux-gnu.so`, '\x7fELF', 0o644);
test('a loader is a program', mode, `${site}/x/ld-musl-x86_64.so.1`, '\x7fELF', 0o755);
test('a program stays one', mode, `${site}/x/driver/node`, '\x7fELF', 0o755);
test('a script stays one', mode, `${site}/x/run.sh`, '#!/bin/sh\n', 0o755);
test('a program of another system stays one', mode, `${site}/x/cli.exe`, 'MZ', 0o755);
test('a text is no program', mode, `${site}/x/data.txt`, 'text', 0o644);
test('nor is an empty file', mode, `${site}/x/__init__.py`, '', 0o644);
test('what lies in bin is left alone', mode, '/opt/app/bin/x', 'echo hello\n', 0o755);
