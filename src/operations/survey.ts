import {Surveyor, type SurveyOptions} from '../check/survey.ts';
import {readContents} from '../host/contents.ts';
import type {OpenedPackage} from '../model/package.ts';
import type {Survey} from '../model/survey.ts';
import type {FileEntry, Tree} from '../model/tree.ts';

/**
 * Reads a tree once and says what it holds. As an overview, only the files that tell.
 * Throws an ArtifactError where its bytes cannot be had.
 */
export async function surveyOf(opened: Pick<OpenedPackage, 'pkg'>, options: SurveyOptions = {}): Promise<Survey> {
	const surveyor = new Surveyor(opened, options);
	await feed(surveyor, filesOf(opened.pkg.tree));
	return completeSurvey(surveyor);
}

/** Ends a survey whose files were all read, with further readings of those of which it needs more. */
export async function completeSurvey(surveyor: Surveyor): Promise<Survey> {
	for (let files = surveyor.unfinished(); files.length > 0; files = surveyor.unfinished()) {
		await feed(surveyor, files);
	}

	return surveyor.finish();
}

async function feed(surveyor: Surveyor, files: Iterable<FileEntry>): Promise<void> {
	await readContents(files, entry => {
		const file = surveyor.open(entry);
		return file && {push: chunk => file.push(chunk), close: () => void file.close('')};
	});
}

function* filesOf(tree: Tree): Generator<FileEntry> {
	for (const entry of tree.entries) {
		if (entry.kind === 'file') {
			yield entry;
		}
	}
}
