import {gunzipSync} from 'node:zlib';
import {readWhole} from '../../host/contents.ts';
import type {Documents, TextDocument} from '../../model/documents.ts';
import {type InstallPath, nameOf} from '../../model/paths.ts';
import {Places} from '../../model/places.ts';
import type {Recipe} from '../../model/recipe.ts';
import type {OpenedArtifact} from '../open.ts';

/** In bytes, unpacked. */
const largest = 64 * 1024 * 1024;

/**
 * The documents that an artifact was built with, as they lie in it. An artifact of a format that has no place for them needs
 * no more than their names.
 */
export async function documentsIn({pkg}: OpenedArtifact, recipe: Recipe): Promise<Documents> {
	const {changelog, docs = []} = recipe.documents ?? {};
	const places = new Places(pkg.tree);
	const folder = `/usr/share/doc/${pkg.metadata.name}`;
	const found = async (name: string, packed?: string): Promise<TextDocument> => {
		const entry = [packed, name].map(file => file && places.at(`${folder}/${file}` as InstallPath)).find(Boolean);
		const bytes = entry && entry.kind === 'file' ? await readWhole(entry, largest) : new Uint8Array();
		const isPacked = entry && nameOf(entry.path) === packed;
		return {name, bytes: isPacked ? gunzipSync(bytes, {maxOutputLength: largest}) : bytes};
	};
	return {
		changelog: changelog === undefined ? undefined : await found(changelog, 'changelog.gz'),
		docs: await Promise.all(docs.map(name => found(name))),
	};
}
