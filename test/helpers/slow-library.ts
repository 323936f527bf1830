// Stands for src/index.ts in tests of the process: a build that never ends by itself. It says when it has begun, and
// when it is told to put things away; with SLOW_TO_STOP it never finishes that.
import type {Context} from '../../src/index.ts';

export * from '../../src/model/errors.ts';
export {hostPath} from '../../src/model/paths.ts';

export function build(_request: unknown, context: Context): Promise<never> {
	context.listener({kind: 'stage-end', stage: 'plan', seconds: 0});
	const beat = setInterval(() => undefined, 1000);
	process.once('exit', () => clearInterval(beat));
	if (context.environment.CRASH !== undefined) {
		setTimeout(() => {
			throw new Error('nobody awaited this');
		});
	}

	return new Promise(() => undefined);
}

export function explain(): Promise<unknown> {
	const rows = Array.from({length: 20_000}, (_, at) => ({key: `key${at}`, value: 'value', origin: 'default'}));
	return Promise.resolve({rows, notes: []});
}

export async function interrupt(): Promise<void> {
	process.stderr.write('puts away\n');
	if (process.env.SLOW_TO_STOP !== undefined) {
		await new Promise(() => undefined);
	}
}
