import {arMagic} from '../../codecs/ar.ts';
import type {Paragraph} from '../../codecs/deb822.ts';
import type {Carries} from '../../model/carries.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import type {Metadata} from '../../model/metadata.ts';
import type {OpenedPackage} from '../../model/package.ts';
import {ArchiveEntries} from '../archive-entries.ts';
import {manifestInTree, metadataFrom, prefixOf} from '../read-package.ts';
import type {ArtifactFile, Reader} from '../reader.ts';
import {addTarMember, tarMembers} from '../tar-members.ts';
import {debArch, machineOfDeb} from './arch.ts';
import {readDebArchive} from './archive.ts';
import {readDebControl, relationFieldNames} from './control-read.ts';

export const debCarries: Carries = {
	modes: 'all',
	links: true,
	emptyFolders: true,
	owners: true,
	relations: true,
	digests: true,
	metadata: true,
	outsidePrefix: true,
};

/** Reads what dpkg-deb, nfpm, fpm and venvpack write: deb(5), version 2. */
export const debReader: Reader = {
	name: 'deb',
	carries: debCarries,
	recognises: ({bytes}) => Buffer.from(bytes.subarray(0, 21)).toString('latin1') === `${arMagic}debian-binary`,
	read: readDeb,
};

async function readDeb({file, size, prefix: asked, withoutDigests = false}: ArtifactFile): Promise<OpenedPackage> {
	const archive = readDebArchive(file, size);
	const control = await readDebControl(archive.control, {withoutDigests});
	const entries = new ArchiveEntries('deb');
	for await (const member of tarMembers(archive.data, 'deb')) {
		addTarMember(entries, member, archive.data);
	}

	const tree = entries.tree();
	const manifest = control.manifest ?? (await manifestInTree(tree));
	return {
		format: 'deb',
		carries: debCarries,
		pkg: {
			metadata: metadataOf(control.fields, manifest),
			prefix: prefixOf({tree, manifest, asked, format: 'deb'}),
			arch: archOf(control.fields.get('Architecture') ?? '', manifest),
			tree,
			manifest,
			epoch: manifest?.epoch ?? archive.mtime,
		},
		declared: {
			...control.declared,
			owners: entries.owners,
			signatures: archive.signatures,
			fields: new Map([...control.fields].filter(([name]) => !told.includes(name))),
		},
	};
}

/** What Metadata and the relations say word for word. */
const told = ['Package', 'Maintainer', 'Description', 'Homepage', 'Vendor', ...relationFieldNames];

/**
 * The version that dpkg compares does not tell the one of PEP 440 that it was made of: where the manifest does not say
 * it, the upstream part stands as it is. `License` is a field that fpm writes.
 */
function metadataOf(fields: Paragraph, manifest: ManifestSummary | undefined): Metadata {
	const field = (name: string) => fields.get(name) ?? '';
	const [, upstream = '', revision = ''] = /^(?:\d+:)?(.*?)(?:-([^-]*))?$/s.exec(field('Version')) ?? [];
	const [summary = '', ...description] = field('Description').split('\n');
	const said = metadataFrom(manifest);
	return {
		name: field('Package'),
		version: said.version || upstream,
		release: manifest ? said.release : revision,
		summary: said.summary || summary,
		description: description.join('\n'),
		license: said.license || field('License'),
		maintainer: field('Maintainer'),
		vendor: field('Vendor'),
		homepage: field('Homepage'),
	};
}

/** Two machines may share a name of dpkg's: the manifest then tells which. */
function archOf(name: string, manifest: ManifestSummary | undefined): string {
	const machine = machineOfDeb(name);
	return manifest && machine !== manifest.arch && isCalled(manifest.arch, name) ? manifest.arch : machine;
}

function isCalled(machine: string, name: string): boolean {
	try {
		return debArch(machine) === name;
	} catch {
		return false;
	}
}
