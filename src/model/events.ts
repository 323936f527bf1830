/** The steps of a build, in their order, and what is done with artifacts; also the keys of `timings`. */
export type StageName =
	| 'plan'
	| 'resolve'
	| 'download'
	| 'build'
	| 'install'
	| 'hooks'
	| 'compile'
	| 'bundle'
	| 'scan'
	| 'relocate'
	| 'pack'
	| 'verify'
	| 'extract'
	| 'compare';

/** What the library tells whoever listens; only the command line prints. */
export type Event =
	| {readonly kind: 'stage-start'; readonly stage: StageName; readonly what: string}
	| {readonly kind: 'stage-end'; readonly stage: StageName; readonly seconds: number}
	| {
			readonly kind: 'progress';
			readonly stage: StageName;
			readonly done: number;
			readonly total: number;
			readonly unit: string;
	  }
	/** Worth a line in the summary: something was decided for the user. */
	| {readonly kind: 'note'; readonly message: string}
	/** Worth the user's attention; `code` stands in docs/errors.md. */
	| {readonly kind: 'warning'; readonly code: string; readonly message: string}
	/** A line that a called tool printed, credentials taken out. */
	| {readonly kind: 'output'; readonly tool: string; readonly line: string};

export type Listener = (event: Event) => void;

/** Runs `work` as a stage: tells when it begins and, where it succeeds, how long it took. */
export async function timed<T>(listener: Listener, stage: StageName, what: string, work: () => Promise<T>): Promise<T> {
	listener({kind: 'stage-start', stage, what});
	const begin = performance.now();
	const result = await work();
	listener({kind: 'stage-end', stage, seconds: (performance.now() - begin) / 1000});
	return result;
}
