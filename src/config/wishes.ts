import type {FormatWishes} from '../model/recipe.ts';
import type {SettingValues} from '../model/settings.ts';
import type {Config} from './config.ts';

/** What was asked of formats by a flag or a file, as far as it differs from what they have anyway. */
export function wishesOf({values, sections, formats}: Config): FormatWishes {
	const {compression, 'compression-level': level} = values;
	const settings = formats
		.map(({name, settings: known}) => [name, differing(sections[name]?.values ?? {}, known)] as const)
		.filter(([, own]) => Object.keys(own).length > 0);
	return {
		...(compression === undefined ? {} : {compression}),
		...(level === undefined ? {} : {level}),
		settings: Object.fromEntries(settings),
	};
}

function differing(values: SettingValues, known: Config['formats'][number]['settings']): SettingValues {
	return Object.fromEntries(
		Object.entries(values).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(known[key]?.default)),
	);
}
