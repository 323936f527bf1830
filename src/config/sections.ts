import {type Setting, type Settings, type SettingValue, type SettingValues, tableOf} from '../model/settings.ts';
import type {ConfigFile} from './document.ts';
import {flagPlace, type Place} from './place.ts';
import type {Sections} from './schema.ts';
import {checkScript, scriptText} from './scripts.ts';
import {checkSetting} from './setting-checks.ts';

/** A format's table, complete, and where each value came from. */
export interface Section {
	readonly values: SettingValues;
	readonly origins: Readonly<Record<string, string>>;
}

/** Every format's table with its defaults filled in. */
export function completeSections(sections: Sections, file: ConfigFile | undefined): Readonly<Record<string, Section>> {
	return Object.fromEntries(
		Object.entries(sections).map(([name, settings]) => [name, completeSection(name, settings, file)]),
	);
}

function completeSection(name: string, settings: Settings, file: ConfigFile | undefined): Section {
	const given = valuesOf(file?.document[name]);
	const values = Object.entries(settings).map(([key, setting]) => {
		const said = given[key];
		const placeOf = (item: string) => file?.placeOf(`${name}.${key}${item}`) ?? flagPlace(`${name}.${key}${item}`);
		return [key, said === undefined ? setting.default : completeValue(setting, said, placeOf)] as const;
	});
	const origins = Object.keys(settings).map(key => {
		const place = key in given ? file?.placeOf(`${name}.${key}`) : undefined;
		return [key, place?.origin ?? 'default'] as const;
	});
	return {values: Object.fromEntries(values), origins: Object.fromEntries(origins)};
}

type Placing = (item: string) => Place;

function completeValue(setting: Setting, said: SettingValue, placeOf: Placing): SettingValue {
	if (setting.type === 'script' && typeof said === 'string') {
		return scriptText(said, placeOf(''));
	}

	const checked = checkSetting(setting, said, placeOf);
	return setting.type === 'scripts'
		? Object.fromEntries(tableOf(checked).map(([item, path]) => [item, scriptText(path, placeOf(`.${item}`))]))
		: checked;
}

/** Throws what `checkScript` throws for a script of one of the tables. */
export async function checkScripts(
	sections: Sections,
	{complete, file}: {complete: Readonly<Record<string, Section>>; file: ConfigFile | undefined},
): Promise<void> {
	for (const [name, settings] of Object.entries(sections)) {
		for (const [key, setting] of Object.entries(settings)) {
			for (const [item, text] of scriptsOf(setting, complete[name]?.values[key])) {
				if (file !== undefined) {
					await checkScript(text, file.placeOf(`${name}.${key}${item}`));
				}
			}
		}
	}
}

/** Each script of a setting, with what names it there. */
function scriptsOf({type}: Setting, value: SettingValue | undefined): ReadonlyArray<readonly [string, string]> {
	if (type === 'script') {
		return typeof value === 'string' && value !== '' ? [['', value]] : [];
	}

	return type === 'scripts' ? tableOf(value).map(([item, text]) => [`.${item}`, text] as const) : [];
}

/** The schema has checked that a table holds nothing else. */
function valuesOf(table: unknown): SettingValues {
	return (table ?? {}) as SettingValues;
}
