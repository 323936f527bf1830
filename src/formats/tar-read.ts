import {packingOf} from '../codecs/packing.ts';
import {isTarHeader} from '../codecs/tar-header.ts';
import type {Carries} from '../model/carries.ts';
import type {ManifestSummary} from '../model/manifest.ts';
import type {OpenedPackage} from '../model/package.ts';
import {type InstallPath, nameOf} from '../model/paths.ts';
import type {Packing, Stretch} from '../model/tree.ts';
import {ArchiveEntries} from './archive-entries.ts';
import {placed} from './placement.ts';
import {manifestInTree, metadataFrom, nothingDeclared, summaryFrom} from './read-package.ts';
import type {ArtifactFile, Reader} from './reader.ts';
import {addTarMember, type PassingMember, tarMembers} from './tar-members.ts';

export const tarCarries: Carries = {
	modes: 'all',
	links: true,
	emptyFolders: true,
	owners: true,
	relations: false,
	digests: false,
	metadata: false,
	outsidePrefix: true,
};

/**
 * Paths are taken from the root, as `tar -C /` would put them. A tarball of ours that holds one folder to be unpacked
 * anywhere is read as lying at the prefix of its manifest, where packages of the same tree install it; one of another
 * tool where the user says, else at `/FOLDER`.
 */
export const tarReaders: readonly Reader[] = [
	tarReader('tar', 'none'),
	tarReader('tar.gz', 'gzip'),
	tarReader('tar.xz', 'xz'),
	tarReader('tar.zst', 'zstd'),
	tarReader('tar.bz2', 'bzip2'),
	tarReader('tar.lzma', 'lzma'),
];

function tarReader(name: string, compression: Packing): Reader {
	return {
		name,
		carries: tarCarries,
		recognises: head =>
			packingOf(head.bytes) === compression && isTar(compression === 'none' ? head.bytes : head.unpacked),
		read: artifact => readTarball(artifact, name, compression),
	};
}

function isTar(bytes: Uint8Array): boolean {
	return isTarHeader(bytes.subarray(0, 512));
}

async function readTarball(artifact: ArtifactFile, format: string, compression: Packing): Promise<OpenedPackage> {
	const stretch: Stretch = {file: artifact.file, start: 0, length: artifact.size, compression};
	const entries = new ArchiveEntries(format);
	let summary: ManifestSummary | undefined;
	let isFirst = true;
	let newest = 0;
	for await (const passing of tarMembers(stretch, format)) {
		const {kind, mtime} = passing.member;
		newest = Math.max(newest, mtime);
		const found = kind === 'file' && isFirst ? await summaryIn(passing) : undefined;
		isFirst &&= kind !== 'file';
		summary ??= found;
		if (found === undefined) {
			addTarMember(entries, passing, stretch);
		}
	}

	const listed = entries.tree();
	if (listed.entries.length === 0) {
		throw entries.refusal('ARTIFACT_EMPTY', `${artifact.file} holds nothing`, {
			hint: 'look whether what made it went well',
		});
	}

	const manifest = summary ?? (await manifestInTree(listed));
	const {tree, prefix, owners, carries} = placed(
		{tree: listed, manifest, asked: artifact.prefix, format},
		{owners: entries.owners, carries: tarCarries},
	);
	return {
		format,
		carries,
		pkg: {
			metadata: metadataFrom(manifest),
			prefix,
			arch: manifest?.arch ?? '',
			tree,
			manifest,
			epoch: manifest?.epoch ?? newest,
		},
		declared: {...nothingDeclared, owners},
	};
}

const summaryName = 'venvpack-summary.json';

/** In bytes: it names every distribution, and no file. */
const largestSummary = 16 * 1024 * 1024;

/** venvpack puts the summary before every other file, and it is no part of the tree: see tar.ts. */
async function summaryIn({member, read}: PassingMember): Promise<ManifestSummary | undefined> {
	const isIt = nameOf(`/${member.name}` as InstallPath) === summaryName && member.size <= largestSummary;
	return isIt ? summaryFrom(await read()) : undefined;
}
