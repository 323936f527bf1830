import {mkdirSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {scanTree} from '../../host/scan.ts';
import {type Listener, timed} from '../../model/events.ts';
import type {Layout} from '../../model/layout.ts';
import type {PythonMove} from '../../model/moves.ts';
import {below, type HostPath, hostPath, type InstallPath} from '../../model/paths.ts';
import type {Staged} from '../../model/staged.ts';
import {type Entry, type Tree, treeOf} from '../../model/tree.ts';
import {type BundleOptions, bundled} from '../bundle/bundle.ts';
import {compileTree} from '../compile.ts';
import type {Environment} from '../interpreters/probe.ts';
import {movesOfVenv} from './former-places.ts';
import {type Installed, installedIn} from './installed.ts';
import {renew} from './renewed.ts';
import {unchangedFiles} from './unchanged.ts';
import type {VenvFolder} from './venv-folder.ts';

export interface OpenOptions {
	readonly prefix: InstallPath;
	readonly python: PythonMove;
	readonly layout: Layout;
	/** A private folder. */
	readonly work: HostPath;
	readonly correct?: BundleOptions['correct'];
	readonly listener: Listener;
	readonly environment: Environment;
}

/** A venv as a stage: looked at, with nothing of it copied or changed. It has no bytecode yet. */
export interface OpenedVenv {
	readonly venv: VenvFolder;
	readonly staged: Staged;
	readonly installed: readonly Installed[];
	/** What was made anew → with what: `interpreter`, `activators`. */
	readonly renewed: ReadonlyMap<InstallPath, string>;
	/** What stays behind, its bytecode among it. */
	readonly dropped: readonly InstallPath[];
}

/**
 * Looks at a venv as if it lay at `<stage><prefix>`, through a link: its files are read where they are, and what differs
 * comes back as entries with bytes of their own. So a large venv is never copied, and an input is never touched.
 * Throws what a scan throws: SETUID, SPECIAL_FILE, NON_UTF8_NAME.
 */
export function openVenv(venv: VenvFolder, options: OpenOptions): OpenedVenv {
	const {prefix, python, layout} = options;
	const stage = stageOf(options);
	const place = `${stage}${prefix}`;
	mkdirSync(dirname(place), {recursive: true});
	symlinkSync(venv.folder, place);
	const {entries, renewed, dropped} = renew(scanTree({root: stage, from: prefix}).entries, {prefix, python, layout});
	const tree = treeOf(entries);
	const installed = installedIn(tree.entries, {prefix, sitePackages: sitePackagesOf(options)});
	return {
		venv,
		installed,
		renewed,
		dropped,
		staged: {
			tree,
			prefix,
			moves: movesOfVenv(venv, prefix, python),
			python,
			layout,
			distributions: installed.map(one => one.distribution),
			downloaded: unchangedFiles(tree.entries, installed, prefix),
			carried: new Map(),
		},
	};
}

/** Adds the bytecode, compiled for the prefix: it lies in the private folder, not beside its sources. */
export async function compileVenv({staged}: OpenedVenv, options: OpenOptions): Promise<Staged> {
	const {prefix, python, work, listener, environment} = options;
	const [to, tools] = [folder(work, 'bytecode'), folder(work, 'compile')];
	await timed(listener, 'compile', 'bytecode for the prefix', async () => {
		const from = sitePackagesOf(options);
		const root = stageOf(options);
		const {skipped} = await compileTree({root, from, to, python, work: tools, listener, environment});
		if (skipped.length > 0) {
			listener({kind: 'note', message: `${skipped.length} .py files do not compile, and come without bytecode`});
		}
	});
	const compiled = {...staged, tree: withBytecode(staged.tree, {root: to, prefix})};
	return bundled(compiled, options);
}

function withBytecode({entries}: Tree, {root, prefix}: {root: HostPath; prefix: InstallPath}): Tree {
	mkdirSync(`${root}${prefix}`, {recursive: true});
	const known = new Set(entries.map(({path}) => path));
	const isNew = (entry: Entry) => entry.kind === 'file' || !known.has(entry.path);
	return treeOf([...entries, ...scanTree({root, from: prefix}).entries.filter(isNew)]);
}

function sitePackagesOf({prefix, python}: OpenOptions): InstallPath {
	return below(prefix, `lib/python${python.minor}/site-packages`);
}

function stageOf({work}: OpenOptions): HostPath {
	return hostPath(join(work, 'stage'));
}

function folder(work: HostPath, name: string): HostPath {
	const path = hostPath(join(work, name));
	mkdirSync(path, {recursive: true});
	return path;
}
