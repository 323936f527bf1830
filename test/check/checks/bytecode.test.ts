import test from 'ava';
import {bytecode} from '../../../src/check/checks/bytecode.ts';
import {artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';
import type {LiteralEntry} from '../../helpers/package.ts';
import {smallPyc} from '../../helpers/pyc.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const source = `${site}/demo/__init__.py`;
const cache = `${site}/demo/__pycache__`;
const pyc = `${cache}/__init__.cpython-311.pyc`;
/** What the good venv holds there. */
const text = 'answer = 42\n';
const good = {filename: source, source: text};

const compiled = test.macro({
	exec: async (t, files: Readonly<Record<string, LiteralEntry | undefined>>, expected: string[]) => {
		const subject = artifact(goodVenv({[pyc]: smallPyc(good), ...files}));
		t.deepEqual(told(await findingsOf(bytecode, subject)), expected);
	},
	title: (name = '') => name,
});

test('of this source, for this place', compiled, {}, []);
test('optimised beside it', compiled, {[`${cache}/__init__.cpython-311.opt-1.pyc`]: smallPyc(good)}, []);
test('checked at each start, and right', compiled, {[pyc]: smallPyc({...good, kind: 'checked'})}, []);
test('of another source', compiled, {[pyc]: smallPyc({...good, source: 'x'})}, [`BYTECODE_STALE error ${pyc}`]);
test('of another source, checked', compiled, {[pyc]: smallPyc({...good, source: 'x', kind: 'checked'})}, [
	`BYTECODE_STALE warning ${pyc}`,
]);
test('by the time of its source', compiled, {[pyc]: smallPyc({...good, kind: 'timestamp'})}, [
	`BYTECODE_TIMESTAMP warning ${pyc}`,
]);
test('compiled elsewhere', compiled, {[pyc]: smallPyc({...good, filename: `/home/ada/venv${source.slice(8)}`})}, [
	`BYTECODE_FOREIGN_PATH warning ${pyc}`,
]);
test('a relative name tells no place', compiled, {[pyc]: smallPyc({...good, filename: 'demo/__init__.py'})}, []);
test('with the magic of another minor', compiled, {[pyc]: smallPyc({...good, minor: '3.12'})}, [
	`BYTECODE_MAGIC warning ${pyc}`,
]);
test('with the magic of no release', compiled, {[pyc]: Buffer.from(smallPyc(good)).fill(0xa0, 0, 1)}, [
	`BYTECODE_MAGIC warning ${pyc}`,
]);
test('cut short in the header', compiled, {[pyc]: smallPyc(good).subarray(0, 9)}, [`BYTECODE_DAMAGED error ${pyc}`]);
test('cut short in the code', compiled, {[pyc]: smallPyc(good).subarray(0, 45)}, [`BYTECODE_DAMAGED error ${pyc}`]);

const other = `${cache}/__init__.cpython-312.pyc`;
test('for another minor', compiled, {[other]: smallPyc({...good, minor: '3.12'})}, [
	`BYTECODE_OTHER_PYTHON warning ${other}`,
]);
const rewritten = `${cache}/__init__.cpython-311-pytest-8.3.3.pyc`;
test('of pytest', compiled, {[rewritten]: smallPyc(good)}, [`BYTECODE_OTHER_PYTHON warning ${rewritten}`]);
const gone = `${cache}/gone.cpython-311.pyc`;
test('without its source', compiled, {[gone]: smallPyc({filename: `${site}/demo/gone.py`})}, [
	`BYTECODE_WITHOUT_SOURCE warning ${gone}`,
]);

const beside = `${site}/demo/__init__.pyc`;
test('beside its source', compiled, {[beside]: smallPyc(good)}, [`BYTECODE_MISPLACED warning ${beside}`]);
const only = `${site}/demo/closed.pyc`;
test('alone, as some ship it', compiled, {[only]: smallPyc({filename: only.slice(0, -1)})}, []);
test('alone, and for another minor', compiled, {[only]: smallPyc({filename: only.slice(0, -1), minor: '3.12'})}, [
	`BYTECODE_MAGIC error ${only}`,
]);

test('some without any', compiled, {[`${site}/demo/templates/x.py`]: 'a', [`${site}/demo/templates/y.py`]: 'b'}, [
	`BYTECODE_MISSING note ${site}/demo/templates`,
]);
test('none at all', compiled, {[pyc]: undefined}, [`BYTECODE_MISSING note ${site}`]);
test('a source outside of the folders that are imported', compiled, {'/opt/app/share/x.py': ''}, []);

test('what many share is told once', async t => {
	const names = ['a', 'b', 'c'];
	const files = Object.fromEntries(
		names.flatMap(name => [
			[`${site}/demo/${name}.py`, ''],
			[
				`${cache}/${name}.cpython-311.pyc`,
				smallPyc({filename: `/stage/opt/app/lib/python3.11/site-packages/demo/${name}.py`, kind: 'timestamp'}),
			],
		]),
	);
	const findings = await findingsOf(bytecode, artifact(goodVenv({[pyc]: smallPyc(good), ...files})));
	t.deepEqual(
		findings.map(({code, message}) => `${code}: ${message}`),
		[
			'BYTECODE_TIMESTAMP: goes by the time of its source, and so do 2 more',
			'BYTECODE_FOREIGN_PATH: was compiled below /stage, and so do 2 more',
		],
	);
});

test('what a wheel brought for other interpreters is a note', async t => {
	const info = `${site}/demo-1.0.dist-info/RECORD`;
	const files = {[other]: smallPyc({...good, minor: '3.12'})};
	const subject = artifact(goodVenv({[pyc]: smallPyc(good), ...files, [info]: recordOf(files, info)}));
	t.deepEqual(told(await findingsOf(bytecode, subject)), [`BYTECODE_OTHER_PYTHON note ${other}`]);
});
