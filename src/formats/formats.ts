import {ArtifactError} from '../model/errors.ts';
import {asar} from './asar/index.ts';
import {deb} from './deb/index.ts';
import {directory} from './directory.ts';
import type {Format} from './format.ts';
import {rpm} from './rpm/index.ts';
import {tarGz, tarXz, tarZst} from './tar.ts';
import {zip} from './zip.ts';

/** Every format that `--format` takes. */
export const formats: readonly Format[] = [deb, rpm, tarGz, tarXz, tarZst, zip, asar, directory];

/** The format of that name, such as `deb`. Throws an ArtifactError (FORMAT_UNKNOWN) that names those there are. */
export function formatNamed(name: string): Format {
	const format = formats.find(each => each.name === name);
	if (!format) {
		throw new ArtifactError(`there is no format ${JSON.stringify(name)}`, {
			code: 'FORMAT_UNKNOWN',
			hint: `choose from ${formats.map(each => each.name).join(', ')}`,
			format: name,
		});
	}

	return format;
}
