import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {scanTree} from '../../host/scan.ts';
import type {Size} from '../../model/bundle-sizes.ts';
import {type Listener, timed} from '../../model/events.ts';
import type {Bundle} from '../../model/layout.ts';
import {type HostPath, hostPath, type InstallPath} from '../../model/paths.ts';
import type {Carried, Staged} from '../../model/staged.ts';
import {type Entry, type FileEntry, sizeOf, treeOf} from '../../model/tree.ts';
import type {Environment} from '../interpreters/probe.ts';
import {type CorrectedSources, compileStdlib} from './bytecode.ts';
import {copySelected} from './copy.ts';
import {homeOf, libraryPlace} from './home.ts';
import {carriedLibraries} from './libraries.ts';
import {withInterpreter} from './merge.ts';
import {selectInterpreter} from './selection.ts';
import {trim} from './trim.ts';

export interface BundleOptions {
	/** A private folder. */
	readonly work: HostPath;
	/** The sources of a carried interpreter that are corrected on their way into the package; none, where nobody says. */
	readonly correct?: ((staged: Staged) => CorrectedSources) | undefined;
	readonly listener: Listener;
	readonly environment: Environment;
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
	const {prefix, python} = staged;
	const {work, listener, environment, correct} = options;
	const root = hostPath(join(work, 'bundle'));
	mkdirSync(root, {recursive: true});
	const home = await homeOf(python, environment);
	const needed = new Set(home.library === undefined ? [] : [libraryPlace(home)]);
	const {kept, sizes} = trim(selectInterpreter(home), bundle.keep, needed);
	copySelected(kept, {root, prefix, links: !staged.layout.relocatable});
	const joined = (): Staged => {
		const {entries} = scanTree({root, from: prefix});
		const tree = withInterpreter(staged.tree, entries, {prefix, python, libraryName: home.libraryName});
		const bundleSizes = {...sizes, libraries: {files: 0, bytes: 0}};
		return {...staged, tree, carried: carriedOf(entries), bundleSizes};
	};
	const corrected = correct?.(joined()) ?? new Map();
	await compileStdlib(staged, {root, corrected, work, listener, environment});
	return joined();
}

function sizeTogether(entries: readonly FileEntry[]): Size {
	return {files: entries.length, bytes: entries.reduce((sum, {content}) => sum + sizeOf(content), 0)};
}

function carriedOf(entries: readonly Entry[]): Map<InstallPath, Carried> {
	return new Map(entries.filter(({kind}) => kind !== 'directory').map(({path}) => [path, 'interpreter']));
}

function withLibraries(staged: Staged, {libraries}: Bundle, {listener}: BundleOptions): Staged {
	const {tree, prefix, python, carried, downloaded} = staged;
	const found = carriedLibraries({tree, prefix, python, carried, downloaded, libraries});
	for (const {soname, by} of found.absent) {
		const message = `${by} needs ${soname}, which is not on this machine: it cannot be loaded where it is installed either`;
		listener({kind: 'note', message});
	}

	const {bundleSizes} = staged;
	const entries = found.libraries.map(({entry}) => entry);
	return {
		...staged,
		...(bundleSizes && {bundleSizes: {...bundleSizes, libraries: sizeTogether(entries)}}),
		tree: treeOf([...tree.entries, ...entries]),
		carried: new Map([...carried, ...found.libraries.map(({entry, as}) => [entry.path, as] as const)]),
	};
}
