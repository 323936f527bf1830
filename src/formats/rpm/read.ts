import {isCpio} from '../../codecs/cpio.ts';
import {packingOf} from '../../codecs/packing.ts';
import {openStretch} from '../../host/stretch-file.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import type {Metadata} from '../../model/metadata.ts';
import type {OpenedPackage} from '../../model/package.ts';
import type {Entry, Stretch} from '../../model/tree.ts';
import {ArchiveEntries} from '../archive-entries.ts';
import {manifestInTree, prefixOf, summaryFrom} from '../read-package.ts';
import type {ArtifactFile, ArtifactHead, Reader} from '../reader.ts';
import {unameOf} from './arch.ts';
import {declaredOf} from './declared.ts';
import {isPacked, type ListedFile, listFiles} from './file-table.ts';
import {isLead} from './lead.ts';
import {type Columns, openHeaders} from './opened-header.ts';
import {indexPayload} from './payload-index.ts';
import {tags} from './tags.ts';

/**
 * Reads binary packages of version 4 of the format and of version 6, whose headers and payloads are built alike
 * (docs/manual/format_v4.md and format_v6.md of rpm).
 */
export const rpmReader: Reader = {
	name: 'rpm',
	carries: {
		modes: 'all',
		links: true,
		emptyFolders: true,
		owners: true,
		relations: true,
		digests: true,
		metadata: true,
		outsidePrefix: true,
	},
	recognises: ({isDirectory, bytes}: ArtifactHead) => !isDirectory && isLead(bytes),
	read: readRpm,
};

async function readRpm(artifact: ArtifactFile): Promise<OpenedPackage> {
	const {source, signature, main, payloadAt} = openHeaders(artifact);
	checkKind(main, source);
	const entries = new ArchiveEntries('rpm');
	const files = listFiles(main, entries);
	await addFiles(entries, files, payloadOf(artifact, payloadAt));
	const tree = entries.tree();
	const manifest = summaryOf(main) ?? (await manifestInTree(tree));
	return {
		format: 'rpm',
		carries: rpmReader.carries,
		pkg: {
			metadata: metadataOf(main, manifest),
			prefix: prefixOf({tree, manifest, asked: artifact.prefix, format: 'rpm'}),
			arch: unameOf(main.text(tags.arch)),
			tree,
			manifest,
			epoch: main.number(tags.buildTime) ?? 0,
		},
		declared: declaredOf({main, signature, withoutDigests: artifact.withoutDigests ?? false}, files, entries.owners),
	};
}

/** A source package holds what is built from, and installs nothing; it is known by having no name of one itself. */
function checkKind(main: Columns, source: boolean): void {
	if (source || !main.has(tags.sourceRpm)) {
		throw refusal('RPM_SOURCE_PACKAGE', 'it is a source package, which installs nothing', {
			hint: 'build it with rpmbuild --rebuild, and give what comes of it',
		});
	}

	const format = main.text(tags.payloadFormat) || 'cpio';
	if (format !== 'cpio') {
		throw refusal('RPM_PAYLOAD_UNKNOWN', `its payload is ${JSON.stringify(format)}, and only cpio can be read`, {
			hint: 'give the package itself, not a delta of two',
		});
	}
}

/** How the payload begins tells its compression: tag 1125 is absent for gzip in old packages, and for none in others. */
function payloadOf({file, size}: ArtifactFile, start: number): Stretch {
	const length = size - start;
	const source = openStretch({file, start, length, compression: 'none'});
	try {
		const head = new Uint8Array(16);
		const known = head.subarray(0, source.read(0, head));
		const compression = packingOf(known);
		if (compression === 'none' && !isCpio(known)) {
			const shown = Buffer.from(known).toString('hex');
			throw refusal(
				'RPM_PAYLOAD_UNKNOWN',
				`its payload is packed in no known way: it begins with ${shown || 'nothing'}`,
				{
					hint: 'the file is damaged: fetch or build it again',
					offset: start,
				},
			);
		}

		return {file, start, length, compression};
	} finally {
		source.close();
	}
}

async function addFiles(entries: ArchiveEntries, files: readonly ListedFile[], stretch: Stretch): Promise<void> {
	const offsets = await indexPayload(stretch, files, entries);
	for (const [at, file] of files.entries()) {
		if (isPacked(file)) {
			entries.add(entryOf(file, stretch, {offset: Math.max(offsets[at] ?? 0, 0), entries}), file.owner);
		}
	}
}

function entryOf(
	{kind, path, mode, size, target}: ListedFile,
	stretch: Stretch,
	{offset, entries}: {offset: number; entries: ArchiveEntries},
): Entry {
	switch (kind) {
		case 'directory':
			return {kind, path, mode};
		case 'link':
			return {kind, path, target};
		case 'file':
			return {kind, path, mode, content: {kind: 'packed', stretch, offset, size}};
		case 'special':
			throw entries.refusal(
				'ARTIFACT_ENTRY_UNSUPPORTED',
				`${path} is a device, a pipe or something else that is no file`,
				{
					hint: 'no package of a venv holds such a thing; pack it without',
				},
			);
	}
}

function summaryOf(main: Columns): ManifestSummary | undefined {
	return main.has(tags.venvpack) ? summaryFrom(Buffer.from(main.text(tags.venvpack))) : undefined;
}

/** The manifest has the version by PEP 440, the header as rpm orders it. */
function metadataOf(main: Columns, manifest: ManifestSummary | undefined): Metadata {
	return {
		name: main.text(tags.name),
		version: manifest?.version ?? main.text(tags.version),
		release: main.text(tags.release),
		summary: main.text(tags.summary),
		description: main.text(tags.description),
		license: main.text(tags.license),
		maintainer: main.text(tags.packager),
		vendor: main.text(tags.vendor),
		homepage: main.text(tags.url),
	};
}

function refusal(code: string, message: string, {hint, offset}: {hint: string; offset?: number}): ArtifactError {
	return new ArtifactError(`the rpm cannot be read: ${message}`, {code, format: 'rpm', reading: true, hint, offset});
}
