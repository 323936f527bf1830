import type {Carries} from '../../model/carries.ts';
import type {FileAspect, FileChange} from '../../model/comparison.ts';
import {compareBytes, type InstallPath, isWithin, parentOf} from '../../model/paths.ts';
import {type Entry, sizeOf} from '../../model/tree.ts';
import {followingIn} from './following.ts';
import {isSameFormat, type Pair, type Surveyed} from './surveyed.ts';

export interface ChangedFiles {
	/** By path. */
	readonly files: readonly FileChange[];
	/** How many more differ because of these. */
	readonly following: number;
}

/** What both formats carry. */
type Common = Pick<Carries, 'modes' | 'links' | 'emptyFolders' | 'owners' | 'outsidePrefix'>;

/** A path as both sides have it: below different prefixes, the same relative path is the same file. */
type Key = string;

/**
 * Which files came, went, were renamed or changed, as far as both formats carry it. `otherwise`: something else than a file
 * differs as well.
 */
export function changedFiles(pair: Pair, otherwise: boolean): ChangedFiles {
	const common = commonOf(pair);
	const [before, after] = [placesOf(pair.a, pair, common), placesOf(pair.b, pair, common)];
	const changes: FileChange[] = [];
	const removed: Entry[] = [];
	for (const [key, from] of before) {
		const to = after.get(key);
		if (!to) {
			removed.push(from);
		} else if (common.links || (from.kind !== 'link' && to.kind !== 'link')) {
			const aspects = aspectsOf(from, to, {pair, common});
			if (aspects.length > 0) {
				changes.push({kind: 'changed', path: to.path, from: undefined, aspects, sizes: [sizeIn(from), sizeIn(to)]});
			}
		}
	}

	const added = [...after].flatMap(([key, entry]) => (before.has(key) ? [] : [entry]));
	const moved = withRenames(listed(removed, pair.a, common), listed(added, pair.b, common), pair);
	const all = [...changes, ...moved];
	const following = followingIn(all, pair, otherwise);
	const files = all.filter(change => !following.has(change));
	return {files: files.sort((one, other) => compareBytes(one.path, other.path)), following: following.size};
}

function commonOf({a, b}: Pair): Common {
	const strengths = ['none', 'executable', 'all'] as const;
	const strength = Math.min(strengths.indexOf(a.carries.modes), strengths.indexOf(b.carries.modes));
	return {
		modes: strengths[strength] ?? 'none',
		links: a.carries.links && b.carries.links,
		emptyFolders: a.carries.emptyFolders && b.carries.emptyFolders,
		owners: a.carries.owners && b.carries.owners,
		outsidePrefix: a.carries.outsidePrefix && b.carries.outsidePrefix,
	};
}

/** What one format carries and the other does not, in words: it is not compared. */
export function uncomparedIn(pair: Pair): string[] {
	const {a, b} = pair;
	const words = {links: 'links', emptyFolders: 'empty folders', owners: 'owners'} as const;
	const lost = Object.entries(words).filter(([key]) => {
		const trait = key as keyof typeof words;
		return a.carries[trait] !== b.carries[trait];
	});
	return [...(a.carries.modes === b.carries.modes ? [] : ['modes']), ...lost.map(([, word]) => word)];
}

function placesOf(side: Surveyed, pair: Pair, {outsidePrefix}: Common): Map<Key, Entry> {
	const {pkg} = side;
	const {a, b} = pair;
	const isShared = isSameFormat(pair) ? () => true : sharedWith(side);
	const isMoved = a.pkg.prefix !== b.pkg.prefix && a.pkg.prefix !== '/' && b.pkg.prefix !== '/';
	const places = new Map<Key, Entry>();
	for (const entry of pkg.tree.entries) {
		const isInside = isWithin(entry.path, pkg.prefix);
		if (isInside && isMoved) {
			places.set(`.${entry.path.slice(pkg.prefix.length)}`, entry);
		} else if (isInside || (outsidePrefix && !isWithin(pkg.prefix, entry.path) && isShared(entry))) {
			places.set(entry.path, entry);
		}
	}

	return places;
}

