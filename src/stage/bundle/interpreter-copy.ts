import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {scanTree} from '../../host/scan.ts';
import type {BundleSizes, Size} from '../../model/bundle-sizes.ts';
import type {Listener} from '../../model/events.ts';
import type {Bundle} from '../../model/layout.ts';
import {type HostPath, hostPath} from '../../model/paths.ts';
import type {Staged} from '../../model/staged.ts';
import {type Entry, sizeOf} from '../../model/tree.ts';
import type {Environment} from '../interpreters/probe.ts';
import {stripTree} from '../strip.ts';
import {copySelected} from './copy.ts';
import {homeOf, libraryPlace} from './home.ts';
import {selectInterpreter} from './selection.ts';
import {lackingOf, trim} from './trim.ts';

export interface CopyOptions {
	/** A private folder. */
	readonly work: HostPath;
	/** Whether its libraries and programs lose their debug sections. */
	readonly strip?: boolean | undefined;
	readonly listener: Listener;
	readonly environment: Environment;
}

/** The builder's interpreter, trimmed, at `<root><prefix>`; it has no bytecode. */
export interface InterpreterCopy {
	readonly root: HostPath;
	/** Where it looks for its standard library: `lib`, or `lib64`. */
	readonly libraryName: string;
	readonly sizes: Omit<BundleSizes, 'libraries'>;
}

/** Copies what a bundle wants of the builder's interpreter. Throws what `homeOf`, copying and `stripTree` throw. */
export async function copyInterpreter(
	{prefix, python, layout}: Staged,
	bundle: Bundle,
	options: CopyOptions,
): Promise<InterpreterCopy> {
	const {work, listener, environment, strip = false} = options;
	const root = hostPath(join(work, 'bundle'));
	mkdirSync(root, {recursive: true});
	const home = await homeOf(python, environment);
	const needed = new Set(home.library === undefined ? [] : [libraryPlace(home)]);
	const selected = selectInterpreter(home);
	for (const part of lackingOf(selected, bundle.keep)) {
		const message = `keep names ${part}, and the Python of ${python.builderPrefix} has none: a package of the system may bring it`;
		listener({kind: 'note', message});
	}

	const {kept, sizes} = trim(selected, bundle.keep, needed);
	copySelected(kept, {root, prefix, links: !layout.relocatable});
	const {libraryName} = home;
	if (!strip) {
		return {root, libraryName, sizes};
	}

	const what = 'of the interpreter';
	const request = {root, from: prefix, downloaded: new Set<never>(), what, python: python.builder};
	await stripTree({...request, work, listener, environment});
	const stripped = sizeTogether(scanTree({root, from: prefix}).entries);
	return {root, libraryName, sizes: {...sizes, kept: {files: sizes.kept.files, bytes: stripped.bytes}}};
}

/** Of the files among them. */
export function sizeTogether(entries: readonly Entry[]): Size {
	const sizes = entries.flatMap(entry => (entry.kind === 'file' ? [sizeOf(entry.content)] : []));
	return {files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0)};
}
