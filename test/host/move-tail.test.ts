import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {moveTail, overwrite} from '../../src/host/move-tail.ts';
import {hostPath} from '../../src/model/paths.ts';
import {temporaryFolder} from '../helpers/pack.ts';

const MiB = 1024 * 1024;
const bytes = Buffer.alloc(3 * MiB + 17, 'venvpack');

for (const by of [-100, -1, 1, 5000, MiB, 2 * MiB + 3]) {
	test(`what follows moves by ${by} bytes, and the file with it`, async t => {
		const file = hostPath(join(temporaryFolder(), 'file'));
		writeFileSync(file, bytes);
		await moveTail(file, {from: 200, by});
		const moved = readFileSync(file);
		t.is(moved.length, bytes.length + by);
		t.true(moved.subarray(200 + by).equals(bytes.subarray(200)));
		t.true(moved.subarray(0, 200 + Math.min(0, by)).equals(bytes.subarray(0, 200 + Math.min(0, by))));
	});
}

test('the end of a file may go, and bytes are written past it', async t => {
	const file = hostPath(join(temporaryFolder(), 'file'));
	writeFileSync(file, 'abcdef');
	await moveTail(file, {from: 6, by: -2});
	t.is(readFileSync(file, 'utf8'), 'abcd');
	await overwrite(file, 3, Buffer.from('XYZ'));
	t.is(readFileSync(file, 'utf8'), 'abcXYZ');
});

test('a file that cannot be written is refused by name', async t => {
	const error = await t.throwsAsync(overwrite(hostPath('/nowhere/file'), 0, Buffer.from('x')));
	t.like(error, {code: 'OUTPUT_UNWRITABLE'});
});
