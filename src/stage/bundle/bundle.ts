import {scanTree} from '../../host/scan.ts';
import {timed} from '../../model/events.ts';
import type {Bundle} from '../../model/layout.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {Carried, Staged} from '../../model/staged.ts';
import {type Entry, treeOf} from '../../model/tree.ts';
import {type CorrectedSources, compileStdlib} from './bytecode.ts';
import {type CopyOptions, copyInterpreter, type InterpreterCopy, sizeTogether} from './interpreter-copy.ts';
import {carriedLibraries} from './libraries.ts';
import {withInterpreter} from './merge.ts';

export interface BundleOptions extends CopyOptions {
	/** The sources of a carried interpreter that are corrected on their way into the package; none, where nobody says. */
	readonly correct?: ((staged: Staged) => CorrectedSources) | undefined;
}

/**
 * Puts the builder's interpreter into a staged tree, where its layout asks for one: its files lie at the prefix as at a
 * home of their own. They are copies in the private folder, trimmed, with bytecode for the prefix; what they say of the
 * builder is for the rules to rewrite. Shared libraries that it needs come along where the layout says so.
 * Throws an InputError (BUNDLE_OCCUPIED) where something was installed in a place of the interpreter, and what copying,
 * a scan and the compiler throw.
 */
export async function bundled(staged: Staged, options: BundleOptions): Promise<Staged> {
	const {bundle} = staged.layout;
	if (!bundle) {
		return staged;
	}

	const {python} = staged;
	return timed(options.listener, 'bundle', `Python ${python.version} of ${python.builderPrefix}`, async () =>
		withLibraries(await withHome(staged, bundle, options), bundle, options),
	);
}

async function withHome(staged: Staged, bundle: Bundle, options: BundleOptions): Promise<Staged> {
	const {work, listener, environment, correct} = options;
	const copy = await copyInterpreter(staged, bundle, options);
	const corrected = correct?.(joined(staged, copy)) ?? new Map();
	await compileStdlib(staged, {root: copy.root, corrected, work, listener, environment});
	return joined(staged, copy);
}

/** What lies in the copy now, in the tree. */
function joined(staged: Staged, {root, libraryName, sizes}: InterpreterCopy): Staged {
	const {prefix, python} = staged;
	const {entries} = scanTree({root, from: prefix});
	return {
		...staged,
		tree: withInterpreter(staged.tree, entries, {prefix, python, libraryName}),
		carried: carriedOf(entries),
		bundleSizes: {...sizes, libraries: sizeTogether([])},
	};
}

function carriedOf(entries: readonly Entry[]): Map<InstallPath, Carried> {
	return new Map(entries.filter(({kind}) => kind !== 'directory').map(({path}) => [path, 'interpreter']));
}

function withLibraries(staged: Staged, {libraries}: Bundle, {listener}: BundleOptions): Staged {
	const {tree, prefix, python, carried, downloaded, bundleSizes} = staged;
	const found = carriedLibraries({tree, prefix, python, carried, downloaded, libraries});
	for (const {soname, by} of found.absent) {
		const message = `${by} needs ${soname}, which is not on this machine: it cannot be loaded where it is installed either`;
		listener({kind: 'note', message});
	}

	const entries = found.libraries.map(({entry}) => entry);
	return {
		...staged,
		tree: treeOf([...tree.entries, ...entries]),
		carried: new Map([...carried, ...found.libraries.map(({entry, as}) => [entry.path, as] as const)]),
		...(bundleSizes && {bundleSizes: {...bundleSizes, libraries: sizeTogether(entries)}}),
	};
}
