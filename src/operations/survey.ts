import {createHash} from 'node:crypto';
import {indexSurveyOf, wantedBeside} from '../check/index-survey.ts';
import {type SurveyOptions, Surveyor} from '../check/survey.ts';
import {readContents, readSome} from '../host/contents.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {Survey} from '../model/survey.ts';
import type {FileEntry, Tree} from '../model/tree.ts';
import type {OpenedArtifact} from './open.ts';

/**
 * Reads a tree once and says what it holds, with the digest of every file; as an overview, only the files that tell, and
 * without digests.
 * Throws an ArtifactError where its bytes cannot be had.
 */
export async function surveyOf(opened: Pick<OpenedPackage, 'pkg'>, options: SurveyOptions = {}): Promise<Survey> {
	const surveyor = new Surveyor(opened, options);
	await feed(surveyor, wantedOf(opened.pkg.tree, surveyor), options.overview ? undefined : 'sha256');
	return completeSurvey(surveyor);
}

/**
 * The same of an artifact of which only the index is here: read are no more than the files that tell of services. One that
 * venvpack did not make has no manifest, and comes as a whole.
 */
export async function surveyAtHand(opened: OpenedArtifact, options: SurveyOptions = {}): Promise<Survey> {
	const {manifest, tree} = opened.pkg;
	return isIndexOnly(opened) && manifest !== undefined
		? indexSurveyOf(opened, manifest, await readSome(wantedBeside(tree), Number.POSITIVE_INFINITY))
		: surveyOf(opened, options);
}

/** Whether `surveyAtHand` tells no more than the index. */
export function isIndexOnly({isPartial, pkg, carries}: OpenedArtifact): boolean {
	return isPartial && pkg.manifest !== undefined && carries.digests;
}

/** Ends a survey whose files were all read, with further readings of those of which it needs more. */
export async function completeSurvey(surveyor: Surveyor): Promise<Survey> {
	for (let files = surveyor.unfinished(); files.length > 0; files = surveyor.unfinished()) {
		await feed(surveyor, files);
	}

	return surveyor.finish();
}

async function feed(surveyor: Surveyor, files: Iterable<FileEntry>, algorithm?: string): Promise<void> {
	await readContents(files, entry => {
		const file = surveyor.open(entry);
		const hash = file && algorithm ? createHash(algorithm) : undefined;
		return (
			file && {
				push: chunk => {
					hash?.update(chunk);
					file.push(chunk);
				},
				close: () => void file.close(hash?.digest('hex') ?? ''),
			}
		);
	});
}

function* wantedOf(tree: Tree, surveyor: Surveyor): Generator<FileEntry> {
	for (const entry of tree.entries) {
		if (entry.kind === 'file' && surveyor.wants(entry)) {
			yield entry;
		}
	}
}
