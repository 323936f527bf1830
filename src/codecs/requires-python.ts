import {satisfies} from '@renovatebot/pep440';

/** Higher than any patch level that CPython has had in a minor. */
const patchLevels = 60;

/**
 * The lowest full version of a minor (`3.11`) that every Requires-Python of `specifiers` allows, such as `3.11.2`;
 * undefined where none does. Empty specifiers allow everything. Source: PEP 440 and the core metadata specification.
 */
export function lowestPython(minor: string, specifiers: Iterable<string>): string | undefined {
	const asked = [...new Set(specifiers)].filter(specifier => specifier !== '');
	for (let patch = 0; patch < patchLevels; patch++) {
		const version = `${minor}.${patch}`;
		if (asked.every(specifier => satisfies(version, specifier))) {
			return version;
		}
	}

	return undefined;
}
