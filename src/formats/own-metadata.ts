import type {Metadata} from '../model/metadata.ts';
import type {Setting, Settings, SettingValues} from '../model/settings.ts';

type Overridable = NonNullable<Setting['insteadOf']>;

const words: Readonly<Record<Overridable, string>> = {
	name: 'The name of this package',
	release: 'The release of this package',
	summary: 'The summary of this package',
	description: 'The description of this package',
	license: 'The licence that this package states',
	maintainer: 'The maintainer of this package',
};

/** Keys of a format's own table that stand in for those outside of it. */
export const ownMetadataSettings: Settings = Object.fromEntries(
	Object.entries(words).map(([key, what]): [string, Setting] => [
		key,
		{
			type: 'string',
			description: `${what}, where it is to be another. Default: the ${key} of all formats.`,
			default: '',
			insteadOf: key as Overridable,
		},
	]),
);

/** The metadata of a package as one format has it. */
export function withOwnMetadata(metadata: Metadata, settings: SettingValues): Metadata {
	const own = Object.keys(words).map(key => [key, settings[key]] as const);
	return {...metadata, ...Object.fromEntries(own.filter(([, value]) => typeof value === 'string' && value !== ''))};
}
