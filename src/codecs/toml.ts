import {parse, TomlError} from 'smol-toml';
import {ConfigError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

/** A TOML table: keys in the order of the file. */
export type TomlTable = Readonly<Record<string, unknown>>;

/**
 * Parses a TOML 1.0 document. `file` is only for the error.
 * Throws a ConfigError (TOML_SYNTAX) with line, column and the line itself for anything else than TOML.
 */
export function parseToml(text: string, file: HostPath): TomlTable {
	try {
		// A byte order mark is no part of TOML, but editors write it.
		return parse(text.replace(/^\uFEFF/, ''));
	} catch (error) {
		if (!(error instanceof TomlError)) {
			throw error;
		}

		throw new ConfigError(`${file}, line ${error.line}, column ${error.column}: ${reason(error)}`, {
			code: 'TOML_SYNTAX',
			file,
			hint: `${reason(error) === 'invalid value' ? 'mend this line (strings stand in quotes)' : 'mend this line'}: ${lineOf(text, error.line)}`,
			cause: error,
		});
	}
}

/** Whether a value of a TOML document is a table: not an array, not a date. */
export function isTable(value: unknown): value is TomlTable {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Writes a string as a TOML basic string, quotes included. */
export function tomlString(text: string): string {
	return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

function reason(error: TomlError): string {
	const first = error.message.split('\n')[0] ?? error.message;
	return first.replace(/^Invalid TOML document: /, '');
}

function lineOf(text: string, line: number): string {
	const found = text.split(/\r?\n/)[line - 1] ?? '';
	// A terminal must not obey what a file holds.
	return found
		.trim()
		.slice(0, 120)
		.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
