import {checkValues} from '../../config/check-values.ts';
import type {Key} from '../../config/keys.ts';
import type {Place} from '../../config/place.ts';
import {checkSetting} from '../../config/setting-checks.ts';
import {formats} from '../../formats/formats.ts';
import {ArtifactError} from '../../model/errors.ts';
import type {ManifestSummary} from '../../model/manifest.ts';
import type {Recipe, RecipeSource} from '../../model/recipe.ts';

/** What each text of a source may be: words that reach git, pip or a path of this machine. */
const shapes: Readonly<Record<'name' | 'sdist' | 'url' | 'commit' | 'subdirectory' | 'path', RegExp>> = {
	name: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
	sdist: /^[^/\p{Cc}-][^/\p{Cc}]*$/u,
	url: /^[A-Za-z0-9][^\s\p{Cc}]*$/u,
	commit: /^[0-9a-f]{7,64}$/i,
	subdirectory: /^(?![/-])(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}]+$/u,
	path: /^(?![/-])[^\p{Cc}]+$/u,
};

const distributionName = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;
const tool = /^[a-z0-9][a-z0-9._-]*==[A-Za-z0-9][\w.!+-]*$/;
const fileName = /^[^/\p{Cc}]*$/u;

/**
 * Refuses a recipe whose words would be more than words: a recipe comes from whoever made the artifact, and may be made
 * to do harm. That building runs what it names is another matter, and told to the user.
 * Throws an ArtifactError (RECIPE_INVALID), and the ConfigErrors of a configuration that says the same.
 */
export function checkTrust(manifest: ManifestSummary, recipe: Recipe): void {
	checkPackage(manifest);
	checkSettings(recipe);
	for (const {name, wheel} of manifest.distributions) {
		hold('a distribution', name, distributionName);
		hold('a wheel', wheel, fileName);
	}

	for (const source of recipe.sources) {
		checkSource(source);
	}

	const archive = recipe.interpreter?.archive;
	if (archive) {
		hold('the archive of the interpreter', archive.name, shapes.sdist);
		hold('its address', archive.url ?? 'none', shapes.url);
	}

	hold('the interpreter', recipe.python, /^3\.\d{1,2}\.\d{1,3}[a-z0-9+]*$/);
}

/** By the same rules as a configuration: these become names of files and folders. */
function checkPackage({name, version, release, arch, prefix, python}: ManifestSummary): void {
	const values = {name, version, release, arch, prefix, 'target-python': python.path};
	const place = (key: string): Place => ({origin: 'recipe', named: `the manifest: ${key}`, file: undefined, key});
	const places = Object.fromEntries(Object.keys(values).map(key => [key, place(key)])) as Record<Key, Place>;
	checkValues(values, {places, formats: [], file: undefined});
}

/** By the same rules as a configuration: a name becomes that of a file, a field a line of a control file. */
function checkSettings({wishes}: Recipe): void {
	for (const {name, settings} of formats) {
		for (const [key, value] of Object.entries(wishes.settings[name] ?? {})) {
			const setting = settings[key];
			if (setting) {
				const full = `${name}.${key}`;
				checkSetting(setting, value, item => ({
					origin: 'recipe',
					named: `the recipe: ${full}${item}`,
					file: undefined,
					key: `${full}${item}`,
				}));
			}
		}
	}
}

function checkSource(source: RecipeSource): void {
	for (const [key, shape] of Object.entries(shapes)) {
		const text = source[key as keyof typeof shapes];
		if (text !== undefined) {
			hold(`${key} of a source`, text, shape);
		}
	}

	for (const text of source.tools ?? []) {
		hold('a build tool', text, tool);
	}
}

function hold(what: string, text: string, shape: RegExp): void {
	if (!shape.test(text)) {
		throw new ArtifactError(`the recipe cannot be followed: ${what} is ${JSON.stringify(text)}`, {
			code: 'RECIPE_INVALID',
			format: 'manifest',
			reading: true,
			hint: 'the artifact is damaged, or made to do harm: ask whoever made it',
		});
	}
}