/**
 * What every format holds of a package outside of its prefix. A manifest knows each file of those; beside them a format has
 * documentation of its own, and the folders for it.
 */
function sharedWith({survey}: Surveyed): (entry: Entry) => boolean {
	const {manifest} = survey;
	return ({kind, path}) => manifest === undefined || (kind === 'file' ? path in manifest.files : kind === 'link');
}

function sizeIn(entry: Entry): number | undefined {
	return entry.kind === 'file' ? sizeOf(entry.content) : undefined;
}

interface Comparing {
	readonly pair: Pair;
	readonly common: Common;
}

function aspectsOf(from: Entry, to: Entry, {pair, common}: Comparing): FileAspect[] {
	const aspects: FileAspect[] = [];
	const differ = (what: FileAspect['what'], one: string, other: string) => {
		if (one !== other) {
			aspects.push({what, from: one, to: other});
		}
	};
	differ('kind', from.kind, to.kind);
	if (from.kind === 'link' && to.kind === 'link') {
		differ('target', from.target, to.target);
	} else if (from.kind === 'file' && to.kind === 'file') {
		differ('content', digestOf(pair.a, from.path), digestOf(pair.b, to.path));
	}

	if (from.kind !== 'link' && to.kind !== 'link' && from.kind === to.kind) {
		differ('mode', modeText(from, common), modeText(to, common));
	}

	if (common.owners) {
		differ('owner', ownerText(from.path, pair.a), ownerText(to.path, pair.b));
	}

	return aspects;
}

function digestOf({survey}: Surveyed, path: InstallPath): string {
	return survey.digestOf(path) ?? '';
}

function modeText(entry: Exclude<Entry, {kind: 'link'}>, {modes}: Common): string {
	if (modes === 'all') {
		return entry.mode.toString(8).padStart(4, '0');
	}

	return modes === 'none' || entry.kind === 'directory' ? '' : entry.mode & 0o111 ? 'executable' : 'not executable';
}

function ownerText(path: InstallPath, {declared}: Surveyed): string {
	const {user, group} = declared.owners.get(path) ?? {user: 'root', group: 'root'};
	return `${user}:${group}`;
}

/** Folders come and go with what is in them: only an empty one is worth a line. */
function listed(entries: readonly Entry[], {pkg}: Surveyed, common: Common): Entry[] {
	const hasFolders = common.emptyFolders && entries.some(({kind}) => kind === 'directory');
	const full = new Set(hasFolders ? pkg.tree.entries.map(({path}) => parentOf(path)) : []);
	return entries.filter(({kind, path}) => {
		switch (kind) {
			case 'directory':
				return common.emptyFolders && !full.has(path);
			case 'link':
				return common.links;
			default:
				return true;
		}
	});
}

function withRenames(removed: readonly Entry[], added: readonly Entry[], pair: Pair): FileChange[] {
	const gone = new Map<string, Entry[]>();
	for (const entry of removed) {
		const content = contentOf(entry, pair.a);
		if (content !== undefined) {
			const alike = gone.get(content) ?? [];
			alike.push(entry);
			gone.set(content, alike);
		}
	}

	const taken = new Set<Entry>();
	const come = added.map((entry): FileChange => {
		const before = gone.get(contentOf(entry, pair.b) ?? '')?.shift();
		if (before) {
			taken.add(before);
			const sizes = [sizeIn(before), sizeIn(entry)] as const;
			return {kind: 'renamed', path: entry.path, from: before.path, aspects: [], sizes};
		}

		return {kind: 'added', path: entry.path, from: undefined, aspects: [], sizes: [undefined, sizeIn(entry)]};
	});
	const left = removed
		.filter(entry => !taken.has(entry))
		.map(
			(entry): FileChange => ({
				...({kind: 'removed', path: entry.path, from: undefined, aspects: []} as const),
				sizes: [sizeIn(entry), undefined],
			}),
		);
	return [...come, ...left];
}

/** By which a renamed file is known. Empty files are all alike. */
function contentOf(entry: Entry, side: Surveyed): string | undefined {
	return entry.kind === 'file' && sizeOf(entry.content) > 0 ? digestOf(side, entry.path) : undefined;
}
