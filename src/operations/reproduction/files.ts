import {checkInstallPath, checkMode, checkOwnerName} from '../../config/install-places.ts';
import type {Place} from '../../config/place.ts';
import type {PlannedFile} from '../../model/planned-file.ts';
import type {Recipe} from '../../model/recipe.ts';

/**
 * The files of a recipe, held to the rules of a configuration: whoever made the artifact may mean harm. That a source lies
 * inside the project is seen where it is taken. Throws a ConfigError (FILE_*).
 */
export function plannedFiles({files = []}: Recipe): PlannedFile[] {
	return files.map((file, at) => {
		const place = (key: string): Place => ({
			origin: 'recipe',
			named: `the recipe: files[${at}].${key}`,
			file: undefined,
			key: `files[${at}].${key}`,
		});
		const path = checkInstallPath(file.path, place('path'), file.role === 'ghost');
		checkOwnerName(file.user, place('user'));
		checkOwnerName(file.group, place('group'));
		if (file.kind !== 'link') {
			checkMode(file.mode.toString(8).padStart(4, '0'), file.kind, place('mode'));
		}

		return {...file, path};
	});
}
