import test from 'ava';
import type {Check} from '../../../src/check/check.ts';
import {damage} from '../../../src/check/checks/damage.ts';
import {artifact, findingsOf, goodVenv, told} from '../../helpers/artifact.ts';

test('a good venv has nothing to say', async t => {
	t.deepEqual(await findingsOf(damage, artifact(goodVenv(), {manifest: true})), []);
});

test('a manifest that is no JSON', async t => {
	const files = goodVenv({'/opt/app/venvpack.json': '{"manifest": 1'});
	t.deepEqual(told(await findingsOf(damage, artifact(files))), ['FILE_DAMAGED error /opt/app/venvpack.json']);
});

test('a file that a check cannot cope with is a finding, and no other check notices', async t => {
	const clumsy: Check = {
		...damage,
		begin: () => ({
			open: () => ({
				push: () => {
					throw new RangeError('offset 4096 lies outside');
				},
				close: () => [],
			}),
		}),
	};
	const [finding, ...more] = await findingsOf(clumsy, artifact({'/opt/app/x': 'x'}));
	t.is(finding?.code, 'FILE_DAMAGED');
	t.is(finding?.message, 'cannot be understood: offset 4096 lies outside');
	t.deepEqual(more, []);
});
