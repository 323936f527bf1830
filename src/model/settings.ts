/** One key of a configuration section, as data: the checks, the JSON schema, `init` and the docs are made of it. */
export interface Setting {
	/** `script`: the configuration names a file, whose text is the value. */
	readonly type: 'string' | 'integer' | 'boolean' | 'strings' | 'script';
	readonly description: string;
	readonly default: string | number | boolean | readonly string[];
	/** Where only these are allowed. */
	readonly oneOf?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
}

/** A table of the configuration that a format brings along, such as `[deb]`. */
export type Settings = Readonly<Record<string, Setting>>;

/** The values of such a table, complete. */
export type SettingValues = Readonly<Record<string, string | number | boolean | readonly string[]>>;
