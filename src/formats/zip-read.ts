import type {OpenedPackage} from '../model/package.ts';
import {placed} from './placement.ts';
import {manifestInTree, metadataFrom, nothingDeclared} from './read-package.ts';
import type {ArtifactFile, ArtifactHead, Reader} from './reader.ts';
import {entriesOf} from './zip-entries.ts';
import {newestOf, placeMembers} from './zip-members.ts';

/** Any zip archive, also one that a script precedes, as zipapp, pex and shiv make it. */
export const zipReader: Reader = {
	name: 'zip',
	carries: {
		modes: 'all',
		links: true,
		emptyFolders: true,
		owners: false,
		relations: false,
		digests: false,
		metadata: false,
		outsidePrefix: true,
	},
	recognises: isZip,
	read: readZip,
};

const script = Buffer.from('#!');
const firstMember = Buffer.from('PK\x03\x04');
const directoryEnd = Buffer.from('PK\x05\x06');

/** By its first member; by its end where it has none, or where a script comes first. */
export function isZip({isDirectory, bytes, tail}: ArtifactHead): boolean {
	const head = Buffer.from(bytes.subarray(0, 4));
	const begins = head.equals(firstMember) || head.equals(directoryEnd);
	return !isDirectory && (begins || (head.subarray(0, 2).equals(script) && Buffer.from(tail).includes(directoryEnd)));
}

async function readZip(artifact: ArtifactFile): Promise<OpenedPackage> {
	const members = placeMembers(artifact);
	const entries = await entriesOf(members, 'zip');
	const listed = entries.tree();
	const manifest = await manifestInTree(listed);
	const {tree, prefix, carries} = placed(
		{tree: listed, manifest, asked: artifact.prefix, format: 'zip'},
		{owners: entries.owners, carries: zipReader.carries},
	);
	return {
		format: 'zip',
		carries,
		pkg: {
			metadata: metadataFrom(manifest),
			prefix,
			arch: manifest?.arch ?? '',
			tree,
			manifest,
			epoch: manifest?.epoch ?? newestOf(members),
		},
		declared: nothingDeclared,
	};
}
