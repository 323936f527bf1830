import {carriedFrom} from './carried.ts';
import {isOwnHome, replacePaths} from './replace-paths.ts';
import type {Place} from './rule.ts';

/**
 * A text of the interpreter with `to` for every place where it lay, those that it names itself (`own`) among them.
 */
export function moveHome(text: string, place: Place, {own = [], to}: {own?: readonly string[]; to: string}): string {
	const homes = [...own, ...carriedFrom(place).origins].filter(isOwnHome);
	return replacePaths(
		text,
		[...new Set(homes)].map(path => ({path, to})),
	);
}

/** A text of `name=value` lines with other values for some names; white space around `=` stays. */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
	return text.replaceAll(/^(\w+)(=[ \t]*)(.*)$/gm, (line, name: string, equals: string) =>
		Object.hasOwn(values, name) ? `${name}${equals}${values[name]}` : line,
	);
}

/** The value of a `name=value` line; empty where there is none. */
export function settingOf(text: string, name: string): string {
	return new RegExp(`^${name}=[ \\t]*(.*?)[ \\t]*$`, 'm').exec(text)?.[1] ?? '';
}
