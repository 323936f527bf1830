import type {Settings, SettingValues} from '../model/settings.ts';
import type {ConfigFile} from './document.ts';
import type {Sections} from './schema.ts';

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
	const given = tableOf(file?.document[name]);
	const values = Object.entries(settings).map(([key, setting]) => [key, given[key] ?? setting.default] as const);
	const origins = Object.keys(settings).map(key => {
		const place = key in given ? file?.placeOf(`${name}.${key}`) : undefined;
		return [key, place?.origin ?? 'default'] as const;
	});
	return {values: Object.fromEntries(values), origins: Object.fromEntries(origins)};
}

/** The schema has checked that a table holds nothing else. */
function tableOf(table: unknown): SettingValues {
	return (table ?? {}) as SettingValues;
}
