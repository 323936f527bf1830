/** One key of a configuration section, as data: the checks, the JSON schema, `init` and the docs are made of it. */
export interface Setting {
	/**
	 * `script`: the configuration names a file, whose text is the value. `table`: names with a text each. `scripts`: names
	 * with a script each.
	 */
	readonly type: 'string' | 'integer' | 'boolean' | 'strings' | 'script' | 'table' | 'scripts';
	readonly description: string;
	readonly default: SettingValue;
	/** Where only these are allowed. */
	readonly oneOf?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
	/** What each of its texts has to be. */
	readonly rule?: SettingRule;
	/** The key of the configuration that it stands in for, whose rules hold for it. Empty: it stands in for nothing. */
	readonly insteadOf?: 'name' | 'release' | 'summary' | 'description' | 'license' | 'maintainer';
}

export interface SettingRule {
	/** Stable; docs/errors.md explains it. */
	readonly code: string;
	/** Goes on from the value: `which is no relation of a deb`. */
	readonly what: string;
	/** What would do. */
	readonly hint: string;
	/** `name`: of a table, what the text stands under; else empty. */
	fits(text: string, name: string): boolean;
}

export type SettingValue = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** A table of the configuration that a format brings along, such as `[deb]`. */
export type Settings = Readonly<Record<string, Setting>>;

/** The values of such a table, complete. */
export type SettingValues = Readonly<Record<string, SettingValue>>;

/** The texts of a setting of several; none for another. */
export function listOf(value: SettingValue | undefined): readonly string[] {
	return Array.isArray(value) ? value.map(String) : [];
}

/** The entries of a setting that is a table; none for another. */
export function tableOf(value: SettingValue | undefined): ReadonlyArray<readonly [name: string, text: string]> {
	return typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
}
