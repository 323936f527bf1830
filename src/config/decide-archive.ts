import {fileURLToPath} from 'node:url';
import {fileNameOf, publicUrl} from '../codecs/public-url.ts';
import type {PythonArchive, RecordedArchive} from '../model/python-archive.ts';
import type {Config} from './config.ts';
import {refusal} from './place.ts';

/**
 * The archive that brings the interpreter; undefined where one of this machine builds.
 * Throws a ConfigError: PYTHON_ARCHIVE_UNHASHED for an archive without its digest or a digest without one, BUNDLE_NEEDED where
 * nothing is carried, PYTHON_ARCHIVE_NOT_ALONE where another interpreter is named.
 */
export function pythonArchiveOf({values, places}: Pick<Config, 'values' | 'places'>): PythonArchive | undefined {
	const {'python-archive': archive, 'python-archive-sha256': sha256} = values;
	const [place, hashPlace] = [places['python-archive'], places['python-archive-sha256']];
	if (archive === undefined || sha256 === undefined || !place || !hashPlace) {
		const lone = place ?? hashPlace;
		if (lone) {
			throw refusal(lone, place ? 'is given without its sha256' : 'is given without an archive', {
				code: 'PYTHON_ARCHIVE_UNHASHED',
				hint: 'give both python-archive and python-archive-sha256; whoever publishes an archive publishes its sha256',
			});
		}

		return undefined;
	}

	if (!values['bundle-python']) {
		throw refusal(place, 'names an interpreter that comes along, and none does', {
			code: 'BUNDLE_NEEDED',
			hint: 'add bundle-python = true, or leave it out',
		});
	}

	const other = places.python ?? places.venv;
	if (other) {
		throw refusal(other, 'says which interpreter builds, and so does python-archive', {
			code: 'PYTHON_ARCHIVE_NOT_ALONE',
			hint: 'leave one of them out',
		});
	}

	const isFile = URL.canParse(archive) && new URL(archive).protocol === 'file:';
	return {place: isFile ? fileURLToPath(archive) : archive, sha256, promisedBy: hashPlace.named};
}

/** What an artifact tells of an archive. */
export function recordedArchive({place, sha256}: PythonArchive): RecordedArchive {
	const url = publicUrl(place);
	return {name: fileNameOf(place), sha256, ...(url === '' ? {} : {url})};
}
