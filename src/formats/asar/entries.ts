import type {AsarNode} from '../../codecs/asar-header.ts';
import type {AsarLosses} from '../../codecs/asar-summary.ts';
import {type InstallPath, parentOf, relativeTarget} from '../../model/paths.ts';
import type {Entry, Stretch} from '../../model/tree.ts';
import {ArchiveEntries} from '../archive-entries.ts';

const nothingLost: AsarLosses = {modes: new Map(), owners: new Map(), links: new Map()};

/**
 * The entries that an archive lists, with paths from its top, and what it lost given back.
 * Throws an ArtifactError, as `ArchiveEntries` does; ARTIFACT_PATH_ESCAPES for a link that leads out of the archive.
 */
export function entriesOf(
	nodes: readonly AsarNode[],
	contents: Stretch,
	{modes, owners, links}: AsarLosses = nothingLost,
): ArchiveEntries {
	const entries = new ArchiveEntries('asar');
	const linked = new Set<string>();
	for (const node of nodes) {
		const path = entries.place(node.path);
		const entry = entryOf(node, path, {contents, entries, mode: modes.get(node.path), target: links.get(node.path)});
		entries.add(entry, owners.get(node.path));
		if (node.kind === 'link') {
			linked.add(node.path);
		}
	}

	for (const [name, target] of links) {
		if (!linked.has(name)) {
			entries.add({kind: 'link', path: entries.place(name), target}, owners.get(name));
		}
	}

	return entries;
}

interface Given {
	readonly contents: Stretch;
	readonly entries: ArchiveEntries;
	readonly mode: number | undefined;
	readonly target: string | undefined;
}

function entryOf(node: AsarNode, path: InstallPath, {contents, entries, mode, target}: Given): Entry {
	switch (node.kind) {
		case 'directory':
			return {kind: 'directory', path, mode: mode ?? 0o755};
		case 'link':
			return {kind: 'link', path, target: target ?? relativeTarget(parentOf(path), entries.place(node.target))};
		case 'file': {
			const {offset, size, executable} = node;
			const content = {kind: 'packed', stretch: contents, offset, size} as const;
			return {kind: 'file', path, mode: mode ?? (executable ? 0o755 : 0o644), content};
		}
	}
}
