import {closeSync, mkdirSync, openSync, statSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {encodeManifest} from '../codecs/manifest.ts';
import type {ManifestFile} from '../model/manifest.ts';
import type {NewPackage} from '../model/package.ts';
import {type HostPath, hostPath, type InstallPath} from '../model/paths.ts';
import type {FileEntry} from '../model/tree.ts';

export interface ManifestParts {
	readonly pkg: NewPackage;
	/** Names of the rules that rewrote a file. */
	readonly rewritten: ReadonlyMap<string, readonly string[]>;
	/** The sha256 of the file at an index among all files but the manifest, in the order of the tree; hexadecimal. */
	readonly digest: (index: number) => string;
	/** A private folder. */
	readonly scratch: HostPath;
}

/** Writes the manifest of a package to the disk, since it grows with the tree, and returns its entry. */
export function writeManifest(parts: ManifestParts): FileEntry {
	const {pkg, scratch} = parts;
	const root = hostPath(join(scratch, 'manifest'));
	const file = join(root, pkg.manifestPath);
	mkdirSync(dirname(file), {recursive: true});
	const descriptor = openSync(file, 'w');
	try {
		for (const chunk of encodeManifest(pkg.manifest, manifestFiles(parts))) {
			writeSync(descriptor, chunk);
		}
	} finally {
		closeSync(descriptor);
	}

	const {size} = statSync(file);
	return {
		kind: 'file',
		path: pkg.manifestPath,
		mode: 0o644,
		content: {kind: 'staged', root, path: pkg.manifestPath, size},
	};
}

function* manifestFiles({pkg, rewritten, digest}: ManifestParts): Generator<readonly [InstallPath, ManifestFile]> {
	let index = 0;
	for (const entry of pkg.tree.entries) {
		if (entry.kind === 'file' && entry.path !== pkg.manifestPath) {
			const rules = rewritten.get(entry.path);
			yield [entry.path, rules === undefined ? {sha256: digest(index)} : {sha256: digest(index), rules}];
			index++;
		}
	}
}
