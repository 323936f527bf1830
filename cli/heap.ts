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
