import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';
import type {FuzzedFormat} from './samples.ts';

export interface TrialOptions {
	readonly format: FuzzedFormat;
	readonly seed: string;
	/** When to stop, whichever comes first; time counts from the first mutant on. */
	readonly seconds: number;
	readonly count: number;
	/** The first mutant; default: 0. */
	readonly from?: number;
}

export interface Failure {
	readonly number: number;
	readonly message: string;
}

export interface Trial {
	readonly mutants: number;
	/** How many were refused by each code, and how many were `fine`. */
	readonly outcomes: ReadonlyMap<string, number>;
	readonly failures: readonly Failure[];
	/** In milliseconds. */
	readonly slowest: {readonly number: number; readonly milliseconds: number};
	/** Resident memory over what it was after the first mutants, in bytes. */
	readonly growth: number;
}

/** What a worker is told to do. */
export interface Order {
	readonly format: FuzzedFormat;
	readonly seed: string;
	readonly from: number;
	readonly to: number;
	readonly folder: string;
	readonly shared: SharedArrayBuffer;
}

export type Report =
	| {readonly kind: 'ready' | 'end'}
	| {readonly kind: 'outcome'; readonly number: number; readonly code: string; readonly milliseconds: number}
	| {readonly kind: 'failure'; readonly number: number; readonly sample: string; readonly message: string};

/** What one small artifact may take at most: 20 times what the slowest good one does on a busy machine. */
const limits: {readonly milliseconds: number; readonly bytes: number} = {milliseconds: 15_000, bytes: 400 * 2 ** 20};

/** Tries mutants until the time is over, the count is reached, or ten have failed. */
export async function trial(options: TrialOptions): Promise<Trial> {
	const run = new Run(options);
	try {
		while (await run.stretch()) {
			// A thread that hung or died is followed by another, which begins behind that mutant.
		}

		return run.result();
	} finally {
		run.close();
	}
}

const mostFailures = 10;

class Run {
	readonly #options: TrialOptions;
	readonly #root: string = mkdtempSync(join(tmpdir(), 'venvpack-fuzz-'));
	#deadline = Number.POSITIVE_INFINITY;
	readonly #outcomes = new Map<string, number>();
	readonly #failures: Failure[] = [];
	#next: number;
	#mutants = 0;
	#slowest = {number: -1, milliseconds: 0};
	#base = 0;
	#peak = 0;
	#threads = 0;
	/** Whether the thread was told to end, and has yet to. */
	#isEnding = false;

	constructor(options: TrialOptions) {
		this.#options = options;
		this.#next = options.from ?? 0;
	}

	/** Runs one thread to its end. Returns whether there should be another. */
	async stretch(): Promise<boolean> {
		const {format, seed, from = 0, count} = this.#options;
		this.#isEnding = false;
		const shared = new SharedArrayBuffer(16);
		const folder = join(this.#root, `ground${this.#threads++}`);
		const order: Order = {format, seed, from: this.#next, to: from + count, folder, shared};
		const worker = new Worker(new URL('worker.ts', import.meta.url), {
			workerData: order,
			resourceLimits: {maxOldGenerationSizeMb: 400},
		});
		const watch = setInterval(() => this.#look(worker, shared), 100);
		const died = await new Promise<string>(resolve => {
			let last = '';
			worker.on('message', (report: Report) => this.#hear(report));
			worker.on('error', error => {
				last = `the thread ended: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
			});
			worker.on('exit', () => resolve(last));
		});
		clearInterval(watch);
		if (died !== '') {
			this.#fail(new Int32Array(shared, 0, 1)[0] ?? 0, died);
		}

		return this.#isGoingOn();
	}

	result(): Trial {
		return {
			mutants: this.#mutants,
			outcomes: this.#outcomes,
			failures: this.#failures,
			slowest: this.#slowest,
			growth: this.#base === 0 ? 0 : this.#peak - this.#base,
		};
	}

	close(): void {
		rmSync(this.#root, {recursive: true, force: true});
	}

	#isGoingOn(): boolean {
		const {from = 0, count} = this.#options;
		return Date.now() < this.#deadline && this.#next < from + count && this.#failures.length < mostFailures;
	}

	#look(worker: Worker, shared: SharedArrayBuffer): void {
		if (this.#isEnding) {
			return;
		}

		const number = new Int32Array(shared, 0, 1)[0] ?? 0;
		const begun = new Float64Array(shared, 8, 1)[0] ?? 0;
		const rss = process.memoryUsage.rss();
		this.#peak = Math.max(this.#peak, rss);
		if (begun > 0 && Date.now() - begun > limits.milliseconds) {
			this.#fail(number, `it took more than ${limits.milliseconds} ms`);
			this.#end(worker);
		} else if (this.#base > 0 && rss - this.#base > limits.bytes) {
			this.#fail(number, `it took more than ${limits.bytes} bytes of memory: ${rss - this.#base}`);
			this.#base = 0;
			this.#end(worker);
		} else if (!this.#isGoingOn()) {
			// Let it finish: compiled code of xz ends the whole process when its thread goes away under it.
			new Int32Array(shared, 4, 1)[0] = 1;
		}
	}

	#end(worker: Worker): void {
		this.#isEnding = true;
		void worker.terminate();
	}

	#hear(report: Report): void {
		switch (report.kind) {
			case 'failure':
				this.#fail(report.number, `${report.sample}: ${report.message}`);
				return;
			case 'outcome':
				this.#mutants++;
				this.#next = report.number + 1;
				this.#outcomes.set(report.code, (this.#outcomes.get(report.code) ?? 0) + 1);
				if (report.milliseconds > this.#slowest.milliseconds) {
					this.#slowest = {number: report.number, milliseconds: report.milliseconds};
				}

				if (this.#base === 0 && this.#mutants >= 50) {
					this.#base = process.memoryUsage.rss();
				}

				return;
			case 'ready':
				this.#deadline = Math.min(this.#deadline, Date.now() + this.#options.seconds * 1000);
				return;
			default:
		}
	}

	#fail(number: number, message: string): void {
		this.#mutants++;
		this.#next = number + 1;
		if (this.#failures.length < mostFailures) {
			this.#failures.push({number, message});
		}
	}
}
