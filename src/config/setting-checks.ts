import type {Setting, SettingValue} from '../model/settings.ts';
import {tableOf} from '../model/settings.ts';
import {type Place, refusal, shown} from './place.ts';
import {checkText} from './text-checks.ts';

/**
 * Holds a value of a format's own table to what its setting says of it, and returns it as it is to be used. `placeOf`
 * names the value itself, or an item of it, such as `[1]` or `.Bugs`.
 * Throws a ConfigError: the code of the setting's rule, or those of the key that it stands in for.
 */
export function checkSetting(setting: Setting, value: SettingValue, placeOf: (item: string) => Place): SettingValue {
	const {insteadOf, rule} = setting;
	if (insteadOf !== undefined) {
		return typeof value === 'string' && value !== '' ? checkText(insteadOf, value, placeOf('')) : value;
	}

	for (const [item, name, text] of rule ? textsOf(value) : []) {
		if (rule && !rule.fits(text, name)) {
			throw refusal(placeOf(item), `is ${shown(text)}, ${rule.what}`, rule);
		}
	}

	return value;
}

/** Each text of a value, with what names it there. */
function textsOf(value: SettingValue): ReadonlyArray<readonly [item: string, name: string, text: string]> {
	if (typeof value === 'string') {
		return [['', '', value]];
	}

	return Array.isArray(value)
		? value.map((text: string, at) => [`[${at}]`, '', text] as const)
		: tableOf(value).map(([name, text]) => [`.${name}`, name, text] as const);
}
