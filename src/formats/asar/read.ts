import {type AsarNode, asarBroken, asarLead, decodeAsarHeader, decodeAsarLead} from '../../codecs/asar-header.ts';
import {type AsarLosses, decodeAsarLosses} from '../../codecs/asar-summary.ts';
import {readWhole} from '../../host/contents.ts';
import {openStretch} from '../../host/stretch-file.ts';
import type {Carries} from '../../model/carries.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import type {OpenedPackage} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import {likelyPrefix} from '../../model/prefix.ts';
import type {Stretch} from '../../model/tree.ts';
import {placed} from '../placement.ts';
import {manifestInTree, metadataFrom, movedPath, nothingDeclared, summaryFrom} from '../read-package.ts';
import type {ArtifactFile, ArtifactHead, Reader} from '../reader.ts';
import {entriesOf} from './entries.ts';
import {decodeAsarPath} from './names.ts';

/** With the summary of venvpack in it; any other gives back less. */
export const asarCarries: Carries = {
	modes: 'all',
	links: true,
	emptyFolders: true,
	owners: true,
	relations: false,
	digests: true,
	metadata: false,
	outsidePrefix: true,
};

/** Any asar archive. Only its header is read, and the summary where venvpack made it. */
export const asarReader: Reader = {
	name: 'asar',
	carries: asarCarries,
	recognises: isAsar,
	read: readAsar,
};

function isAsar({isDirectory, bytes}: ArtifactHead): boolean {
	return !isDirectory && decodeAsarLead(bytes) !== undefined;
}

async function readAsar(artifact: ArtifactFile): Promise<OpenedPackage> {
	const {nodes, contents} = listOf(artifact);
	const ours = await summaryIn(nodes, contents);
	const own = ours ? nodes.filter(node => node !== ours.node).map(decoded) : nodes;
	const entries = entriesOf(own, contents, ours?.losses);
	const listed = entries.tree();
	const manifest = ours?.summary ?? (await manifestInTree(listed));
	const hasDigests = own.every(node => node.kind !== 'file' || node.sha256 !== '');
	const {tree, prefix, owners, carries} = placed(
		{tree: listed, manifest, asked: artifact.prefix, format: 'asar'},
		{
			owners: entries.owners,
			carries: {...asarCarries, ...(ours ? {} : ({modes: 'executable', owners: false} as const)), digests: hasDigests},
		},
	);
	const from = likelyPrefix(listed);
	const place = (path: InstallPath) => (tree === listed ? path : movedPath(path, from, prefix));
	const files = hasDigests && !artifact.withoutDigests ? digestsOf(own, place) : undefined;
	return {
		format: 'asar',
		carries,
		pkg: {
			metadata: metadataFrom(manifest),
			prefix,
			arch: manifest?.arch ?? '',
			tree,
			manifest,
			epoch: manifest?.epoch ?? 0,
		},
		declared: {...nothingDeclared, owners, digests: files && {algorithm: 'sha256', files}},
	};
}

/** In bytes: that of a million files. A header is as long as its archive says, and is held in memory. */
const longestHeader = 512 * 1024 * 1024;

/** What the header lists, and where the contents lie. */
function listOf({file, head, size}: ArtifactFile): {readonly nodes: readonly AsarNode[]; readonly contents: Stretch} {
	const lead = decodeAsarLead(head.bytes);
	if (lead === undefined || lead.end > size) {
		throw asarBroken(`${file} has a header of ${lead?.end ?? 0} bytes, and ${size} bytes altogether`);
	}

	if (lead.end > longestHeader) {
		throw tooLarge(`its header has ${lead.end} bytes, and at most ${longestHeader} are read`);
	}

	const nodes: AsarNode[] = [];
	decodeAsarHeader(jsonIn({file, start: asarLead, length: lead.jsonLength, compression: 'none'}), node => {
		nodes.push(node);
		if (nodes.length > mostNodes) {
			throw tooLarge(`it lists more than ${mostNodes} files`);
		}
	});
	const contents: Stretch = {file, start: lead.end, length: size - lead.end, compression: 'none'};
	refuseOutside(nodes, contents);
	return {nodes, contents};
}

/** As ArchiveEntries. */
const mostNodes = 1_000_000;
/** What files may share of their bytes altogether, as equal ones do; as much as hard links. */
const largestShared = 8 * 2 ** 30;

function jsonIn(stretch: Stretch): Uint8Array {
	const source = openStretch(stretch);
	try {
		const bytes = Buffer.alloc(stretch.length);
		let length = 0;
		for (let count = -1; count !== 0 && length < bytes.length; length += count) {
			count = source.read(length, bytes.subarray(length));
		}

		return bytes.subarray(0, length);
	} finally {
		source.close();
	}
}

function refuseOutside(nodes: readonly AsarNode[], {length}: Stretch): void {
	let sum = 0;
	for (const node of nodes) {
		if (node.kind === 'file') {
			sum += node.size;
			if (node.offset + node.size > length) {
				throw asarBroken(`${JSON.stringify(node.path)} ends behind the end of the archive`);
			}
		}
	}

	if (sum > length + largestShared) {
		throw tooLarge(`its files share bytes, and stand for ${sum} of them`);
	}
}

interface OwnSummary {
	readonly node: AsarNode;
	readonly summary: ManifestSummary | undefined;
	readonly losses: AsarLosses;
}

/** In bytes: it names every distribution and every unusual mode. */
const largestSummary = 64 * 1024 * 1024;

/** What venvpack put before all other contents; undefined where it did not make the archive. */
async function summaryIn(nodes: readonly AsarNode[], contents: Stretch): Promise<OwnSummary | undefined> {
	const node = nodes.find(
		each => each.kind === 'file' && each.offset === 0 && /(?:^|\/)venvpack-summary\.json$/.test(each.path),
	);
	if (node?.kind !== 'file') {
		return undefined;
	}

	const content = {kind: 'packed', stretch: contents, offset: 0, size: node.size} as const;
	const bytes = await readWhole(
		{kind: 'file', path: `/${node.path}` as InstallPath, mode: 0o644, content},
		largestSummary,
	);
	return {node, summary: summaryFrom(bytes), losses: decodeAsarLosses(bytes)};
}

function decoded(node: AsarNode): AsarNode {
	const path = decodeAsarPath(node.path);
	return node.kind === 'link' ? {...node, path, target: decodeAsarPath(node.target)} : {...node, path};
}

function digestsOf(nodes: readonly AsarNode[], place: (path: InstallPath) => InstallPath): Map<InstallPath, string> {
	const digests = new Map<InstallPath, string>();
	for (const node of nodes) {
		if (node.kind === 'file') {
			digests.set(place(`/${node.path}` as InstallPath), node.sha256);
		}
	}

	return digests;
}

function tooLarge(what: string): ArtifactError {
	return new ArtifactError(what, {
		code: 'ARTIFACT_TOO_LARGE',
		format: 'asar',
		reading: true,
		hint: 'it is made to do harm, or far from what venvpack is for',
	});
}
