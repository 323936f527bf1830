export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** 128 and the number of the signal, as shells say it. */
const exitCodes: Readonly<Record<StopSignal, number>> = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129};

/** Milliseconds. On Ctrl-C the terminal signals the whole group, and npm passes the same signal on once more. */
const samePress = 500;

/** Someone wants venvpack to end. */
export class Interruption extends Error {
	readonly signal: StopSignal;
	readonly exitCode: number;

	constructor(signal: StopSignal) {
		super(`stopped by ${signal}; nothing half-made is left`);
		this.name = 'Interruption';
		this.signal = signal;
		this.exitCode = exitCodes[signal];
	}
}

/** What ends the work from outside of it: a signal, or an error that no one awaited. */
export interface Watch {
	/** Rejects with an Interruption, or with that error; never resolves. */
	readonly broken: Promise<never>;
	/** Gives the signals back their own meaning. */
	end(): void;
}

/** Watches over a command. The first signal is told, so that things can be put away; a second one ends at once. */
export function watch(): Watch {
	const broken = Promise.withResolvers<never>();
	// Told before anyone waits, it must not count as unhandled itself.
	broken.promise.catch(() => undefined);
	let first: number | undefined;
	const hear = (signal: NodeJS.Signals) => {
		const now = performance.now();
		if (first === undefined) {
			first = now;
			broken.reject(new Interruption(signal as StopSignal));
		} else if (now - first > samePress) {
			end();
			process.kill(process.pid, signal);
		}
	};
	const end = () => {
		for (const signal of Object.keys(exitCodes)) {
			process.off(signal, hear);
		}

		process.off('uncaughtException', broken.reject);
	};
	for (const signal of Object.keys(exitCodes)) {
		process.on(signal, hear);
	}

	process.on('uncaughtException', broken.reject);
	return {broken: broken.promise, end};
}
