import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Listener} from '../../model/events.ts';
import {below, type HostPath, hostPath, type InstallPath, nameOf, parentOf} from '../../model/paths.ts';
import type {Staged} from '../../model/staged.ts';
import {compileTree} from '../compile.ts';
import type {Environment} from '../interpreters/probe.ts';

/** Python sources as they will be installed, by their path; undefined: it is not installed. */
export type CorrectedSources = ReadonlyMap<InstallPath, Uint8Array | undefined>;

export interface BytecodeOptions {
	/** Where the copied interpreter lies: the folder that plays the target's `/`. */
	readonly root: HostPath;
	/** Those that are not installed as they were copied. */
	readonly corrected: CorrectedSources;
	/** A private folder. */
	readonly work: HostPath;
	readonly listener: Listener;
	readonly environment: Environment;
}

/**
 * Compiles the standard library beside the copied sources; what is corrected on its way into the package is compiled as
 * it will be then. Throws what the compiler throws.
 */
export async function compileStdlib({prefix, python}: Staged, options: BytecodeOptions): Promise<void> {
	const {root, corrected, work, listener, environment} = options;
	const from = below(prefix, `lib/python${python.minor}`);
	const common = {from, python, work: folder(work, 'bundle-compile'), listener, environment};
	await compileTree({...common, root});
	const sources = folder(work, 'bundle-corrected');
	mkdirSync(`${sources}${from}`, {recursive: true});
	for (const [path, bytes] of corrected) {
		if (bytes) {
			mkdirSync(`${sources}${parentOf(path)}`, {recursive: true});
			writeFileSync(`${sources}${path}`, bytes);
		} else {
			rmSync(bytecodeOf(path, root, python.minor), {force: true});
		}
	}

	await compileTree({...common, root: sources, to: root});
}

function bytecodeOf(path: InstallPath, root: HostPath, minor: string): string {
	const name = `${nameOf(path).replace(/\.py$/, '')}.cpython-${minor.replace('.', '')}.pyc`;
	return `${root}${parentOf(path)}/__pycache__/${name}`;
}

function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}
