import type {Event, Listener, StageName} from '../model/events.ts';

/** Passes events on, and adds up how long each stage took: stages that time themselves, and those timed here. */
export class Stopwatch {
	readonly timings: Partial<Record<StageName, number>> = {};
	readonly listener: Listener;

	constructor(outer: Listener) {
		this.listener = (event: Event) => {
			if (event.kind === 'stage-end') {
				this.timings[event.stage] = (this.timings[event.stage] ?? 0) + event.seconds;
			}

			outer(event);
		};
	}
}
