/** How a tree finds its interpreter, and whether it may be moved. docs/explanation/layouts.md says why these and no others. */
export interface Layout {
	/** It works wherever it is unpacked: nothing that runs in it names its place. */
	readonly relocatable: boolean;
	/** What is carried of the interpreter; absent: the target has its own. */
	readonly bundle?: Bundle | undefined;
}

/** An interpreter inside: its `bin`, `lib` and `include` are those of the prefix itself, so that the prefix is its home. */
export interface Bundle {
	/** Shared libraries that it needs come along, but for those of glibc; else the package declares them. */
	readonly libraries: boolean;
	/** What is kept of that which goes by default, sorted. */
	readonly keep: readonly BundlePart[];
}

/** Parts of an interpreter that an installed application seldom needs. */
export const bundleParts = ['ensurepip', 'headers', 'idle', 'static', 'tests', 'tkinter', 'turtledemo'] as const;

export type BundlePart = (typeof bundleParts)[number];

/** Correct at one place, with the interpreter of the target. */
export const fixedLayout: Layout = {relocatable: false};
