import {decodeManifest} from '../../codecs/manifest.ts';
import {readWhole} from '../../host/contents.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {below, type InstallPath} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import {manifestName} from '../../model/prefix.ts';

/** The sha256 that an artifact itself has of its files, hexadecimal, by path. */
export type KnownDigests = ReadonlyMap<string, string>;

/** In bytes, as a survey reads it. */
const largestManifest = 128 * 1024 * 1024;

/**
 * What an artifact says of its files: its own index where that has a sha256 of each, else its manifest; nothing where it has
 * neither. Throws an ArtifactError for a manifest that cannot be read.
 */
export async function knownDigests({pkg, declared}: OpenedPackage): Promise<KnownDigests> {
	const {digests} = declared;
	if (digests?.algorithm === 'sha256') {
		return digests.files;
	}

	const manifest = new Places(pkg.tree).at(below(pkg.prefix, manifestName));
	if (manifest?.kind !== 'file' || pkg.manifest === undefined) {
		return new Map();
	}

	const {files} = decodeManifest(await readWhole(manifest, largestManifest));
	return new Map(Object.entries(files).map(([path, {sha256}]) => [path, sha256]));
}

/** Compares files with what is known of them, and counts those of which something is. */
export class DigestComparison {
	compared = 0;
	readonly #known: KnownDigests;
	readonly #format: string;

	constructor(known: KnownDigests, format: string) {
		this.#known = known;
		this.#format = format;
	}

	/** Throws an ArtifactError (FILE_DIGEST_WRONG) for a file that is not what the artifact says of it. */
	compare(path: InstallPath, sha256: string): void {
		const said = this.#known.get(path);
		if (said !== undefined && said !== '' && said.toLowerCase() !== sha256) {
			throw new ArtifactError(`${path} has the sha256 ${sha256}, and the artifact says ${said}`, {
				code: 'FILE_DIGEST_WRONG',
				format: this.#format,
				reading: true,
				hint: 'it was damaged or changed after it was built: get the artifact again; nothing was unpacked',
			});
		}

		this.compared += said === undefined || said === '' ? 0 : 1;
	}
}
