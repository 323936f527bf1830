/** A short run of readers.ts, which can run for hours. */
import test from 'ava';
import {formats} from './samples.ts';
import {trial} from './trial.ts';

const seed = String(Date.now());

for (const format of formats) {
	test.serial(
		`${format}: whatever is damaged in it, reading it ends with a refusal, in time, and writes nothing`,
		async t => {
			const {mutants, failures, slowest} = await trial({format, seed, seconds: 3, count: 1000});
			t.log(`${mutants} mutants of seed ${seed}, the slowest took ${slowest.milliseconds} ms`);
			t.deepEqual(failures, [], `node test/fuzz/readers.ts --format ${format} --seed ${seed} --from NUMBER --count 1`);
			t.true(mutants > 0);
		},
	);
}

test.serial('the same seed makes the same mutants', async t => {
	const again = async () => (await trial({format: 'wheel', seed: 'same', seconds: 60, from: 100, count: 20})).outcomes;
	t.deepEqual(await again(), await again());
});
