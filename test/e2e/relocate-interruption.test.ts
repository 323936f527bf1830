import {cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ExecutionContext} from 'ava';
import {type Place, place, type Said} from '../helpers/built.ts';
import {withReason, withTools} from '../helpers/tools.ts';
import {demoVenv, digestOf, lacksVenv, tell} from '../helpers/venv.ts';

// `relocate --in-place` that is killed at any moment leaves the old venv or the new one, whole and working. The venv here
// was moved, and works before as well, through a link from where it was made: so its console script can be asked each time.

const test = lacksVenv === '' ? withTools('/proc/self/exe') : withReason(lacksVenv);

interface Bench {
	readonly at: Place;
	readonly venv: string;
	readonly made: string;
	readonly old: Record<string, string>;
	readonly fresh: Record<string, string>;
	/** How long a whole run takes, in milliseconds. */
	readonly whole: number;
	/** Puts the old one back. */
	restore(): void;
}

const argsFor = (venv: string) => ['relocate', venv, '--prefix', venv, '--in-place'];

async function bench(t: ExecutionContext): Promise<Bench> {
	const at = await place(t);
	const [made, spare, venv] = ['made', 'spare', 'apps'].map(name => join(at.here, name, 'venv')) as [
		string,
		string,
		string,
	];
	demoVenv(made);
	mkdirSync(dirname(spare));
	mkdirSync(dirname(venv));
	renameSync(made, spare);
	symlinkSync(venv, made);
	const restore = () => {
		rmSync(venv, {recursive: true, force: true});
		cpSync(spare, venv, {recursive: true, verbatimSymlinks: true});
	};
	restore();
	const old = digestOf(venv);
	t.is(tell(venv)[0], made);
	const begin = performance.now();
	const {code, stderr} = await at.run(argsFor(venv));
	t.is(code, 0, stderr);
	const whole = performance.now() - begin;
	t.is(tell(venv)[0], venv);
	return {at, venv, made, old, fresh: digestOf(venv), whole, restore};
}

/** When to stop: at a share of the whole time; or so long after so many entries of the new one are written, or it has its name. */
interface Moment {
	readonly share?: number;
	readonly written?: number;
	readonly named?: true;
	readonly ms?: number;
}

const moments: readonly Moment[] = [
	...[0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1].map(share => ({share})),
	...[0.02, 0.3, 0.7].map(written => ({written})),
	...[0, 2, 5, 10, 20, 30, 45, 60, 80].map(ms => ({written: 1, ms})),
	...[0, 2, 5].map(ms => ({named: true as const, ms})),
];

async function killed({at, venv, fresh, whole}: Bench, moment: Moment, signal: NodeJS.Signals): Promise<Said> {
	const {child, ended} = at.start(argsFor(venv));
	let isRunning = true;
	child.once('exit', () => {
		isRunning = false;
	});
	const goal = (moment.written ?? 0) * Object.keys(fresh).length;
	const isReached = () =>
		(moment.written === undefined || writtenBeside(venv) >= goal) &&
		(moment.named === undefined || existsSync(join(venv, 'venvpack.json')));
	while (isRunning && !isReached()) {
		await sleep(1);
	}

	await sleep((moment.share ?? 0) * whole + (moment.ms ?? 0));
	if (child.pid !== undefined && isRunning) {
		process.kill(child.pid, signal);
	}

	const said = await ended;
	// What asks the kernel to swap is another process, and may outlive this one for an instant.
	while (at.children().length > 0) {
		await sleep(5);
	}

	return said;
}

/** Entries of the hidden folders beside a venv. */
function writtenBeside(venv: string): number {
	const parts = readdirSync(dirname(venv)).filter(name => name.startsWith('.'));
	return parts.reduce((sum, part) => sum + entriesIn(join(dirname(venv), part)), 0);
}

function entriesIn(folder: string): number {
	try {
		return readdirSync(folder, {recursive: true}).length;
	} catch {
		// Gone in the meantime.
		return 0;
	}
}

for (const [signal, some] of [
	['SIGKILL', moments],
	['SIGTERM', moments.filter((_, at) => at % 4 === 0)],
] as const) {
	test.serial(`${signal} at ${some.length} moments: the old venv or the new one, whole and working`, async t => {
		const scene = await bench(t);
		const {at, venv, made, old, fresh} = scene;
		const seen: string[] = [];
		for (const moment of some) {
			scene.restore();
			const said = await killed(scene, moment, signal);
			const when = `${JSON.stringify(moment)} → ${said.code ?? said.signal}`;
			const [prefix] = tell(venv);
			const now = digestOf(venv);
			const isNew = prefix === venv;
			t.deepEqual(now, isNew ? fresh : old, when);
			t.is(prefix, isNew ? venv : made, when);
			const left = readdirSync(dirname(venv)).filter(name => name !== 'venv');
			seen.push(`${when}, ${isNew ? 'the new one' : 'the old one'}, ${left.length} left`);
			if (signal === 'SIGTERM') {
				t.deepEqual(left, [], when);
				t.deepEqual(readdirSync(at.tmp), [], when);
			} else if (left.length > 0) {
				t.is((await at.run(argsFor(venv))).code, 0);
				t.deepEqual(readdirSync(dirname(venv)), ['venv'], when);
				// What was new already is relocated once more, with less to do: its manifest says so.
				t.deepEqual({...digestOf(venv), 'venvpack.json': ''}, {...fresh, 'venvpack.json': ''}, when);
			}
		}

		t.log(seen.join('\n'));
		t.true(seen.some(line => line.includes('the old one')) && seen.some(line => line.includes('the new one')));
	});
}
