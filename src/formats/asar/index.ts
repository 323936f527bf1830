import {largestAsarFile} from '../../codecs/asar-header.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {NewPackage} from '../../model/package.ts';
import {sizeOf} from '../../model/tree.ts';
import {memberName, omittedOutside} from '../archive-place.ts';
import {artifactStem} from '../file-name.ts';
import type {Format} from '../format.ts';
import {openAsar, summaryPath} from './write.ts';

/**
 * A release index: a header that lists every file with its place and its sha256, then their bytes, so that one request tells
 * what is in an archive on a server, and one more fetches any file of it. Nothing is compressed. Paths are those of a
 * tarball. What asar has no words for (modes, owners, the texts of links) stands in the first file, `venvpack-summary.json`.
 */
export const asar: Format = {
	name: 'asar',
	packager: undefined,
	settings: {},
	compressions: () => [{method: 'none', level: 0}],
	omits: pkg => omittedOutside(pkg, 'an archive'),
	fileName: pkg => `${artifactStem(pkg)}.asar`,
	check: checkAsar,
	open: (pkg, {file}) => openAsar(pkg, file),
};

function checkAsar(pkg: NewPackage): void {
	const summary = summaryPath(pkg);
	for (const entry of pkg.tree.entries) {
		if (entry.path === summary) {
			throw new ArtifactError(
				`${summary} is in the tree, and is where an asar archive has the summary of its manifest`,
				{
					code: 'ASAR_SUMMARY_TAKEN',
					hint: 'rename that file',
					format: 'asar',
				},
			);
		}

		const size = entry.kind === 'file' && memberName(entry, pkg) !== undefined ? sizeOf(entry.content) : 0;
		if (size > largestAsarFile) {
			throw new ArtifactError(`${entry.path} has ${size} bytes, and asar holds files of at most ${largestAsarFile}`, {
				code: 'ASAR_FILE_TOO_LARGE',
				hint: 'choose another format, such as tar.zst',
				format: 'asar',
			});
		}
	}
}
