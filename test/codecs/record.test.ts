import {execFileSync} from 'node:child_process';
import ava from 'ava';
import fc from 'fast-check';
import {decodeRecord, encodeRecordRow} from '../../src/codecs/record.ts';
import {pythons, withReason} from '../helpers/tools.ts';

const python = pythons()[0]?.path;
const test = withReason(python === undefined ? 'python' : '');
const row = fc.record({
	path: fc.string({minLength: 1, maxLength: 30, unit: 'grapheme'}),
	hash: fc.constantFrom('', 'sha256=abc-_'),
	size: fc.constantFrom('', '12'),
});

ava('rows come back as they were written, byte for byte', t => {
	const messy = 'a.py,sha256=x,1\r\n"b, ""c"".py",,\n\nd.py\n"unclosed,,\ne.py,,';
	const rows = decodeRecord(messy);
	t.is(rows.map(({raw}) => raw).join(''), messy);
	t.deepEqual(
		rows.map(({path}) => path),
		['a.py', 'b, "c".py', '', 'd.py', '', 'e.py'],
	);
});

ava('decoding undoes encoding', t => {
	fc.assert(
		fc.property(fc.array(row), rows => {
			const decoded = decodeRecord(rows.map(one => encodeRecordRow(one)).join(''));
			t.deepEqual(
				decoded.map(({path, hash, size}) => ({path, hash, size})),
				rows,
			);
		}),
	);
});

ava('any text is read to its end', t => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom('"', ',', '\n', '\r', 'a')}), text => {
			t.is(
				decodeRecord(text)
					.map(({raw}) => raw)
					.join(''),
				text,
			);
		}),
	);
});

test('Python’s csv reads what was encoded', t => {
	const rows = [
		{path: 'a b.py', hash: 'sha256=x', size: '1'},
		{path: 'a, "b".py', hash: '', size: ''},
		{path: 'é\n.py', hash: '', size: ''},
	];
	const script =
		'import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
	const input = rows.map(one => encodeRecordRow(one)).join('');
	const read: unknown = JSON.parse(execFileSync(python ?? '', ['-c', script], {input, encoding: 'utf8'}));
	t.deepEqual(
		read,
		rows.map(({path, hash, size}) => [path, hash, size]),
	);
});

test('nothing but quotes takes no longer than anything else', t => {
	const begun = process.cpuUsage().user;
	for (const text of ['"'.repeat(99), '"'.repeat(200_001), '"a\n'.repeat(20_001), '""",\n'.repeat(20_001)]) {
		const rows = decodeRecord(text);
		t.is(rows.map(({raw}) => raw).join(''), text);
	}

	t.true(process.cpuUsage().user - begun < 5_000_000);
});
