import {decodeSummary} from '../codecs/manifest.ts';
import {readWhole} from '../host/contents.ts';
import {ArtifactError, VenvpackError} from '../model/errors.ts';
import type {ManifestSummary} from '../model/manifest.ts';
import type {Metadata} from '../model/metadata.ts';
import type {Declared} from '../model/package.ts';
import {below, type InstallPath, isWithin} from '../model/paths.ts';
import {likelyPrefix, manifestName} from '../model/prefix.ts';
import type {Entry, Tree} from '../model/tree.ts';

/** What a format declares that has no words for it. */
export const nothingDeclared: Declared = {
	relations: {},
	scripts: new Map(),
	conffiles: [],
	owners: new Map(),
	digests: undefined,
	signatures: [],
	fields: new Map(),
};

/** Of a format without fields of its own: what the manifest says. */
export function metadataFrom(manifest: ManifestSummary | undefined): Metadata {
	return {
		name: manifest?.name ?? '',
		version: manifest?.version ?? '',
		release: manifest?.release ?? '',
		summary: manifest?.summary ?? '',
		description: '',
		license: manifest?.license ?? '',
		maintainer: '',
		vendor: '',
		homepage: '',
	};
}

/** In bytes; with the digests of 200,000 files a manifest has 40 MB. */
const largestManifest = 128 * 1024 * 1024;

/** A summary as some bytes give it; undefined where they do not, which the checks of the whole manifest tell. */
export function summaryFrom(bytes: Uint8Array): ManifestSummary | undefined {
	try {
		return decodeSummary(bytes);
	} catch (error) {
		if (error instanceof VenvpackError) {
			return undefined;
		}

		throw error;
	}
}

/**
 * The summary out of the manifest in the tree, for an artifact that has no summary outside of it, such as a folder that
 * another tool packed; undefined where there is none that can be read.
 */
export async function manifestInTree(tree: Tree): Promise<ManifestSummary | undefined> {
	const place = below(likelyPrefix(tree), manifestName);
	const entry = tree.entries.find(({path}) => path === place);
	return entry?.kind === 'file' ? summaryFrom(await readWhole(entry, largestManifest)) : undefined;
}

export interface PrefixEvidence {
	readonly tree: Tree;
	readonly manifest: ManifestSummary | undefined;
	/** Where the user says that it lies. */
	readonly asked: InstallPath | undefined;
	readonly format: string;
}

/**
 * The prefix of a tree whose paths are final: what the user says, else the manifest, as far as the tree has something
 * there; else the likely one. Throws an ArtifactError (ARTIFACT_PREFIX_ABSENT) where nothing lies at what the user says.
 */
export function prefixOf({tree, manifest, asked, format}: PrefixEvidence): InstallPath {
	if (asked !== undefined && !holds(tree, asked)) {
		throw prefixAbsent(asked, format);
	}

	return asked ?? (manifest && holds(tree, manifest.prefix) ? manifest.prefix : likelyPrefix(tree));
}

/** Whether it is a tree that may lie anywhere, by what its manifest says. */
export function worksAnywhere(manifest: ManifestSummary | undefined): boolean {
	return manifest?.layout?.relocatable === true;
}

/** Where to read it: what may lie anywhere at the prefix of its manifest, the rest where the user says, if anywhere. */
export function placeAsked({manifest, asked}: Pick<PrefixEvidence, 'manifest' | 'asked'>): InstallPath | undefined {
	return worksAnywhere(manifest) ? manifest?.prefix : asked;
}

/** Whether a tree has the folder, or something in it. */
export function holds(tree: Tree, folder: InstallPath): boolean {
	return folder === '/' || tree.entries.some(entry => entry.path === folder);
}

/** An ArtifactError (ARTIFACT_PREFIX_ABSENT). */
function prefixAbsent(asked: InstallPath, format: string): ArtifactError {
	return new ArtifactError(`nothing in the artifact lies in ${asked}`, {
		code: 'ARTIFACT_PREFIX_ABSENT',
		format,
		hint: 'leave --prefix out: the artifact tells where it is installed',
	});
}

/** The same entries at another place: what lies in `from` comes to `to`; the folders above `from` are left behind. */
export function moved(tree: Tree, from: InstallPath, to: InstallPath): Entry[] {
	return tree.entries
		.filter(entry => isWithin(entry.path, from))
		.map(entry => ({...entry, path: movedPath(entry.path, from, to)}));
}

/** The path at `to` of what lies in `from`. */
export function movedPath(path: InstallPath, from: InstallPath, to: InstallPath): InstallPath {
	return below(to, path.slice(from === '/' ? 0 : from.length));
}
