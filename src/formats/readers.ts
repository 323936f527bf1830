import type {Reader} from './reader.ts';

/** Every format that can be read; the first that recognises an artifact reads it. */
export const readers: readonly Reader[] = [];
