import type {FindingKind} from '../../model/findings.ts';

/** What can be untrue of a tree that carries its interpreter, or that may lie anywhere. */
export const layoutKinds: Readonly<Record<'incomplete' | 'foreign' | 'fixed', FindingKind>> = {
	incomplete: {
		code: 'LAYOUT_STDLIB_INCOMPLETE',
		severity: 'error',
		title: 'an interpreter without its standard library',
		why: 'An interpreter that is inside has no other: it does not start, or it finds that of another Python on the machine.',
		remedy:
			'carry the whole standard library but for its tests, idle and what else nothing imports; --bundle-python does',
	},
	foreign: {
		code: 'LAYOUT_SYSCONFIG_FOREIGN',
		severity: 'error',
		title: 'a carried interpreter that says it lies elsewhere',
		why: 'By sysconfig and pkg-config extension modules are built and packages installed: with the places of the builder both fail, or reach for files that are not there.',
		remedy: 'name the prefix, or find the place from sys.base_prefix and pcfiledir, as venvpack does',
	},
	fixed: {
		code: 'LAYOUT_NAMES_PREFIX',
		severity: 'error',
		title: 'a place in a tree that may lie anywhere',
		why: 'What names the prefix looks there, wherever the tree lies by now: it finds nothing, or an older copy.',
		remedy:
			'let the file find its own folder; where a program insists on its place, build without --relocatable. A path of that name that is meant is left out by --ignore',
	},
};
