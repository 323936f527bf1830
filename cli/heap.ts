import {setFlagsFromString} from 'node:v8';

/**
 * Has V8 collect what is no longer needed early, rather than let the heap grow first: a build holds a few hundred bytes for
 * each file of the tree, and V8's habits would more than double that. Measured in bench/results/memory.md; it costs no time
 * that can be seen there. For the command line alone: the heap of a program that calls the library is that program's own.
 */
export function keepHeapSmall(): void {
	setFlagsFromString('--semi-space-growth-factor=1');
	setFlagsFromString('--heap-growing-percent=5');
}

/**
 * For a command that reads and is done after a second or two, and whose memory is bounded. V8 leaves its costliest compiler
 * alone, whose code and working memory have 5 to 8 MB and which does not pay in that time. Unpacking takes one thread: each of
 * several would keep memory of its own, 5 MB after two passes over a package, and they never work at the same time. To be
 * called before anything is read in other threads.
 */
export function readFrugally(): void {
	setFlagsFromString('--no-turbofan');
	process.env.UV_THREADPOOL_SIZE = '1';
}
