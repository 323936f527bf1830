import type {BundlePart} from '../../model/layout.ts';

/**
 * What a path below the interpreter's home is part of, besides the interpreter itself. In the tree of CPython 3.8 to
 * 3.14, `test` and `tests` are names of folders of tests only.
 */
const marks: ReadonlyArray<readonly [part: BundlePart, paths: readonly RegExp[]]> = [
	['ensurepip', [/^lib\/python[^/]+\/ensurepip\//]],
	[
		'headers',
		[
			/^include\/(?!python[^/]+\/pyconfig\.h$)/,
			/^lib\/pkgconfig\//,
			/^lib\/[^/]+\.so(?:\.[^/]*)?$/,
			/^lib\/python[^/]+\/config-[^/]+\/.*(?<!\.[ao])$/,
			/^bin\/[^/]+-config$/,
		],
	],
	['idle', [/^lib\/python[^/]+\/idlelib\//]],
	['static', [/\.[ao]$/]],
	[
		'tests',
		[
			/^lib\/python[^/]+\/(?:[^/]+\/)*(?:tests?|idle_test)\//,
			/^lib\/python[^/]+\/lib-dynload\/(?:_test|_ctypes_test|_xxtestfuzz|xxlimited)[^/]*$/,
		],
	],
	[
		'tkinter',
		[
			/^lib\/python[^/]+\/(?:tkinter\/|turtle\.py$|lib-dynload\/_tkinter\.)/,
			// As python-build-standalone has them: Tcl, Tk and their packages.
			/^lib\/(?:tcl|tk|itcl|thread)\d[^/]*\//,
		],
	],
	['turtledemo', [/^lib\/python[^/]+\/turtledemo\//]],
];

/** The parts that a path such as `lib/python3.11/idlelib/idle_test/x.py` belongs to: it comes along where all of them do. */
export function partsOf(path: string): BundlePart[] {
	return marks.filter(([, patterns]) => patterns.some(pattern => pattern.test(path))).map(([part]) => part);
}

/** What is kept, and what that cannot do without. */
export function withNeeded(keep: readonly BundlePart[]): ReadonlySet<BundlePart> {
	const needsTk = keep.includes('idle') || keep.includes('turtledemo');
	return new Set<BundlePart>(needsTk ? [...keep, 'tkinter'] : keep);
}
