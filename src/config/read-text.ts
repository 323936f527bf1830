import {readFileSync} from 'node:fs';
import {ConfigError, HostError} from '../model/errors.ts';
import type {HostPath} from '../model/paths.ts';

/** The text of a file. Throws a HostError (FILE_UNREADABLE) or a ConfigError (FILE_NOT_UTF8). */
export function readText(file: HostPath): string {
	const bytes = readBytes(file);
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (error) {
		throw new ConfigError(`${file} is no UTF-8 text`, {
			code: 'FILE_NOT_UTF8',
			file,
			hint: 'save it as UTF-8, as TOML has it',
			cause: error,
		});
	}
}

function readBytes(file: HostPath): Uint8Array {
	try {
		return readFileSync(file);
	} catch (error) {
		const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
		throw new HostError(`${file} cannot be read: ${reason}`, {
			code: 'FILE_UNREADABLE',
			hint: 'it must be a file, and you must be allowed to read it',
			cause: error,
		});
	}
}
