import type {OpenedPackage} from '../model/package.ts';
import type {InstallPath} from '../model/paths.ts';
import {listedTree} from './listing.ts';
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
	const tree = listedTree(await entriesOf(members), 'zip');
	return {
		format: 'zip',
		carries: zipReader.carries,
		pkg: {
			metadata: {
				...{name: '', version: '', release: '', summary: '', description: ''},
				...{license: '', maintainer: '', vendor: '', homepage: ''},
			},
			prefix: artifact.prefix ?? ('/' as InstallPath),
			arch: '',
			tree,
			manifest: undefined,
			epoch: newestOf(members),
		},
		declared: {
			relations: {},
			scripts: new Map(),
			conffiles: [],
			owners: new Map(),
			digests: undefined,
			signatures: [],
			fields: new Map(),
		},
	};
}
