import {ArtifactError} from '../model/errors.ts';
import type {SettingRule} from '../model/settings.ts';

/** A value of the configuration, and how a message names it. */
export interface RuledText {
	readonly text: string;
	/** Its name, where it stands in a table. */
	readonly name?: string;
	/** What a message begins with, such as `"libpq" in deb.depends`. */
	readonly subject: string;
	/** Such as `deb`. */
	readonly format: string;
}

/**
 * Holds a value to the rule of its setting once more where a format uses it: not every value comes out of a configuration
 * that was checked. Throws an ArtifactError with the code of the rule.
 */
export function holdToRule(rule: SettingRule | undefined, {text, name = '', subject, format}: RuledText): void {
	if (rule && !rule.fits(text, name)) {
		throw new ArtifactError(`${subject}, ${rule.what}`, {...rule, format});
	}
}
