import test from 'ava';
import type {Literal} from '../../src/codecs/python-literal.ts';
import {decodeSysconfigData, encodeSysconfigData} from '../../src/codecs/sysconfig-data.ts';

test('the module asks the interpreter that reads it where it lies', t => {
	t.is(
		encodeSysconfigData(
			new Map<string, Literal>([
				['BINDIR', '\0/bin'],
				['LDFLAGS', '-L\0/lib -Wl,-rpath,\0'],
				['SIZEOF_LONG', 8],
			]),
		),
		`# system configuration generated and used by the sysconfig module
import os.path
import sys

_home = os.path.normpath(sys.base_prefix)
build_time_vars = {'BINDIR': _home + '/bin',
 'LDFLAGS': '-L' + _home + '/lib -Wl,-rpath,' + _home,
 'SIZEOF_LONG': 8}
`,
	);
});

test('a module that does anything else is none of those', t => {
	t.throws(() => decodeSysconfigData("import os\nbuild_time_vars = {'A': 'x'}\n"), {instanceOf: SyntaxError});
	t.throws(() => decodeSysconfigData("build_time_vars = {'A': 'x'}\nbuild_time_vars['B'] = 'y'\n"), {
		instanceOf: SyntaxError,
	});
});
