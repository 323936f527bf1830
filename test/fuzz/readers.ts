/**
 * Tries damaged and malicious artifacts on everything that reads: nothing but a refusal with a code may come of them, in
 * bounded time and memory, and nothing may be written outside of where it was asked for.
 *
 *     node test/fuzz/readers.ts --format deb --seconds 60 --seed mine
 *     node test/fuzz/readers.ts --format deb --seed mine --from 4711 --count 1 --keep /tmp/bad.deb
 *
 * The second line makes one mutant again, and keeps it. Without --format all formats take turns.
 */
import {parseArgs} from 'node:util';
import {Mutants} from './mutants.ts';
import {type FuzzedFormat, formats} from './samples.ts';
import {type Trial, trial} from './trial.ts';

const {values} = parseArgs({
	options: {
		format: {type: 'string', default: formats.join()},
		seconds: {type: 'string', default: '60'},
		seed: {type: 'string', default: String(Date.now())},
		from: {type: 'string', default: '0'},
		count: {type: 'string', default: '1000000000'},
		keep: {type: 'string'},
	},
});

const wanted = values.format
	.split(',')
	.filter((name): name is FuzzedFormat => (formats as readonly string[]).includes(name));
for (const format of wanted) {
	if (values.keep !== undefined) {
		const made = (await Mutants.of(format, values.seed)).write(Number(values.from), values.keep);
		process.stdout.write(`${values.keep}: ${made}\n`);
	}

	const tried = await trial({
		format,
		seed: values.seed,
		seconds: Number(values.seconds),
		from: Number(values.from),
		count: Number(values.count),
	});
	show(format, tried);
}

function show(format: string, {mutants, outcomes, failures, slowest, growth}: Trial): void {
	const codes = [...outcomes].sort(([, one], [, other]) => other - one).map(([code, count]) => `${code} ${count}`);
	process.stdout.write(
		`${format}: ${mutants} mutants of seed ${values.seed}, ${failures.length} failures, slowest ${slowest.milliseconds} ms ` +
			`(number ${slowest.number}), memory grew by ${Math.round(growth / 2 ** 20)} MiB\n    ${codes.join(', ')}\n`,
	);
	for (const {number, message} of failures) {
		process.stdout.write(`  --format ${format} --seed ${values.seed} --from ${number} --count 1\n${message}\n`);
		process.exitCode = 1;
	}
}
