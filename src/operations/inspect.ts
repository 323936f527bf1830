import {statSync} from 'node:fs';
import {summaryOf} from '../check/summary.ts';
import {decodeLibraryTable} from '../codecs/library-table.ts';
import {sha256Of} from '../host/digest.ts';
import {libraryLines} from '../host/library-data.ts';
import type {LibraryTable} from '../model/library-table.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {ListedEntry, Summary, SummaryArtifact} from '../model/summary.ts';
import type {Survey} from '../model/survey.ts';
import type {Target} from '../model/target.ts';
import {targets} from '../model/targets.ts';
import {sizeOf} from '../model/tree.ts';
import {isAddress} from './address.ts';
import type {Context} from './context.ts';
import {type ArtifactRequest, type OpenedArtifact, openArtifact} from './open.ts';
import {isIndexOnly, surveyAtHand} from './survey.ts';

/** Whose libraries count where nothing tells of a distribution. */
const usualTarget = 'debian-12';

/** What was found in an artifact, and all that it lists. */
export interface Inspection {
	readonly summary: Summary;
	/** Its files, folders and links, in the order of their paths. */
	entries(): Iterable<ListedEntry>;
}

/**
 * Says what is inside an artifact of any format, whoever made it, and what it needs. Nothing of it is run; files are read
 * once, and only those that tell.
 * Throws what `openArtifact` throws.
 */
export async function inspect(request: ArtifactRequest, context: Context): Promise<Inspection> {
	const opened = await openArtifact({...request, withoutDigests: true, partly: true}, context);
	try {
		const survey = await surveyAtHand(opened, {overview: true});
		const artifact = await artifactOf(opened, request.artifact);
		const summary = summaryOf(opened, survey, {artifact, table: await tableFor(opened, survey)});
		return {summary: artifact.indexOnly ? withNeeds(summary, opened) : summary, entries: () => listed(opened)};
	} finally {
		opened.close();
	}
}

/** The index does not tell what ELF files ask for; the manifest has it of all of them together. */
function withNeeds(summary: Summary, {pkg}: OpenedPackage): Summary {
	const {glibc = '', libraries = []} = pkg.manifest?.needs ?? {};
	const none = {neededBy: [], versions: [], packages: [], declared: [], hidden: []};
	return {...summary, glibc, libraries: libraries.map(soname => ({soname, ...none}))};
}

/**
 * A deb does not say which distribution it was made for; its interpreter tells, as the default of one. Holds the libraries
 * that the tree needs, and no others.
 */
async function tableFor({format}: OpenedPackage, {venv, elf}: Survey): Promise<LibraryTable | undefined> {
	if (format !== 'deb') {
		return undefined;
	}

	const isDefault = ({packager, pythons: [first = '']}: Target) =>
		packager === 'dpkg' && venv !== undefined && venv.minor !== '' && first.startsWith(`${venv.minor}.`);
	const needed = new Set(elf.flatMap(file => file.needed));
	const bytes = await libraryLines((targets.find(isDefault) ?? {id: usualTarget}).id, needed);
	return bytes && decodeLibraryTable(bytes);
}

function* listed({pkg, declared}: OpenedPackage): Generator<ListedEntry> {
	for (const entry of pkg.tree.entries) {
		yield {
			path: entry.path,
			kind: entry.kind,
			mode: entry.kind === 'link' ? 0o777 : entry.mode,
			size: entry.kind === 'file' ? sizeOf(entry.content) : 0,
			target: entry.kind === 'link' ? entry.target : '',
			...(declared.owners.get(entry.path) ?? {user: 'root', group: 'root'}),
		};
	}
}

async function artifactOf(opened: OpenedArtifact, asked: string): Promise<SummaryArtifact> {
	const {file, format, size, isPartial} = opened;
	const hasDigest = !isPartial && !statSync(file).isDirectory();
	return {
		file: isAddress(asked) ? asked : file,
		...{format, size, sha256: hasDigest ? await sha256Of(file) : ''},
		...(isIndexOnly(opened) ? {indexOnly: true} : {}),
	};
}
