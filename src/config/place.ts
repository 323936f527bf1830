import {withoutCredentials} from '../host/run.ts';
import {ConfigError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

/** Where a value stands, for errors and for the origins of a plan. */
export interface Place {
	/** Short: `--prefix`, `venvpack.toml`, `[tool.venvpack]`, `default`. */
	readonly origin: string;
	/** As a message names it: `--prefix`, or file and key. */
	readonly named: string;
	readonly file: HostPath | undefined;
	readonly key: string | undefined;
}

export interface Complaint {
	readonly code: string;
	/** What is allowed, or what to do. */
	readonly hint: string;
	readonly cause?: unknown;
}

/** A refusal of the value that stands at `place`. `what` goes on from its name: `--prefix` + ` is relative`. */
export function refusal(place: Place, what: string, complaint: Complaint): ConfigError {
	return new ConfigError(`${place.named} ${what}`, {
		...complaint,
		file: place.file,
		key: place.key,
	});
}

/** The place of a flag's value. */
export function flagPlace(flag: string): Place {
	return {origin: flag, named: flag, file: undefined, key: undefined};
}

/** A value as a message shows it: quoted, control characters escaped, without credentials, not endless. */
export function shown(value: unknown): string {
	const text = withoutCredentials(
		value instanceof Date ? value.toISOString() : (JSON.stringify(value) ?? String(value)),
	);
	return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Neither the configuration nor a single wheel says how the package is called. */
export function missing(key: string): never {
	const upper = key.toUpperCase();
	throw new ConfigError(`no ${key} is given, and no single project that it could come from`, {
		code: `${upper}_MISSING`,
		key,
		hint: `add --${key} ${upper}, or the key ${key} in the configuration`,
	});
}
