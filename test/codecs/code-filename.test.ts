import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {codeFilename} from '../../src/codecs/code-filename.ts';
import {pythons} from '../helpers/tools.ts';

/** Functions share the name with their module, which then is a reference. */
const program = `
import marshal, sys
source = '''
"A docstring"
from os import path
LIMITS = (1, 2.5, 10 ** 30, 'é' * 300, b'x', frozenset({1, 'a'}), None, ..., 1j)
class A:
    def b(self, c, *d, e=1, **f):
        return [g for g in d if g in {'x', 'y'}] + [lambda: c]
'''
for name in sys.argv[1:]:
    print(marshal.dumps(compile(source, name, 'exec')).hex())
`;

for (const {path, minor, origin} of pythons()) {
	test(`the co_filename of Python ${minor} (${origin})`, t => {
		const names = ['/opt/app/lib/a.py', 'x', '/opt/é/a.py', '<frozen a>', `/${'long/'.repeat(60)}a.py`];
		const codes = execFileSync(path, ['-IS', '-c', program, ...names], {encoding: 'utf8', env: {PYTHONUTF8: '1'}});
		t.deepEqual(
			codes
				.trim()
				.split('\n')
				.map(code => codeFilename(Buffer.from(code, 'hex'), minor)),
			names,
		);
	});
}

test('what is no code object is refused', t => {
	t.throws(() => codeFilename(Uint8Array.of(0x4e), '3.11'), {instanceOf: RangeError, message: /is no code/});
});

test('any bytes give a text or a RangeError', t => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 80}), fc.constantFrom('3.8', '3.12'), (bytes, minor) => {
			try {
				t.is(typeof codeFilename(Uint8Array.of(0xe3, ...bytes), minor), 'string');
			} catch (error) {
				t.true(error instanceof RangeError, String(error));
			}
		}),
		{numRuns: 500},
	);
});
