import {normalizedName} from '../codecs/requirement-name.ts';
import type {ManifestSummary} from '../model/manifest.ts';
import type {OpenedPackage} from '../model/package.ts';
import {below, type InstallPath} from '../model/paths.ts';
import {Places} from '../model/places.ts';
import type {InstalledDistribution, Survey, SurveyedVenv} from '../model/survey.ts';
import type {FileEntry, Tree} from '../model/tree.ts';
import {Distributions} from './survey/distributions.ts';
import {infoFolders} from './survey/info-folders.ts';
import {Scripts} from './survey/scripts.ts';
import {Services} from './survey/services.ts';
import type {Damaged} from './survey/taker.ts';
import {Venv} from './survey/venv.ts';

/** Of what was read: the files themselves, all of them small, by path. */
export type ReadFiles = ReadonlyMap<InstallPath, Uint8Array>;

/** The files without which an index does not tell what the survey wants: units for systemd. */
export function wantedBeside(tree: Tree): readonly FileEntry[] {
	const services = new Services(new Map());
	return tree.entries.filter((entry): entry is FileEntry => entry.kind === 'file' && services.wants(entry));
}

/**
 * What a tree holds, as far as its list of files and its manifest tell, at their word. Empty is what only the files say:
 * what scripts begin with, what ELF files need, what a distribution says of itself, its sizes among that.
 */
export function indexSurveyOf({pkg, declared}: OpenedPackage, manifest: ManifestSummary, read: ReadFiles): Survey {
	const {tree, prefix} = pkg;
	const damaged: Damaged = new Map();
	const places = new Places(tree);
	const venv = new Venv(tree, prefix, {places, damaged});
	const scripts = new Scripts(venv.root, prefix);
	const services = new Services(damaged);
	for (const entry of tree.entries) {
		if (entry.kind === 'file') {
			scripts.open(entry)?.close();
			readInto(services, entry, read);
		}
	}

	const distributions = distributionsOf(tree, manifest);
	return {
		venv: withManifest(venv.finish(), prefix, manifest),
		distributions,
		scripts: scripts.finish(distributions, new Distributions(tree, places, damaged)),
		elf: [],
		loads: [],
		services: services.finish(),
		manifest: undefined,
		damaged,
		digestOf: path => declared.digests?.files.get(path),
	};
}

function readInto(services: Services, entry: FileEntry, read: ReadFiles): void {
	const bytes = read.get(entry.path);
	const taker = bytes && services.open(entry);
	if (bytes && taker) {
		taker.push(bytes);
		taker.close();
	}
}

/** The list does not tell a launcher from a program; the manifest knows which interpreter it is. */
function withManifest(
	venv: SurveyedVenv | undefined,
	prefix: InstallPath,
	{layout, python}: ManifestSummary,
): SurveyedVenv | undefined {
	if (venv === undefined) {
		return undefined;
	}

	const {standardLibrary: _, ...rest} = {...venv, minor: python.minor};
	return layout?.bundle
		? {
				...{...rest, interpreter: below(prefix, `bin/python${python.minor}`), bundled: true},
				standardLibrary: below(prefix, `lib/python${python.minor}`),
			}
		: {...rest, interpreter: python.path, bundled: false};
}

function distributionsOf(tree: Tree, manifest: ManifestSummary): readonly InstalledDistribution[] {
	const folders = new Map(infoFolders(tree).map(({name, path}) => [normalizedName(name), path]));
	return manifest.distributions.map(({name, version, license}) => ({
		...{name, version, license},
		path: folders.get(normalizedName(name)) ?? ('/' as InstallPath),
		summary: '',
		requiresPython: '',
		requiresDist: [],
		record: undefined,
		entryPoints: [],
		directUrl: '',
		editable: false,
		installer: '',
		size: 0,
		files: 0,
		topLevel: [],
	}));
}
