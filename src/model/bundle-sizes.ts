import type {BundlePart} from './layout.ts';

export interface Size {
	readonly files: number;
	readonly bytes: number;
}

/** What an interpreter weighs, bytecode left out: that is made anew for what comes along. */
export interface BundleSizes {
	/** All that the builder has of it: interpreter, standard library, headers, static libraries. */
	readonly whole: Size;
	/** What comes along. */
	readonly kept: Size;
	/** What stays behind, by what it is part of. */
	readonly left: Readonly<Partial<Record<BundlePart, Size>>>;
	/** Shared libraries of the builder's system that come along besides. */
	readonly libraries: Size;
}
