import type {Event} from '../src/index.ts';
import {count, duration, printable, type Terminal} from './terminal.ts';

type StageName = (Event & {kind: 'stage-start'})['stage'];

/** Tells a person how far the build is. Every method may be called at any time, `end` more than once. */
export interface Progress {
	hear(event: Event): void;
	/** A line that stays. */
	say(line: string): void;
	/** Takes away what is not to stay. */
	end(): void;
}

interface Running {
	readonly stage: StageName;
	readonly what: string;
	readonly since: number;
	done: number;
	total: number;
	unit: string;
}

/** The longest name of a stage, so that the words behind them stand in a column. */
const nameWidth = 8;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Milliseconds. CI services end a job that is silent for some minutes. */
const pace = {live: 100, plain: 30_000};

/** A line that is drawn over on a terminal; else plain lines, one a stage, and a sign of life in long ones. */
export function progressOn(terminal: Terminal): Progress {
	const stages = new Map<StageName, Running>();
	let timer: NodeJS.Timeout | undefined;
	let frame = 0;
	let drawn = 0;

	const wipe = () => {
		if (terminal.live) {
			terminal.write('\r\u001B[K');
		}
	};
	const tick = () => {
		const [current] = [...stages.values()].slice(-1);
		if (current === undefined) {
			return;
		}

		drawn = performance.now();
		const text = describe(current);
		if (terminal.live) {
			const spinner = frames[frame++ % frames.length] ?? '';
			terminal.write(`\r\u001B[K${clipped(`${spinner} ${text}`, terminal.columns - 1)}`);
		} else {
			terminal.line(`  ${text} …`);
		}
	};
	const say = (line: string) => {
		wipe();
		terminal.line(line);
		if (terminal.live) {
			tick();
		}
	};
	const end = () => {
		clearInterval(timer);
		timer = undefined;
		if (stages.size > 0) {
			wipe();
			stages.clear();
		}
	};

	return {
		say,
		end,
		hear(event) {
			if (event.kind === 'stage-start') {
				const {stage, what} = event;
				stages.set(stage, {stage, what, since: performance.now(), done: 0, total: 0, unit: ''});
				timer ??= setInterval(tick, terminal.live ? pace.live : pace.plain).unref();
			} else if (event.kind === 'progress') {
				note(stages.get(event.stage), event);
				// Reading files is synchronous work, in which no timer fires.
				if (terminal.live && performance.now() - drawn > pace.live) {
					tick();
				}
			} else if (event.kind === 'stage-end') {
				const ended = stages.get(event.stage);
				stages.delete(event.stage);
				say(`${terminal.style('green', '✔')} ${finished(event.stage, ended, event.seconds)}`);
			}
		},
	};
}

function note(running: Running | undefined, amount: {done: number; total: number; unit: string}): void {
	if (running !== undefined) {
		running.done = amount.done;
		running.total = amount.total;
		running.unit = amount.unit;
	}
}

function describe(running: Running): string {
	const amount =
		running.total > 0
			? `${running.done.toLocaleString('en')} of ${count(running.total, running.unit)}`
			: printable(running.what);
	return `${running.stage.padEnd(nameWidth)}  ${amount}  ${duration((performance.now() - running.since) / 1000)}`;
}

function finished(stage: StageName, running: Running | undefined, seconds: number): string {
	const amount = running === undefined || running.done === 0 ? '' : `${count(running.done, running.unit)}, `;
	return `${stage.padEnd(nameWidth)}  ${amount}${duration(seconds)}`;
}

function clipped(text: string, columns: number): string {
	const characters = [...text];
	return characters.length <= columns ? text : `${characters.slice(0, Math.max(columns - 1, 0)).join('')}…`;
}
