import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {scanTree} from '../../host/scan.ts';
import {type Listener, timed} from '../../model/events.ts';
import type {Bundle} from '../../model/layout.ts';
import {below, type HostPath, hostPath} from '../../model/paths.ts';
import type {Carried, Staged} from '../../model/staged.ts';
import type {Entry} from '../../model/tree.ts';
import {compileTree} from '../compile.ts';
import type {Environment} from '../interpreters/probe.ts';
import {copySelected} from './copy.ts';
import {homeOf, type InterpreterHome} from './home.ts';
import {withInterpreter} from './merge.ts';
import {selectInterpreter} from './selection.ts';
import {trim} from './trim.ts';

export interface BundleOptions {
	/** A private folder. */
	readonly work: HostPath;
	readonly listener: Listener;
	readonly environment: Environment;
}

/**
 * Puts the builder's interpreter into a staged tree, where its layout asks for one: its files lie at the prefix as at a
 * home of their own. They are copies in the private folder, trimmed, with bytecode for the prefix; what they say of the
 * builder is for the rules to rewrite.
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
		carry(staged, bundle, options),
	);
}

async function carry(staged: Staged, bundle: Bundle, options: BundleOptions): Promise<Staged> {
	const {prefix, python} = staged;
	const root = folder(options.work, 'bundle');
	const home = await homeOf(python, options.environment);
	const {kept, sizes} = trim(selectInterpreter(home), bundle.keep, neededBy(home));
	copySelected(kept, {root, prefix, links: !staged.layout.relocatable});
	await compile(staged, root, options);
	const {entries} = scanTree({root, from: prefix});
	return {
		...staged,
		tree: withInterpreter(staged.tree, entries, {prefix, python, libraryName: home.libraryName}),
		carried: new Map(
			entries.flatMap(
				(entry): Array<[Entry['path'], Carried]> => (entry.kind === 'directory' ? [] : [[entry.path, 'interpreter']]),
			),
		),
		bundleSizes: sizes,
	};
}

/** What is part of something, and is not left out where the interpreter loads it. */
function neededBy({library, soname}: InterpreterHome): ReadonlySet<string> {
	return new Set(library ? [`lib/${soname === '' ? library.slice(library.lastIndexOf('/') + 1) : soname}`] : []);
}

async function compile({prefix, python}: Staged, root: HostPath, options: BundleOptions): Promise<void> {
	const {listener, environment, work} = options;
	const from = below(prefix, `lib/python${python.minor}`);
	await compileTree({root, from, python, work: folder(work, 'bundle-compile'), listener, environment});
}

function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}
