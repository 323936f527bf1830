import type * as v from 'valibot';

/**
 * A table of the configuration that belongs to no format, such as `[[files]]`: the checks, the JSON schema, `init` and the
 * docs are made of it.
 */
export interface Table<Value = unknown> {
	/** Of one such table; strict: an unknown key is an issue. */
	readonly schema: v.GenericSchema<unknown, Value>;
	/** Whether it may stand several times, as `[[files]]` may. */
	readonly many: boolean;
	/** One line. */
	readonly description: string;
	/** Lines of TOML that would do. */
	readonly example: readonly string[];
}
