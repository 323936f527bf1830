/** Tries mutants one after the other, in a thread that whoever started it can end when one takes too long. */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {parentPort, workerData} from 'node:worker_threads';
import {attempt, Ground} from './attempt.ts';
import {Mutants} from './mutants.ts';
import type {Order, Report} from './trial.ts';

const {format, seed, from, to, folder, shared} = workerData as Order;
const [current, stop, begun] = [
	new Int32Array(shared, 0, 1),
	new Int32Array(shared, 4, 1),
	new Float64Array(shared, 8, 1),
];
const mutants = await Mutants.of(format, seed);
const artifact = join(folder, 'artifact');
mkdirSync(folder, {recursive: true});
const ground = new Ground(folder);
tell({kind: 'ready'});
for (let number = from; number < to && stop[0] === 0; number++) {
	const sample = mutants.write(number, artifact);
	current[0] = number;
	begun[0] = Date.now();
	try {
		tell({kind: 'outcome', number, code: await attempt(artifact, ground, number), milliseconds: Date.now() - begun[0]});
	} catch (error) {
		const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
		tell({kind: 'failure', number, sample, message});
	}

	begun[0] = 0;
	if (number % 16 === 0) {
		// Lets messages out.
		await new Promise(resolve => setImmediate(resolve));
	}
}

rmSync(folder, {recursive: true, force: true});
tell({kind: 'end'});

function tell(report: Report): void {
	parentPort?.postMessage(report);
}
