import {createHash} from 'node:crypto';
import test from 'ava';
import {record} from '../../../src/check/checks/record.ts';
import {artifact, findingsOf, goodVenv, recordOf, told} from '../../helpers/artifact.ts';

const site = '/opt/app/lib/python3.11/site-packages';
const info = `${site}/demo-1.0.dist-info`;
const path = `${info}/RECORD`;

const rows = test.macro({
	exec: async (t, text: string, expected: string[]) => {
		const good = recordOf({[`${site}/demo/__init__.py`]: 'answer = 42\n'}, path);
		const findings = await findingsOf(record, artifact(goodVenv({[path]: good + text})));
		t.deepEqual(told(findings), expected);
	},
	title: (name = '') => name,
});

test('a good venv has nothing to say', async t => {
	t.deepEqual(await findingsOf(record, artifact(goodVenv())), []);
});

test('a file that is not there', rows, 'demo/gone.py,,\n', [`RECORD_FILE_ABSENT error ${path}`]);
test('bytecode that is not there is right', rows, 'demo/__pycache__/x.cpython-311.pyc,,\n', []);
test('what no installer writes is a note', rows, 'demo-1.0.data/scripts/x,,\n', [`RECORD_FILE_ABSENT note ${path}`]);
test('the same row twice', rows, 'demo/__init__.py,,\n', [`RECORD_DUPLICATE note ${path}`]);
test('a file of the system', rows, '../../../../../etc/passwd,,\n', [`RECORD_ESCAPES error ${path}`]);
test('a row that climbs above the root', rows, '../../../../../../../x,,\n', [`RECORD_ESCAPES error ${path}`]);
test('a row without hash and size says nothing', rows, 'demo-1.0.dist-info/METADATA,,\n', []);
test('another size', rows, 'demo-1.0.dist-info/METADATA,,5\n', [`RECORD_DIFFERS error ${info}/METADATA`]);
test('another hash', rows, 'demo-1.0.dist-info/METADATA,sha256=AAAA,\n', [`RECORD_DIFFERS error ${info}/METADATA`]);
test('another hash of a program is a warning', rows, '../../../bin/demo,sha256=AAAA,\n', [
	'RECORD_DIFFERS warning /opt/app/bin/demo',
]);

test('no RECORD', async t => {
	t.deepEqual(told(await findingsOf(record, artifact(goodVenv({[path]: undefined})))), [
		`RECORD_MISSING warning ${info}`,
	]);
});

test('modules of nobody are told once a folder', async t => {
	const files = goodVenv({
		[`${site}/stray/__init__.py`]: '',
		[`${site}/stray/a.py`]: '',
		[`${site}/lone.py`]: '',
		[`${site}/__pycache__/lone.cpython-311.pyc`]: '',
		[`${site}/x.pth`]: '',
	});
	const findings = await findingsOf(record, artifact(files));
	t.deepEqual(told(findings), [`RECORD_UNLISTED note ${site}/lone.py`, `RECORD_UNLISTED note ${site}/stray`]);
	t.regex(findings[1]?.message ?? '', /: 2$/);
});

test('a row may take the way through lib64', async t => {
	const text = recordOf({[`${site}/demo/__init__.py`]: 'answer = 42\n'}, path);
	const files = goodVenv({
		'/opt/app/lib64': {link: 'lib'},
		[path]: text.replace('demo/', '../../../lib64/python3.11/site-packages/demo/'),
	});
	t.deepEqual(await findingsOf(record, artifact(files)), []);
});

for (const algorithm of ['sha384', 'sha512', 'sha224', 'sha1', 'md5']) {
	test(`a row with ${algorithm} is compared by it`, async t => {
		const source = 'answer = 42\n';
		const row = (text: string) => {
			const value = createHash(algorithm).update(text).digest('base64url');
			return `demo/__init__.py,${algorithm}=${value},${source.length}\n`;
		};
		const found = (text: string) =>
			findingsOf(record, artifact(goodVenv({[path]: `${row(text)}demo-1.0.dist-info/RECORD,,\n`})));
		t.false(told(await found(source)).some(line => line.startsWith('RECORD_DIFFERS')));
		const findings = (await found('answer = 43\n')).filter(({code}) => code === 'RECORD_DIFFERS');
		t.deepEqual(told(findings), [`RECORD_DIFFERS error ${site}/demo/__init__.py`]);
		t.is(findings[0]?.message, 'has another hash than its RECORD says');
	});
}

test('a size that differs is told once, whatever the hash', async t => {
	const row = `demo/__init__.py,sha512=${'A'.repeat(86)},5\n`;
	const findings = await findingsOf(record, artifact(goodVenv({[path]: row})));
	t.deepEqual(
		findings.filter(({code}) => code === 'RECORD_DIFFERS').map(({message}) => message),
		['has another size than its RECORD says'],
	);
});

test('a hash that nobody knows says nothing', rows, 'demo-1.0.dist-info/METADATA,blake9=AAAA,\n', []);
