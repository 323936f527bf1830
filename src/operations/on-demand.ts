/**
 * The operations, each loaded when it is first called: a process mostly runs one of them, and all together take twice the
 * memory of the one that only reads.
 */
import type {build as Build} from './build.ts';
import type {diff as Diff} from './diff.ts';
import type {explain as Explain} from './explain.ts';
import type {extract as Extract} from './extract.ts';
import type {init as Init} from './init.ts';
import type {inspect as Inspect} from './inspect.ts';
import type {relocateVenv as Relocate} from './relocate.ts';
import type {reproduce as Reproduce} from './reproduce.ts';
import type {sign as Sign} from './sign.ts';
import type {listQuestions as ListQuestions, verify as Verify} from './verify.ts';

/** See build.ts: makes artifacts of a project, of requirements, or of a venv. */
export const build: typeof Build = async (...args) => (await import('./build.ts')).build(...args);

/** See diff.ts: what changed between two artifacts. */
export const diff: typeof Diff = async (...args) => (await import('./diff.ts')).diff(...args);

/** See explain.ts: the plan of a build, each value with where it came from. */
export const explain: typeof Explain = async (...args) => (await import('./explain.ts')).explain(...args);

/** See extract.ts: unpacks an artifact, or some of its files. */
export const extract: typeof Extract = async (...args) => (await import('./extract.ts')).extract(...args);

/** See init.ts: writes a commented configuration. */
export const init: typeof Init = async (...args) => (await import('./init.ts')).init(...args);

/** See inspect.ts: what is inside an artifact, and what it needs. */
export const inspect: typeof Inspect = async (...args) => (await import('./inspect.ts')).inspect(...args);

/** See relocate.ts: makes an existing venv correct at a prefix. */
export const relocateVenv: typeof Relocate = async (...args) => (await import('./relocate.ts')).relocateVenv(...args);

/** See reproduce.ts: builds an artifact again by its own recipe, and compares. */
export const reproduce: typeof Reproduce = async (...args) => (await import('./reproduce.ts')).reproduce(...args);

/** See sign.ts: signs artifacts that exist. */
export const sign: typeof Sign = async (...args) => (await import('./sign.ts')).sign(...args);

/** See verify.ts: all that is wrong with an artifact. */
export const verify: typeof Verify = async (...args) => (await import('./verify.ts')).verify(...args);

/** See verify.ts: every question that `verify` knows. */
export const listQuestions = async (): Promise<ReturnType<typeof ListQuestions>> =>
	(await import('./verify.ts')).listQuestions();
