import type {FileChange} from '../../model/comparison.ts';
import {below, type InstallPath} from '../../model/paths.ts';
import {manifestName} from '../../model/prefix.ts';
import type {Pair} from './surveyed.ts';

/**
 * Changes that follow from others and would only hide them: bytecode whose source came, went or changed too; the
 * manifest, which holds a digest of everything. `otherwise`: something else than a file differs as well.
 */
export function followingIn(changes: readonly FileChange[], {a, b}: Pair, otherwise: boolean): ReadonlySet<FileChange> {
	const sources = new Set(changes.filter(hasOtherBytes).flatMap(({path, from}) => (from ? [path, from] : [path])));
	const following = new Set(changes.filter(change => isOf(sources, change)));
	const manifests: ReadonlySet<string> = new Set([a, b].map(({pkg}) => below(pkg.prefix, manifestName)));
	const manifest = changes.find(({kind, path}) => kind === 'changed' && manifests.has(path));
	return manifest && (otherwise || changes.length > 1) ? following.add(manifest) : following;
}

function hasOtherBytes({kind, aspects}: FileChange): boolean {
	return kind !== 'changed' || aspects.some(({what}) => what === 'content' || what === 'kind');
}

function isOf(sources: ReadonlySet<InstallPath>, {path, aspects}: FileChange): boolean {
	const source = sourceOf(path);
	return source !== undefined && sources.has(source) && aspects.every(({what}) => what === 'content');
}

/** PEP 3147: `/x/__pycache__/name.cpython-311.opt-1.pyc` is that of `/x/name.py`. */
function sourceOf(path: InstallPath): InstallPath | undefined {
	const [, folder, name] = /^(.*)\/__pycache__\/(.+?)\.[a-z]+-\d+(?:\.opt-\w+)?\.pyc$/.exec(path) ?? [];
	return folder === undefined ? undefined : (`${folder}/${name}.py` as InstallPath);
}
